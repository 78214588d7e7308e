// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "targets/imap_typed.hpp"

#include <array>
#include <optional>

#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_code.hpp"
#include "reference/imap_structure_reference.hpp"
#include "targets/imap_wire.hpp"

namespace backtalk::fuzz {
namespace {

using imap::NString;
using imap::Response;
using imap::Siblings;
using imap::Token;

// Returns true if there is no error. Reports the offset of an error as that of the event, because
// the round-trip oracle ignores the offsets of events. What was read beside the error is reported,
// too.
bool read_well(Error error, Report& report) {
  if (!error) return true;
  report.event("not read", error.offset).text(word(error.code));
  return false;
}

template <class T>
const T& values(const Result<T>& read, Report& report) {
  read_well(read.error(), report);
  return read.partial();
}

void add(NString string, Report& report) {
  report.number(string.is_nil() ? 1 : 0).text(string.raw());
}

void add(Siblings row, Report& report) {
  std::string text;
  write_tokens(row.row(), text);
  report.text(text);
}

void add(const std::optional<std::uint64_t>& number, Report& report) {
  report.number(number.has_value() ? 1 : 0).number(number.value_or(0));
}

// Reports the first few ranges of a set, and checks that `check` agrees with the iteration.
void add(imap::NumberSet set, Report& report) {
  constexpr int kShown = 8;
  report.text(set.text());
  int walked = 0;
  for (imap::NumberRange range; set.next(range); ++walked) {
    if (walked < kShown) report.number(range.first).number(range.last);
    if (range.count() == 0) report.broken("a range without numbers");
  }
  report.number(set.good() ? 1 : 0);
  if (set.check() != set.good()) report.broken("a set's check and its walk disagree");
}

void report_flags(const Result<imap::Flags>& read, Report& report) {
  report.event("flags");
  const imap::Flags& flags = values(read, report);
  std::uint64_t known = 0;
  for (const bool is_there :
       {flags.answered, flags.flagged, flags.deleted, flags.seen, flags.draft, flags.recent, flags.any,
        flags.forwarded, flags.mdn_sent, flags.junk, flags.not_junk, flags.phishing}) {
    known = 2 * known + (is_there ? 1 : 0);
  }
  report.number(known);
  add(flags.all, report);
  constexpr int kSought = 8;
  int sought = 0;
  for (const Token& flag : flags.all) {
    if (sought++ == kSought) break;
    std::string name;
    flag.append_text(name);
    if (read && !flags.has(name)) report.broken("a flag that is there was not found");
  }
}

void report_capabilities(Siblings names, Report& report) {
  const imap::Capabilities found = imap::read_capabilities(names);
  const auto offers = [names](std::string_view name) { return imap::has_capability(names, name); };
  const std::array<std::pair<bool, std::string_view>, 12> both{
      {{found.imap4rev1, "IMAP4rev1"},
       {found.imap4rev2, "imap4REV2"},
       {found.starttls, "STARTTLS"},
       {found.literal_plus, "LITERAL+"},
       {found.literal_minus, "literal-"},
       {found.idle, "IDLE"},
       {found.condstore, "CONDSTORE"},
       {found.esearch, "ESEARCH"},
       {found.namespaces, "NAMESPACE"},
       {found.thread_references, "THREAD=REFERENCES"},
       {found.quota, "QUOTA"},
       {found.utf8_accept, "UTF8=ACCEPT"}}};
  report.event("capabilities").number(found.names);
  for (const auto& [read, name] : both) {
    report.number(read ? 1 : 0);
    if (read != offers(name)) report.broken("read_capabilities and has_capability disagree");
  }
  report.number(imap::has_auth(names, "plain") ? 1 : 0);
}

void report_listing(const Response& response, Tolerances tolerances, Report& report) {
  report.event("listing");
  const auto read = imap::read_listing(response, tolerances);
  const imap::MailboxListing& listing = values(read, report);
  add(listing.attributes, report);
  report.number(static_cast<unsigned char>(listing.delimiter)).number(listing.has("\\Noselect") ? 1 : 0);
  if (listing.name.token() != nullptr) report.text(listing.name.token()->text);
  const Token* const children = listing.find_extended("CHILDINFO");
  report.number(children != nullptr ? 1 : 0);
  add(listing.extended, report);
}

void report_search(const Response& response, Tolerances tolerances, Report& report) {
  report.event("search");
  const auto read = imap::read_search(response, tolerances);
  const imap::SearchResult& found = values(read, report);
  report.number(found.numbers.count());
  const bool strict = read.has_value() && tolerances.bits() == 0;
  for (const Token& number : found.numbers) {
    report.number(number.number());
    if (strict && (number.number() == 0 || number.number() > 0xFFFFFFFF)) {
      report.broken("SEARCH found no message number");
    }
  }
  add(found.modseq, report);
}

void report_extended_search(const Response& response, Tolerances tolerances, Report& report) {
  report.event("esearch");
  const auto read = imap::read_extended_search(response, tolerances);
  const imap::ExtendedSearchResult& found = values(read, report);
  add(found.tag, report);
  report.number(found.uid ? 1 : 0);
  for (const auto& number : {found.min, found.max, found.count, found.modseq}) add(number, report);
  add(found.all, report);
  add(found.returned, report);
}

void report_quota(const Response& response, Tolerances tolerances, Report& report) {
  report.event("quota");
  const auto read = imap::read_quota(response, tolerances);
  const imap::Quota& quota = values(read, report);
  add(quota.root, report);
  Siblings left = quota.resources;
  for (imap::QuotaResource resource; imap::next_resource(left, resource, tolerances);) {
    report.text(resource.name).number(resource.usage).number(resource.limit);
  }
  if (!left.empty()) report.broken("a quota that was read has a resource that is none");
}

void report_quota_root(const Response& response, Tolerances tolerances, Report& report) {
  report.event("quota root");
  const auto read = imap::read_quota_root(response, tolerances);
  const imap::QuotaRoot& root = values(read, report);
  add(root.mailbox, report);
  add(root.roots, report);
}

void report_id(const Response& response, Tolerances tolerances, Report& report) {
  report.event("id");
  const auto read = imap::read_id(response, tolerances);
  const Siblings pairs = values(read, report);
  add(pairs, report);
  if (pairs.count() % 2 != 0) report.broken("ID has a name without a value");
}

void report_vanished(const Response& response, Tolerances tolerances, Report& report) {
  report.event("vanished");
  const auto read = imap::read_vanished(response, tolerances);
  const imap::Vanished& vanished = values(read, report);
  report.number(vanished.earlier ? 1 : 0);
  add(vanished.uids, report);
}

void report_code(const Response& response, Tolerances tolerances, Report& report) {
  const auto read = imap::read_response_code(response.code, tolerances);
  const imap::ResponseCode& code = read.partial();
  report.event("code").number(static_cast<unsigned>(code.code));
  add(code.arguments, report);
  if (code.code == imap::Code::capability) report_capabilities(code.arguments, report);
  if (code.code == imap::Code::permanentflags) report_flags(imap::read_flags(code, tolerances), report);
  read_well(read.error(), report);
  report.event("code's values");
  add(code.number, report);
  add(code.uids, report);
  add(code.source_uids, report);
}

void report_section(const Token& name, Report& report) {
  report.event("section");
  const auto read = imap::read_section(name);
  const imap::Section& section = values(read, report);
  report.text(section.part).text(section.text);
  add(section.fields, report);
  add(section.origin, report);
}

void report_date(const Token& value, Report& report) {
  const auto date = imap::read_internal_date(value.text);
  report.event("internal date").number(date.has_value() ? 1 : 0);
  if (!date) return;
  report.number(static_cast<std::uint64_t>(date->unix_seconds()));
  const bool sound = date->month >= 1 && date->month <= 12 && date->day >= 1 && date->day <= 31 &&
                     date->hour >= 0 && date->hour <= 23 && date->minute >= 0 && date->minute <= 59;
  if (!sound) report.broken("a date that is none was read");
}

}  // namespace

void ImapTyped::report(const Response& response, Report& report) {
  if (response.error) return;
  if (!response.code.empty()) report_code(response, tolerances_, report);
  if (response.untagged() && response.status == imap::Status::none) report_data(response, report);
}

void ImapTyped::report_data(const Response& response, Report& report) {
  using Decode = void (*)(const Response&, Tolerances, Report&);
  constexpr auto kDecoders =
      std::to_array<std::pair<std::string_view, Decode>>({{"LIST", report_listing},
                                                          {"LSUB", report_listing},
                                                          {"SEARCH", report_search},
                                                          {"SORT", report_search},
                                                          {"ESEARCH", report_extended_search},
                                                          {"QUOTA", report_quota},
                                                          {"QUOTAROOT", report_quota_root},
                                                          {"ID", report_id},
                                                          {"VANISHED", report_vanished}});
  for (const auto& [name, decode] : kDecoders) {
    if (response.is_data(name)) decode(response, tolerances_, report);
  }
  if (response.is_data("CAPABILITY") || response.is_data("ENABLED")) {
    report_capabilities(response.arguments(), report);
  }
  if (response.is_data("FLAGS")) {
    report_flags(imap::read_flags(response, tolerances_), report);
  }
  if (response.is_data("FETCH")) report_fetch(response, report);
  if (response.is_data("THREAD")) report_threads(response, report);
  if (response.is_data("STATUS")) report_status(response, report);
  if (response.is_data("NAMESPACE")) report_namespaces(response, report);
}

void ImapTyped::report_fetch(const Response& response, Report& report) {
  report.event("fetch").number(response.number());
  imap::FetchItems items{response, tolerances_};
  for (imap::FetchItem item; items.next(item);) {
    report.event("item").number(static_cast<unsigned>(item.attribute)).number(item.number());
    report.text(item.name->text);
    const bool is_invalid = item.attribute == imap::FetchAttribute::invalid;
    if (is_invalid != static_cast<bool>(item.error) || (is_invalid && !items.error())) {
      report.broken("an item's error is not that of its form");
    }
    switch (item.attribute) {
      case imap::FetchAttribute::envelope: report_envelope(*item.value, report); break;
      case imap::FetchAttribute::body:
      case imap::FetchAttribute::bodystructure: report_body_structure(*item.value, report); break;
      case imap::FetchAttribute::body_section:
      case imap::FetchAttribute::binary:
      case imap::FetchAttribute::binary_size: report_section(*item.name, report); break;
      case imap::FetchAttribute::internaldate: report_date(*item.value, report); break;
      case imap::FetchAttribute::flags:
        report_flags(imap::read_flags(*item.value, tolerances_), report);
        break;
      case imap::FetchAttribute::invalid: read_well(item.error, report); break;
      default: break;
    }
  }
  read_well(items.error(), report);
}

void ImapTyped::report_envelope(const Token& value, Report& report) const {
  report.event("envelope");
  const auto read = imap::read_envelope(value, tolerances_);
  const imap::Envelope& envelope = read.partial();
  if (reference::describe(envelope, read.error()) != reference::read_imap_envelope(value, tolerances_)) {
    report.broken("the reference reads another envelope");
  }
  for (const Error& error : envelope.errors) {
    if (!read_well(error, report) && !read.error()) report.broken("a field has an error, its envelope none");
  }
  read_well(read.error(), report);
  for (const NString string : {envelope.date, envelope.subject, envelope.in_reply_to, envelope.message_id}) {
    add(string, report);
  }
  for (const imap::AddressList* list :
       {&envelope.from, &envelope.sender, &envelope.reply_to, &envelope.to, &envelope.cc, &envelope.bcc}) {
    report.event("addresses").number(list->count());
    for (const imap::Address address : *list) {
      for (const NString string : {address.name, address.route, address.mailbox, address.host}) {
        add(string, report);
      }
      if (!read_well(address.error, report) && !read.error()) {
        report.broken("an address has an error, its envelope none");
      }
    }
  }
}

void ImapTyped::report_body_structure(const Token& value, Report& report) {
  const Error error = imap::read_body_structure(value, parts_, tolerances_).error();
  if (reference::describe(parts_, error) != reference::read_imap_structure(value, tolerances_)) {
    report.broken("the reference reads another structure");
  }
  report.event("body structure");
  bool is_wrong = false;
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const imap::BodyPart& part = parts_[i];
    if (part.parent != imap::BodyPart::kNoParent && part.parent >= i) {
      report.broken("a part comes before what it is in");
    }
    report.event("part").number(part.parent).number(part.position).number(part.parts);
    report.number(part.octets).number(part.lines).number(part.is_multipart() ? 1 : 0);
    for (const NString string : {part.type, part.subtype, part.id, part.description, part.encoding, part.md5,
                                 part.disposition, part.location}) {
      add(string, report);
    }
    add(part.parameters, report);
    add(part.disposition_parameters, report);
    add(part.extensions, report);
    if (part.language != nullptr) add(Siblings{part.language, part.language + part.language->span}, report);
    report.text(section(parts_, part)).number(part.wrong_fields).text(word(part.error_field));
    if (part.is_wrong(part.error_field) != static_cast<bool>(part.error)) {
      report.broken("a part's error and its wrong fields disagree");
    }
    is_wrong = !read_well(part.error, report) || is_wrong;
    if (part.envelope != nullptr) report_envelope(*part.envelope, report);
  }
  if (is_wrong != static_cast<bool>(error) && !parts_.empty()) {
    report.broken("a structure and its parts disagree about errors");
  }
  read_well(error, report);
}

