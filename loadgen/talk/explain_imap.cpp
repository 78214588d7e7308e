// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/explain_imap.hpp"

#include <array>
#include <iterator>
#include <string>
#include <string_view>

#include "backtalk/imap/capability.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/search.hpp"
#include "talk/flaw.hpp"
#include "talk/text_of.hpp"

namespace backtalk::talk {
namespace {

using imap::Response;

void warn(Heard& heard, Error error) {
  const std::string_view clause = clause_of(Protocol::imap, error.code);
  heard.warnings.push_back(text_of("offset ", error.offset,
                                   clause.empty() ? std::string() : text_of(" (", clause, ")"), ": ",
                                   sentence(error.code)));
}

std::string_view meaning_of(const Response& response) {
  using imap::Status;
  switch (response.status) {
    case Status::ok: return response.tagged() ? "OK: done" : "OK: a notice";
    case Status::no: return response.tagged() ? "NO: refused" : "NO: a warning";
    case Status::bad: return "BAD: not understood, or not now";
    case Status::bye: return "BYE: the server closes the connection";
    case Status::preauth: return "PREAUTH: logged in already";
    case Status::none: return "a status that IMAP does not have";
  }
  return {};
}

std::string names_of(imap::Siblings names) {
  std::string all;
  for (const imap::Token& one : names) all.append(all.empty() ? "" : " ").append(one.text);
  return all;
}

void explain_status(const Response& response, Heard& heard) {
  std::string text;
  if (response.tagged()) text = text_of("the answer to ", response.tag, ": ");
  text += meaning_of(response);
  if (!response.code.empty()) {
    text += text_of("; response code ", response.code.front().text);
    const auto code = imap::read_response_code(response.code);
    if (!code) {
      warn(heard, code.error());
    } else if (code->code == imap::Code::capability) {
      text += text_of(": ", names_of(code->arguments));
    } else if (code->number) {
      text += text_of(" ", *code->number);
    }
  }
  heard.remarks.push_back(std::move(text));
}

void explain_listing(const Response& response, Heard& heard) {
  const auto found = imap::read_listing(response);
  if (!found) return warn(heard, found.error());
  std::string text = text_of("mailbox `", found->name.to_string(), "`");
  text += found->delimiter == 0 ? "; no hierarchy" : text_of("; hierarchy by `", found->delimiter, "`");
  const std::string attributes = names_of(found->attributes);
  if (!attributes.empty()) text += "; " + attributes;
  heard.remarks.push_back(std::move(text));
}

void explain_mailbox(const Response& response, Heard& heard) {
  const auto found = imap::read_status(response);
  if (!found) return warn(heard, found.error());
  std::string text = text_of("mailbox `", found->name.to_string(), "`");
  const auto add = [&text](std::string_view name, const std::optional<std::uint64_t>& value) {
    if (value) text += text_of("; ", name, ": ", *value);
  };
  add("messages", found->messages);
  add("recent", found->recent);
  add("unseen", found->unseen);
  add("deleted", found->deleted);
  add("octets", found->size_octets);
  add("next UID", found->uidnext);
  add("UIDVALIDITY", found->uidvalidity);
  heard.remarks.push_back(std::move(text));
}

void explain_fetch(const Response& response, Heard& heard) {
  std::string text = text_of("message ", response.number());
  imap::FetchItems items(response);
  for (imap::FetchItem item; items.next(item);) {
    if (item.attribute == imap::FetchAttribute::invalid) continue;
    text.append("; ").append(item.name->text);
    if (item.value->is_number()) text += text_of(" ", item.value->number());
    if (item.value->is_string() && !item.value->streamed)
      text += text_of(", ", item.value->text.size(), " octets");
    if (item.attribute == imap::FetchAttribute::flags)
      text.append(" ").append(names_of(children(*item.value)));
  }
  heard.remarks.push_back(std::move(text));
  if (items.error()) warn(heard, items.error());
}

void explain_search(const Response& response, Heard& heard) {
  const auto found = imap::read_search(response);
  if (!found) return warn(heard, found.error());
  heard.remarks.push_back(
      text_of("messages found: ", std::distance(found->numbers.begin(), found->numbers.end())));
}

void explain_flags(const Response& response, Heard& heard) {
  const auto found = imap::read_flags(response);
  if (!found) return warn(heard, found.error());
  heard.remarks.push_back(text_of("flags of the mailbox: ", names_of(found->all)));
}

struct Counted {
  std::string_view name;
  std::string_view meaning;
};
constexpr std::array kCounted{Counted{"EXISTS", "messages in the mailbox"},
                              Counted{"RECENT", "of them recent"},
                              Counted{"EXPUNGE", "is the number of a message that is gone"}};

void explain_data(const Response& response, Heard& heard) {
  if (response.is_data("CAPABILITY")) {
    heard.remarks.push_back("offers " + names_of(response.arguments()));
    const imap::Capabilities known = imap::read_capabilities(response.arguments());
    if (!known.imap4rev1 && !known.imap4rev2)
      heard.warnings.emplace_back("neither IMAP4rev1 nor IMAP4rev2 is offered (RFC 9051 6.1.1)");
    return;
  }
  if (response.is_data("LIST") || response.is_data("LSUB")) return explain_listing(response, heard);
  if (response.is_data("STATUS")) return explain_mailbox(response, heard);
  if (response.is_data("SEARCH") || response.is_data("SORT")) return explain_search(response, heard);
  if (response.is_data("FLAGS")) return explain_flags(response, heard);
  if (response.is_data("FETCH")) return explain_fetch(response, heard);
  for (const Counted& one : kCounted) {
    if (!response.is_data(one.name)) continue;
    heard.remarks.push_back(text_of(response.number(), " ", one.meaning));
    return;
  }
  heard.remarks.emplace_back("data; talk has no words for it");
}

}  // namespace

void explain(const Response& response, Heard& heard) {
  if (response.error) {
    warn(heard, response.error);
    return;
  }
  if (response.continuation()) {
    heard.remarks.emplace_back("go on: the server waits for the rest");
  } else if (response.tagged() || response.status != imap::Status::none) {
    explain_status(response, heard);
  } else {
    explain_data(response, heard);
  }
}

}  // namespace backtalk::talk
