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
#include "targets/imap_wire.hpp"

namespace backtalk::fuzz {
namespace {

using imap::NString;
using imap::Response;
using imap::Siblings;
using imap::Token;

// Returns true if there is no error. Reports the offset of an error as that of the event, because
// the round-trip oracle ignores the offsets of events.
bool read_well(Error error, Report& report) {
  if (!error) return true;
  report.event("not read", error.offset).text(word(error.code));
  return false;
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
  if (!read_well(read.error(), report)) return;
  const imap::Flags& flags = *read;
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
    if (!flags.has(flag.text)) report.broken("a flag that is there was not found");
  }
}

void report_flags(const Token& list, Report& report) {
  report_flags(imap::read_flags(list), report);
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
  report.event("capabilities");
  for (const auto& [read, name] : both) {
    report.number(read ? 1 : 0);
    if (read != offers(name)) report.broken("read_capabilities and has_capability disagree");
  }
  report.number(imap::has_auth(names, "plain") ? 1 : 0);
}

void report_listing(const Response& response, Report& report) {
  report.event("listing");
  const auto read = imap::read_listing(response);
  if (!read_well(read.error(), report)) return;
  const imap::MailboxListing& listing = *read;
  add(listing.attributes, report);
  report.number(static_cast<unsigned char>(listing.delimiter)).number(listing.has("\\Noselect") ? 1 : 0);
  if (listing.name.token() != nullptr) report.text(listing.name.token()->text);
  const Token* const children = listing.find_extended("CHILDINFO");
  report.number(children != nullptr ? 1 : 0);
  add(listing.extended, report);
}

void report_search(const Response& response, Report& report) {
  report.event("search");
  const auto read = imap::read_search(response);
  if (!read_well(read.error(), report)) return;
  const imap::SearchResult& found = *read;
  report.number(found.numbers.count());
  for (const Token& number : found.numbers) {
    if (number.number() == 0 || number.number() > 0xFFFFFFFF) report.broken("SEARCH found no message number");
  }
  add(found.modseq, report);
}

void report_extended_search(const Response& response, Report& report) {
  report.event("esearch");
  const auto read = imap::read_extended_search(response);
  if (!read_well(read.error(), report)) return;
  const imap::ExtendedSearchResult& found = *read;
  add(found.tag, report);
  report.number(found.uid ? 1 : 0);
  for (const auto& number : {found.min, found.max, found.count, found.modseq}) add(number, report);
  add(found.all, report);
  add(found.returned, report);
}

void report_quota(const Response& response, Report& report) {
  report.event("quota");
  const auto read = imap::read_quota(response);
  if (!read_well(read.error(), report)) return;
  const imap::Quota& quota = *read;
  add(quota.root, report);
  Siblings left = quota.resources;
  for (imap::QuotaResource resource; imap::next_resource(left, resource);) {
    report.text(resource.name).number(resource.usage).number(resource.limit);
  }
  if (!left.empty()) report.broken("a quota that was read has a resource that is none");
}

void report_quota_root(const Response& response, Report& report) {
  report.event("quota root");
  const auto read = imap::read_quota_root(response);
  if (!read_well(read.error(), report)) return;
  const imap::QuotaRoot& root = *read;
  add(root.mailbox, report);
  add(root.roots, report);
}

void report_id(const Response& response, Report& report) {
  report.event("id");
  const auto pairs = imap::read_id(response);
  if (read_well(pairs.error(), report)) add(*pairs, report);
}

void report_vanished(const Response& response, Report& report) {
  report.event("vanished");
  const auto read = imap::read_vanished(response);
  if (!read_well(read.error(), report)) return;
  const imap::Vanished& vanished = *read;
  report.number(vanished.earlier ? 1 : 0);
  add(vanished.uids, report);
}

void report_code(const Response& response, Report& report) {
  const auto read = imap::read_response_code(response.code);
  const imap::ResponseCode& code = read.partial();
  report.event("code").number(static_cast<unsigned>(code.code));
  add(code.arguments, report);
  if (code.code == imap::Code::capability) report_capabilities(code.arguments, report);
  if (code.code == imap::Code::permanentflags && !code.arguments.empty())
    report_flags(*code.arguments.begin(), report);
  if (!read_well(read.error(), report)) return;
  report.event("code's values").number(code.number);
  add(code.uids, report);
  add(code.source_uids, report);
}

void report_section(const Token& name, Report& report) {
  report.event("section");
  const auto read = imap::read_section(name);
  if (!read_well(read.error(), report)) return;
  const imap::Section& section = *read;
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
  if (!response.code.empty()) report_code(response, report);
  if (response.untagged() && response.status == imap::Status::none) report_data(response, report);
}

void ImapTyped::report_data(const Response& response, Report& report) {
  using Decode = void (*)(const Response&, Report&);
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
    if (response.is_data(name)) decode(response, report);
  }
  if (response.is_data("CAPABILITY") || response.is_data("ENABLED")) {
    report_capabilities(response.arguments(), report);
  }
  if (response.is_data("FLAGS")) {
    report_flags(imap::read_flags(response), report);
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
    switch (item.attribute) {
      case imap::FetchAttribute::envelope: report_envelope(*item.value, report); break;
      case imap::FetchAttribute::body:
      case imap::FetchAttribute::bodystructure: report_body_structure(*item.value, report); break;
      case imap::FetchAttribute::body_section:
      case imap::FetchAttribute::binary:
      case imap::FetchAttribute::binary_size: report_section(*item.name, report); break;
      case imap::FetchAttribute::internaldate: report_date(*item.value, report); break;
      case imap::FetchAttribute::flags: report_flags(*item.value, report); break;
      default: break;
    }
  }
  read_well(items.error(), report);
}

void ImapTyped::report_envelope(const Token& value, Report& report) const {
  report.event("envelope");
  const auto read = imap::read_envelope(value, tolerances_);
  if (!read_well(read.error(), report)) return;
  const imap::Envelope& envelope = *read;
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
    }
  }
}

void ImapTyped::report_body_structure(const Token& value, Report& report) {
  const Error error = imap::read_body_structure(value, parts_, tolerances_).error();
  report.event("body structure");
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
    if (part.envelope != nullptr) report_envelope(*part.envelope, report);
  }
  read_well(error, report);
}

void ImapTyped::report_threads(const Response& response, Report& report) {
  report.event("threads");
  const Error error = imap::read_threads(response, threads_).error();
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    report.number(threads_[i].number).number(threads_[i].parent);
    if (threads_[i].parent != imap::ThreadMessage::kNoParent && threads_[i].parent >= i) {
      report.broken("a message comes before the one that it answers");
    }
  }
  read_well(error, report);
}

void ImapTyped::report_status(const Response& response, Report& report) const {
  report.event("status");
  const auto read = imap::read_status(response, tolerances_);
  if (!read_well(read.error(), report)) return;
  const imap::MailboxStatus& status = *read;
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
  if (!read_well(read.error(), report)) return;
  const imap::Namespaces& found = *read;
  for (const Siblings row : {found.personal, found.other_users, found.shared}) {
    report.event("namespace row");
    for (const Token& description : row) {
      const auto read_one = imap::read_namespace(description);
      if (!read_one) report.broken("a namespace that was looked at is none");
      const imap::Namespace& one = read_one.partial();
      add(one.prefix, report);
      report.number(static_cast<unsigned char>(one.delimiter));
      add(one.extensions, report);
    }
  }
}

}  // namespace backtalk::fuzz