void ImapTyped::report_threads(const Response& response, Report& report) {
  report.event("threads");
  const Error error = imap::read_threads(response, threads_, tolerances_).error();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    add(threads_[i].number, report);
    report.number(threads_[i].parent);
    if (threads_[i].parent != imap::ThreadMessage::kNoParent && threads_[i].parent >= i) {
      report.broken("a message comes before the one that it answers");
    }
  }
  read_well(error, report);
}

void ImapTyped::report_status(const Response& response, Report& report) const {
  report.event("status");
  const auto read = imap::read_status(response, tolerances_);
  const imap::MailboxStatus& status = values(read, report);
  if (status.name.token() != nullptr) report.text(status.name.token()->text);
  for (const auto& number : {status.messages, status.recent, status.uidnext, status.uidvalidity,
                             status.unseen, status.deleted, status.size_octets, status.highestmodseq}) {
    add(number, report);
  }
  add(status.items, report);
}

void ImapTyped::report_namespaces(const Response& response, Report& report) const {
  report.event("namespaces");
  const auto read = imap::read_namespaces(response, tolerances_);
  const imap::Namespaces& found = values(read, report);
  for (const Siblings row : {found.personal, found.other_users, found.shared}) {
    report.event("namespace row");
    for (const Token& description : row) {
      const auto read_one = imap::read_namespace(description, tolerances_);
      if (!read_one && read) report.broken("a namespace that was looked at is none");
      const imap::Namespace& one = read_one.partial();
      add(one.prefix, report);
      report.number(static_cast<unsigned char>(one.delimiter));
      add(one.extensions, report);
    }
  }
}

}  // namespace backtalk::fuzz
