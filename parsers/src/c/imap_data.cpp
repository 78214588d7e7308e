// SPDX-License-Identifier: Apache-2.0 OR MIT
// FETCH items, flags, mailboxes, searches and response codes in C.
#include "c/imap_responses.hpp"

namespace backtalk::c {
namespace {

static_assert(static_cast<int>(imap::FetchAttribute::flags) == BACKTALK_IMAP_FLAGS &&
              static_cast<int>(imap::FetchAttribute::rfc822_size) == BACKTALK_IMAP_RFC822_SIZE &&
              static_cast<int>(imap::FetchAttribute::bodystructure) == BACKTALK_IMAP_BODYSTRUCTURE &&
              static_cast<int>(imap::FetchAttribute::binary_size) == BACKTALK_IMAP_BINARY_SIZE &&
              static_cast<int>(imap::FetchAttribute::rfc822) == BACKTALK_IMAP_RFC822 &&
              static_cast<int>(imap::FetchAttribute::invalid) == BACKTALK_IMAP_INVALID_ITEM);

backtalk_imap_number number_of(const std::optional<std::uint64_t>& number) noexcept {
  return {.value = number.value_or(0), .is_there = number.has_value(), .reserved = {}};
}

}  // namespace

const backtalk_imap_item* ImapResponses::next_item(backtalk_error* error) {
  if (!items_) items_.emplace(*given_, tolerances());
  imap::FetchItem item;
  if (!items_->next(item)) {
    set(error, error_or_none(items_->error()));
    return nullptr;
  }
  item_ = {.attribute = static_cast<backtalk_imap_attribute>(item.attribute),
           .reserved = {},
           .name = copy_of(item.name),
           .value = copy_of(item.value),
           .number = item.number(),
           .error = error_or_none(item.error)};
  return &item_;
}

bool ImapResponses::read_flags(const backtalk_imap_token* list, const backtalk_imap_flags*& flags,
                               backtalk_error* error) {
  const imap::Token* const token = original(list);
  if (list != nullptr && token == nullptr) return refuse_token(error);
  const auto read = [&] {
    if (token != nullptr) return imap::read_flags(*token, tolerances());
    if (given_->code.empty()) return imap::read_flags(*given_, tolerances());
    return imap::read_flags(imap::read_response_code(given_->code, tolerances()).partial(), tolerances());
  }();
  const imap::Flags& found = read.partial();
  flags_ = {.answered = found.answered,
            .flagged = found.flagged,
            .deleted = found.deleted,
            .seen = found.seen,
            .draft = found.draft,
            .recent = found.recent,
            .any = found.any,
            .forwarded = found.forwarded,
            .mdn_sent = found.mdn_sent,
            .junk = found.junk,
            .not_junk = found.not_junk,
            .phishing = found.phishing,
            .quoted = found.quoted,
            .reserved = {},
            .all = copy_of(found.all)};
  flags = &flags_;
  return give(read, error, [](const imap::Flags&) {});
}

bool ImapResponses::read_listing(const backtalk_imap_listing*& listing, backtalk_error* error) {
  const auto read = imap::read_listing(*given_, tolerances());
  const imap::MailboxListing& found = read.partial();
  listing_ = {.attributes = copy_of(found.attributes),
              .name = copy_of(found.name),
              .unquoted_name = view_of(found.unquoted_name),
              .extended = copy_of(found.extended),
              .delimiter = found.delimiter,
              .quoted = found.quoted,
              .reserved = {}};
  listing = &listing_;
  return give(read, error, [](const imap::MailboxListing&) {});
}

bool ImapResponses::read_status(const backtalk_imap_mailbox_status*& status, backtalk_error* error) {
  const auto read = imap::read_status(*given_, tolerances());
  const imap::MailboxStatus& found = read.partial();
  status_ = {.name = copy_of(found.name),
             .unquoted_name = view_of(found.unquoted_name),
             .messages = number_of(found.messages),
             .recent = number_of(found.recent),
             .uidnext = number_of(found.uidnext),
             .uidvalidity = number_of(found.uidvalidity),
             .unseen = number_of(found.unseen),
             .deleted = number_of(found.deleted),
             .size_octets = number_of(found.size_octets),
             .highestmodseq = number_of(found.highestmodseq),
             .items = copy_of(found.items)};
  status = &status_;
  return give(read, error, [](const imap::MailboxStatus&) {});
}

bool ImapResponses::read_search(const backtalk_imap_search*& found, backtalk_error* error) {
  const auto read = imap::read_search(*given_, tolerances());
  search_ = {.numbers = copy_of(read.partial().numbers), .modseq = number_of(read.partial().modseq)};
  found = &search_;
  return give(read, error, [](const imap::SearchResult&) {});
}

bool ImapResponses::read_extended_search(const backtalk_imap_extended_search*& found, backtalk_error* error) {
  const auto read = imap::read_extended_search(*given_, tolerances());
  const imap::ExtendedSearchResult& result = read.partial();
  extended_search_ = {.tag = copy_of(result.tag),
                      .min = number_of(result.min),
                      .max = number_of(result.max),
                      .count = number_of(result.count),
                      .modseq = number_of(result.modseq),
                      .all = view_of(result.all.text()),
                      .returned = copy_of(result.returned),
                      .uid = result.uid,
                      .reserved = {}};
  found = &extended_search_;
  return give(read, error, [](const imap::ExtendedSearchResult&) {});
}

bool ImapResponses::read_code(const backtalk_imap_code*& code, backtalk_error* error) {
  const auto read = imap::read_response_code(given_->code, tolerances());
  const imap::ResponseCode& found = read.partial();
  code_ = {.name = view_of(given_->code.empty() ? std::string_view{} : given_->code.front().text),
           .arguments = copy_of(found.arguments),
           .number = number_of(found.number),
           .uids = view_of(found.uids.text()),
           .source_uids = view_of(found.source_uids.text())};
  code = &code_;
  return give(read, error, [](const imap::ResponseCode&) {});
}

}  // namespace backtalk::c

