// SPDX-License-Identifier: Apache-2.0 OR MIT
/// FETCH items, flags, mailboxes, searches and response codes in C beside C++.
#pragma once

#include <cstdint>
#include <optional>

#include "targets/c_imap_tokens.hpp"

namespace backtalk::fuzz {

/// Reads every response in both languages, with every decoder: what it is not made for is an error
/// in both.
class CImapData : CTokens {
 public:
  CImapData(backtalk_parser* parser, Tolerances tolerances) : parser_(parser), tolerances_(tolerances) {}

  /// True if there is no difference. `c` is the response that the parser has just returned.
  [[nodiscard]] bool same_data(const backtalk_imap_response& c, const imap::Response& cpp) {
    begin(c, cpp);
    return same_items(cpp) && same_flags(nullptr, own_flags(cpp)) && same_listing(cpp) && same_status(cpp) &&
           same_search(cpp) && same_extended_search(cpp) && same_code(cpp);
  }

 private:
  static bool same_number(const backtalk_imap_number& c, const std::optional<std::uint64_t>& cpp) {
    return c.is_there == cpp.has_value() && c.value == cpp.value_or(0);
  }
  // Of a result: whether it is good, and its error.
  template <class Value>
  static bool same_result(bool good, const backtalk_error& error, const Result<Value>& cpp) {
    return good == cpp.has_value() && (good || same(&error, cpp.error()));
  }

  [[nodiscard]] bool same_items(const imap::Response& response) {
    imap::FetchItems items(response, tolerances_);
    backtalk_error error{};
    const backtalk_imap_item* c = nullptr;
    for (imap::FetchItem cpp; items.next(cpp);) {
      if (!backtalk_imap_next_item(parser_, &c, &error) || c == nullptr) return false;
      const bool is_same = static_cast<int>(c->attribute) == static_cast<int>(cpp.attribute) &&
                           same_token(c->name, cpp.name) && same_token(c->value, cpp.value) &&
                           c->number == cpp.number() && same_error(c->error, cpp.error);
      if (!is_same) return false;
      if (cpp.attribute == imap::FetchAttribute::flags &&
          !same_flags(c->value, imap::read_flags(*cpp.value, tolerances_))) {
        return false;
      }
    }
    return !backtalk_imap_next_item(parser_, &c, &error) && c == nullptr && same_error(error, items.error());
  }

  [[nodiscard]] Result<imap::Flags> own_flags(const imap::Response& response) const {
    if (response.code.empty()) return imap::read_flags(response, tolerances_);
    return imap::read_flags(imap::read_response_code(response.code, tolerances_).partial(), tolerances_);
  }

  [[nodiscard]] bool same_flags(const backtalk_imap_token* list, const Result<imap::Flags>& read) const {
    const backtalk_imap_flags* c = nullptr;
    backtalk_error error{};
    const bool good = backtalk_imap_read_flags(parser_, list, &c, &error);
    const imap::Flags& cpp = read.partial();
    return same_result(good, error, read) && c != nullptr && c->answered == cpp.answered &&
           c->flagged == cpp.flagged && c->deleted == cpp.deleted && c->seen == cpp.seen &&
           c->draft == cpp.draft && c->recent == cpp.recent && c->any == cpp.any &&
           c->forwarded == cpp.forwarded && c->mdn_sent == cpp.mdn_sent && c->junk == cpp.junk &&
           c->not_junk == cpp.not_junk && c->phishing == cpp.phishing && c->quoted == cpp.quoted &&
           same_tokens(c->all, cpp.all);
  }

