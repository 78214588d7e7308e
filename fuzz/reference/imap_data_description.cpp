// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the typed decoders of IMAP read, in the form of the reference.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/search.hpp"
#include "reference/imap_data_reference.hpp"

namespace backtalk::reference {
namespace {

using imap::FetchAttribute;
using imap::Response;

std::string lower(std::string text) {
  for (char& c : text) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
  return text;
}

std::string ending(const Error& error) {
  return error ? "; " + std::string(word(error.code)) + "@" + std::to_string(error.offset) : "";
}

std::string shown(const std::optional<std::uint64_t>& number) {
  return number ? std::to_string(*number) : "-";
}

std::string place(const imap::NString& string) {
  return string.token() == nullptr ? "-" : std::to_string(string.token()->offset);
}

// A name of several words, as the offsets of its first and last.
std::string place(std::string_view words, const Response& response) {
  std::string out;
  for (const imap::Token& token : response.arguments()) {
    if (token.is_list()) continue;
    if (token.text.data() == words.data()) out += std::to_string(token.offset) + "-";
    if (token.text.data() + token.text.size() == words.data() + words.size())
      out += std::to_string(token.offset);
  }
  return out;
}

std::string describe_flags(const Result<imap::Flags>& read) {
  const imap::Flags& flags = read.partial();
  std::string bits;
  for (const bool is_there :
       {flags.seen, flags.answered, flags.flagged, flags.deleted, flags.draft, flags.recent, flags.any,
        flags.forwarded, flags.mdn_sent, flags.junk, flags.not_junk, flags.phishing}) {
    bits += is_there ? '1' : '0';
  }
  return bits + ending(read.error());
}

std::string describe_fetch(const Response& response, Tolerances tolerances) {
  imap::FetchItems items(response, tolerances);
  std::string out;
  for (imap::FetchItem item; items.next(item);) {
    switch (item.attribute) {
      case FetchAttribute::invalid:
        out += " !" + std::string(word(item.error.code)) + "@" + std::to_string(item.error.offset);
        break;
      case FetchAttribute::uid: out += " uid=" + std::to_string(item.number()); break;
      case FetchAttribute::rfc822_size: out += " rfc822.size=" + std::to_string(item.number()); break;
      case FetchAttribute::binary_size: out += " binary.size[]=" + std::to_string(item.number()); break;
      case FetchAttribute::modseq: out += " modseq=" + std::to_string(item.number()); break;
      case FetchAttribute::other: out += " other=@" + std::to_string(item.value->offset); break;
      default:
        out += " " + lower(std::string(item.name->text));
        if (item.name->kind == imap::Token::Kind::section) out += "[]";
        out += "=@" + std::to_string(item.value->offset);
    }
  }
  return out + ending(items.error());
}

std::string describe_status(const Response& response, Tolerances tolerances) {
  const auto read = read_status(response, tolerances);
  const imap::MailboxStatus& status = read.partial();
  std::string out = status.unquoted_name.empty() ? place(status.name) : place(status.unquoted_name, response);
  // Without a list there is nothing to show.
  bool has_list = false;
  for (const imap::Token& token : response.arguments()) has_list = has_list || token.is_list();
  if (!has_list) return out + ending(read.error());
  for (const auto& number : {status.messages, status.recent, status.uidnext, status.uidvalidity,
                             status.unseen, status.deleted, status.size_octets, status.highestmodseq}) {
    out += " " + shown(number);
  }
  return out + ending(read.error());
}

std::string describe_listing(const Response& response, Tolerances tolerances) {
  const auto read = read_listing(response, tolerances);
  const imap::MailboxListing& found = read.partial();
  std::string out;
  for (const imap::Token& attribute : found.attributes) {
    std::string text;
    attribute.append_text(text);
    if (text.empty() || !found.has(text)) continue;
    if (attribute.kind == imap::Token::Kind::flag || (found.quoted && attribute.is_string()))
      out += lower(text) + ",";
  }
  out += " " + std::to_string(static_cast<unsigned char>(found.delimiter)) + " ";
  out += found.unquoted_name.empty() ? place(found.name) : place(found.unquoted_name, response);
  return out + ending(read.error());
}

std::string describe_search(const Response& response, Tolerances tolerances) {
  const auto read = read_search(response, tolerances);
  std::string out;
  for (const imap::Token& token : read.partial().numbers) {
    if (token.is_list() && token.span > 1 && (&token + 1)->is_word("MODSEQ")) continue;
    out += (token.is_number() ? "@" + std::to_string(token.offset) : "-") + " ";
  }
  return out + shown(read.partial().modseq) + ending(read.error());
}

std::string describe_extended_search(const Response& response, Tolerances tolerances) {
  const auto read = read_extended_search(response, tolerances);
  const imap::ExtendedSearchResult& found = read.partial();
  std::string out = place(found.tag) + (found.uid ? " uid" : "");
  for (const auto& number : {found.min, found.max, found.count, found.modseq}) out += " " + shown(number);
  return out + " " + std::to_string(found.all.count()) + ending(read.error());
}

std::string describe_vanished(const Response& response, Tolerances tolerances) {
  const auto read = read_vanished(response, tolerances);
  return (read.partial().earlier ? "earlier " : "") + std::to_string(read.partial().uids.count()) +
         ending(read.error());
}

std::string describe_quota(const Response& response, Tolerances tolerances) {
  const auto read = read_quota(response, tolerances);
  std::string out = place(read.partial().root);
  imap::Siblings left = read.partial().resources;
  for (imap::QuotaResource resource; imap::next_resource(left, resource, tolerances);) {
    out += " " + std::to_string(resource.usage) + "/" + std::to_string(resource.limit);
  }
  return out + ending(read.error());
}

std::string describe_id(const Response& response, Tolerances tolerances) {
  const auto read = read_id(response, tolerances);
  return std::to_string(read.partial().count()) + ending(read.error());
}

std::string describe_threads(const Response& response, Tolerances tolerances) {
  std::vector<imap::ThreadMessage> room;
  const auto read = read_threads(response, room, tolerances);
  std::string out;
  for (const imap::ThreadMessage& message : room) {
    const bool has_parent = message.parent != imap::ThreadMessage::kNoParent;
    out += shown(message.number) + "<" + (has_parent ? std::to_string(message.parent) : "") + " ";
  }
  return out + ending(read.error());
}

std::string describe_code(const Response& response, Tolerances tolerances) {
  using imap::Code;
  const auto read = imap::read_response_code(response.code, tolerances);
  const imap::ResponseCode& code = read.partial();
  constexpr std::array kCovered{Code::uidnext,   Code::uidvalidity, Code::unseen,   Code::highestmodseq,
                                Code::appenduid, Code::copyuid,     Code::modified, Code::permanentflags};
  if (std::ranges::find(kCovered, code.code) == kCovered.end()) return "";
  std::string out = "code " + shown(code.number) + " " + std::to_string(code.source_uids.count()) + " " +
                    std::to_string(code.uids.count()) + ending(read.error());
  if (code.code == Code::permanentflags && !code.arguments.empty()) {
    out += " flags " + describe_flags(read_flags(code, tolerances));
  }
  return out;
}

}  // namespace

std::string describe_imap_data(const Response& response, Tolerances tolerances) {
  if (response.error) return "";
  if (!response.code.empty()) return describe_code(response, tolerances);
  if (!response.untagged() || response.status != imap::Status::none) return "";
  using Describe = std::string (*)(const Response&, Tolerances);
  struct Described {
    std::string_view name;
    std::string_view prefix;
    Describe describe;
  };
  static constexpr Described kDescribed[] = {{"FETCH", "fetch", describe_fetch},
                                             {"STATUS", "status ", describe_status},
                                             {"LIST", "list ", describe_listing},
                                             {"LSUB", "list ", describe_listing},
                                             {"SEARCH", "search ", describe_search},
                                             {"SORT", "search ", describe_search},
                                             {"ESEARCH", "esearch ", describe_extended_search},
                                             {"VANISHED", "vanished ", describe_vanished},
                                             {"QUOTA", "quota ", describe_quota},
                                             {"ID", "id ", describe_id},
                                             {"THREAD", "thread ", describe_threads}};
  for (const Described& one : kDescribed) {
    if (response.is_data(one.name)) return std::string(one.prefix) + one.describe(response, tolerances);
  }
  if (response.is_data("FLAGS")) return "flags " + describe_flags(read_flags(response, tolerances));
  return "";
}

}  // namespace backtalk::reference