namespace {

using backtalk::c::guarded_as;
using backtalk::c::ImapResponses;
using backtalk::c::set;

// Calls a decoder of the response that the parser has just returned.
template <class Value, class Read>
bool decode(backtalk_parser* parser, const Value** out, backtalk_error* error, Read read) noexcept {
  bool good = false;
  const Value* found = nullptr;
  const backtalk_status status = guarded_as<ImapResponses>(parser, [&](ImapResponses& it) {
    if (!it.has_response()) return BACKTALK_WRONG_TIME;
    good = read(it, found);
    return BACKTALK_OK;
  });
  set(out, found);
  return status == BACKTALK_OK ? good : backtalk::c::refuse(status, error);
}

}  // namespace

bool backtalk_imap_next_range(const backtalk_parser* parser, backtalk_view* set, uint64_t* first,
                              uint64_t* last) {
  if (parser == nullptr || set == nullptr) return false;
  const std::string_view text = backtalk::c::text_of(*set);
  const std::string_view front = text.substr(0, text.find(','));
  backtalk::imap::NumberSet range_of_front(front, false, parser->tolerances());
  backtalk::imap::NumberRange range;
  if (!range_of_front.check() || !range_of_front.next(range)) return false;
  set->data += std::min(front.size() + 1, text.size());
  set->size -= std::min(front.size() + 1, text.size());
  backtalk::c::set(first, range.first);
  backtalk::c::set(last, range.last);
  return true;
}

bool backtalk_imap_has(const backtalk_imap_token* tokens, size_t count, const char* word) {
  if (tokens == nullptr) return false;
  for (std::size_t at = 0; at < count; at += tokens[at].span) {
    if (backtalk_imap_token_is(&tokens[at], word)) return true;
  }
  return false;
}

bool backtalk_imap_next_item(backtalk_parser* parser, const backtalk_imap_item** item,
                             backtalk_error* error) {
  return decode<backtalk_imap_item>(parser, item, error,
                                    [error](ImapResponses& it, const backtalk_imap_item*& found) {
                                      found = it.next_item(error);
                                      return found != nullptr;
                                    });
}

bool backtalk_imap_read_flags(backtalk_parser* parser, const backtalk_imap_token* list,
                              const backtalk_imap_flags** flags, backtalk_error* error) {
  return decode<backtalk_imap_flags>(parser, flags, error,
                                     [=](ImapResponses& it, const backtalk_imap_flags*& found) {
                                       return it.read_flags(list, found, error);
                                     });
}

bool backtalk_imap_read_listing(backtalk_parser* parser, const backtalk_imap_listing** listing,
                                backtalk_error* error) {
  return decode<backtalk_imap_listing>(
      parser, listing, error,
      [=](ImapResponses& it, const backtalk_imap_listing*& found) { return it.read_listing(found, error); });
}

bool backtalk_imap_read_status(backtalk_parser* parser, const backtalk_imap_mailbox_status** status,
                               backtalk_error* error) {
  return decode<backtalk_imap_mailbox_status>(
      parser, status, error, [=](ImapResponses& it, const backtalk_imap_mailbox_status*& found) {
        return it.read_status(found, error);
      });
}

bool backtalk_imap_read_search(backtalk_parser* parser, const backtalk_imap_search** found,
                               backtalk_error* error) {
  return decode<backtalk_imap_search>(
      parser, found, error,
      [=](ImapResponses& it, const backtalk_imap_search*& out) { return it.read_search(out, error); });
}

bool backtalk_imap_read_extended_search(backtalk_parser* parser, const backtalk_imap_extended_search** found,
                                        backtalk_error* error) {
  return decode<backtalk_imap_extended_search>(
      parser, found, error, [=](ImapResponses& it, const backtalk_imap_extended_search*& out) {
        return it.read_extended_search(out, error);
      });
}

bool backtalk_imap_read_code(backtalk_parser* parser, const backtalk_imap_code** code,
                             backtalk_error* error) {
  return decode<backtalk_imap_code>(
      parser, code, error,
      [=](ImapResponses& it, const backtalk_imap_code*& found) { return it.read_code(found, error); });
}