  [[nodiscard]] bool same_listing(const imap::Response& response) const {
    const backtalk_imap_listing* c = nullptr;
    backtalk_error error{};
    const auto read = imap::read_listing(response, tolerances_);
    const bool good = backtalk_imap_read_listing(parser_, &c, &error);
    const imap::MailboxListing& cpp = read.partial();
    return same_result(good, error, read) && c != nullptr && same_tokens(c->attributes, cpp.attributes) &&
           same_token(c->name, cpp.name) && same(c->unquoted_name, cpp.unquoted_name) &&
           same_tokens(c->extended, cpp.extended) && c->delimiter == cpp.delimiter && c->quoted == cpp.quoted;
  }

  [[nodiscard]] bool same_status(const imap::Response& response) const {
    const backtalk_imap_mailbox_status* c = nullptr;
    backtalk_error error{};
    const auto read = imap::read_status(response, tolerances_);
    const bool good = backtalk_imap_read_status(parser_, &c, &error);
    const imap::MailboxStatus& cpp = read.partial();
    return same_result(good, error, read) && c != nullptr && same_token(c->name, cpp.name) &&
           same(c->unquoted_name, cpp.unquoted_name) && same_number(c->messages, cpp.messages) &&
           same_number(c->recent, cpp.recent) && same_number(c->uidnext, cpp.uidnext) &&
           same_number(c->uidvalidity, cpp.uidvalidity) && same_number(c->unseen, cpp.unseen) &&
           same_number(c->deleted, cpp.deleted) && same_number(c->size_octets, cpp.size_octets) &&
           same_number(c->highestmodseq, cpp.highestmodseq) && same_tokens(c->items, cpp.items);
  }

  [[nodiscard]] bool same_search(const imap::Response& response) const {
    const backtalk_imap_search* c = nullptr;
    backtalk_error error{};
    const auto read = imap::read_search(response, tolerances_);
    const bool good = backtalk_imap_read_search(parser_, &c, &error);
    return same_result(good, error, read) && c != nullptr &&
           same_tokens(c->numbers, read.partial().numbers) && same_number(c->modseq, read.partial().modseq);
  }

  [[nodiscard]] bool same_extended_search(const imap::Response& response) const {
    const backtalk_imap_extended_search* c = nullptr;
    backtalk_error error{};
    const auto read = imap::read_extended_search(response, tolerances_);
    const bool good = backtalk_imap_read_extended_search(parser_, &c, &error);
    const imap::ExtendedSearchResult& cpp = read.partial();
    return same_result(good, error, read) && c != nullptr && same_token(c->tag, cpp.tag) &&
           same_number(c->min, cpp.min) && same_number(c->max, cpp.max) && same_number(c->count, cpp.count) &&
           same_number(c->modseq, cpp.modseq) && same_set(c->all, cpp.all) &&
           same_tokens(c->returned, cpp.returned) && c->uid == cpp.uid;
  }

  [[nodiscard]] bool same_code(const imap::Response& response) const {
    const backtalk_imap_code* c = nullptr;
    backtalk_error error{};
    const auto read = imap::read_response_code(response.code, tolerances_);
    const bool good = backtalk_imap_read_code(parser_, &c, &error);
    const imap::ResponseCode& cpp = read.partial();
    return same_result(good, error, read) && c != nullptr && same_tokens(c->arguments, cpp.arguments) &&
           same_number(c->number, cpp.number) && same_set(c->uids, cpp.uids) &&
           same_set(c->source_uids, cpp.source_uids);
  }

  // The ranges of a set, which is good.
  [[nodiscard]] bool same_set(backtalk_view c, const imap::NumberSet& cpp) const {
    if (!same(c, cpp.text())) return false;
    imap::NumberSet left = cpp;
    std::uint64_t first = 0;
    std::uint64_t last = 0;
    for (imap::NumberRange range; left.next(range);) {
      if (!backtalk_imap_next_range(parser_, &c, &first, &last)) return false;
      if (first != range.first || last != range.last) return false;
    }
    return !backtalk_imap_next_range(parser_, &c, &first, &last) && c.size == 0;
  }

  backtalk_parser* parser_;
  Tolerances tolerances_;
};

}  // namespace backtalk::fuzz
