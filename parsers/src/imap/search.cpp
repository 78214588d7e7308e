// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/search.hpp"

#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

bool read_number(Cursor& cursor, std::uint64_t min, std::uint64_t max, std::optional<std::uint64_t>& out) {
  std::uint64_t value = 0;
  if (!cursor.number(value, max, min)) return false;
  out = value;
  return true;
}

// mod-sequence-value: from 1, unsigned 63 bits
bool read_modseq(Cursor& cursor, std::optional<std::uint64_t>& out) {
  return read_number(cursor, 1, kNumber64Max, out);
}

Error fill(SearchResult& out, const Response& response) {
  Cursor cursor(response);
  const Token* const first = cursor.rest().row().data();
  const Token* last = first;
  while (!cursor.done() && !cursor.peek()->is_list()) {
    last = cursor.peek() + 1;
    if (std::uint64_t ignored = 0; !cursor.nz_number(ignored)) return cursor.error();
  }
  out.numbers = {first, last};
  if (cursor.done()) return {};
  Siblings list;
  cursor.list(list);
  cursor.finish();
  if (cursor.error()) return cursor.error();
  Cursor inside(list, response.offset);
  const Token* name = inside.take();
  if (name == nullptr || !name->is_word("MODSEQ")) return {ErrorCode::wrong_shape, response.offset};
  if (read_modseq(inside, out.modseq)) inside.finish();
  return inside.error();
}

Error fill(ExtendedSearchResult& out, const Response& response) {
  Cursor cursor(response);
  if (const Token* token = cursor.peek(); token != nullptr && token->is_list()) {
    Cursor inside(children(*token), token->offset);
    const Token* name = inside.take();
    if (name == nullptr || !name->is_word("TAG") || !inside.string(out.tag) || !inside.finish()) {
      return {ErrorCode::wrong_shape, token->offset};
    }
    cursor.take();
  }
  if (const Token* token = cursor.peek(); token != nullptr && token->is_word("UID")) {
    out.uid = true;
    cursor.take();
  }
  out.returned = cursor.rest();
  while (!cursor.done() && !cursor.error()) {
    if (cursor.peek()->kind != Token::Kind::atom) {
      cursor.refuse();
      break;
    }
    const Token* const name = cursor.take();
    if (name->is_word("ALL")) {
      cursor.number_set(out.all);
    } else if (name->is_word("MIN")) {
      read_number(cursor, 1, kNumberMax, out.min);
    } else if (name->is_word("MAX")) {
      read_number(cursor, 1, kNumberMax, out.max);
    } else if (name->is_word("COUNT")) {
      read_number(cursor, 0, kNumberMax, out.count);
    } else if (name->is_word("MODSEQ")) {
      read_modseq(cursor, out.modseq);
    } else {
      cursor.take();
    }
  }
  return cursor.error();
}

// thread-list    = "(" (thread-members / thread-nested) ")"
// thread-members = nz-number *(SP nz-number) [SP thread-nested]
// thread-nested  = 2*thread-list
//
// In a list, each message is the child of the one before it, and a nested list is the child of what
// precedes it in its list. When lists end, the chain of parents leads back to the message that the
// next one belongs to, so no stack is needed.
Error fill(std::vector<ThreadMessage>& out, const Response& response) {
  const std::span<const Token> row = response.arguments().row();
  const Token* list = nullptr;  // the innermost one that contains `at`
  std::uint32_t before = ThreadMessage::kNoParent;
  const auto add = [&](std::uint32_t number) {
    out.push_back({.number = number, .parent = before, .list = list});
    before = static_cast<std::uint32_t>(out.size() - 1);
  };
  for (const Token* at = row.data(); at != row.data() + row.size(); ++at) {
    while (list != nullptr && list + list->span <= at) {
      while (before != ThreadMessage::kNoParent && out[before].list == list) before = out[before].parent;
      list = before == ThreadMessage::kNoParent ? nullptr : out[before].list;
    }
    if (at->is_list()) {
      if (at->span == 1) return {ErrorCode::wrong_shape, at->offset};
      list = at;
      if (at[1].is_list()) add(0);  // no message is the parent of those that follow
    } else if (list == nullptr || !at->is_number()) {
      return {ErrorCode::wrong_shape, at->offset};
    } else if (at->number() == 0 || at->number() > kNumberMax) {
      return {ErrorCode::number_out_of_range, at->offset};
    } else {
      add(static_cast<std::uint32_t>(at->number()));
    }
  }
  return {};
}

Error fill(Vanished& out, const Response& response) {
  Cursor cursor(response);
  if (const Token* token = cursor.peek(); token != nullptr && token->is_list()) {
    const bool fits = token->span == 2 && token[1].is_word("EARLIER");
    if (!fits) return {ErrorCode::wrong_shape, token->offset};
    out.earlier = true;
    cursor.take();
  }
  if (cursor.number_set(out.uids)) cursor.finish();
  return cursor.error();
}

}  // namespace

Result<SearchResult> read_search(const Response& response) noexcept {
  return read_with<SearchResult>([&](SearchResult& out) { return fill(out, response); });
}

Result<ExtendedSearchResult> read_extended_search(const Response& response) noexcept {
  return read_with<ExtendedSearchResult>([&](ExtendedSearchResult& out) { return fill(out, response); });
}

Result<std::span<const ThreadMessage>> read_threads(const Response& response,
                                                    std::vector<ThreadMessage>& room) {
  return read_into<ThreadMessage>(room, [&] { return fill(room, response); });
}

Result<Vanished> read_vanished(const Response& response) noexcept {
  return read_with<Vanished>([&](Vanished& out) { return fill(out, response); });
}

}  // namespace backtalk::imap
