#include "backtalk/imap/search.hpp"

#include "imap/cursor.hpp"

namespace backtalk::imap {
namespace {

Cursor arguments_of(const Response& response) {
  return {response.arguments(), response.offset};
}

bool read_modseq(Cursor& cursor, std::optional<std::uint64_t>& out) {
  std::uint64_t value = 0;
  if (!cursor.number(value, kNumber64Max)) return false;
  out = value;
  return true;
}

// A set of one number is a number to the lexer.
bool read_set(Cursor& cursor, NumberSet& out) {
  const Token* token = cursor.peek();
  if (token == nullptr || token->kind > Token::Kind::number) return cursor.refuse();
  out = NumberSet{token->text};
  if (!out.check()) return cursor.refuse();
  return cursor.take() != nullptr;
}

}  // namespace

Error read_search(const Response& response, SearchResult& out) noexcept {
  Cursor cursor = arguments_of(response);
  out.modseq.reset();
  const Token* const first = cursor.rest().row().data();
  const Token* last = first;
  while (!cursor.done() && !cursor.peek()->is_list()) {
    std::uint64_t value = 0;
    const Token* const token = cursor.peek();
    if (!cursor.number(value)) return cursor.error();
    if (value == 0) return {ErrorCode::number_out_of_range, token->offset};
    last = token + 1;
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

Error read_extended_search(const Response& response, ExtendedSearchResult& out) noexcept {
  out = {};
  Cursor cursor = arguments_of(response);
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
    const Token* name = cursor.take();
    if (name->is_word("ALL")) {
      read_set(cursor, out.all);
    } else if (name->is_word("MIN")) {
      read_modseq(cursor, out.min);
    } else if (name->is_word("MAX")) {
      read_modseq(cursor, out.max);
    } else if (name->is_word("COUNT")) {
      read_modseq(cursor, out.count);
    } else if (name->is_word("MODSEQ")) {
      read_modseq(cursor, out.modseq);
    } else {
      cursor.take();
    }
  }
  return cursor.error();
}

// thread-list    = "(" (thread-members / thread-nested) ")"
// thread-members = nz-number *(SP nz-number) [SP thread-nested]        thread-nested = 2*thread-list
Error read_threads(const Response& response, std::vector<ThreadMessage>& out) {
  out.clear();
  const std::span<const Token> row = response.arguments().row();
  // Inside a list each message answers the one before it; a list answers what stands before it in its own
  // list. The list that a token is in is found by the ends: kept in `open` for as long as they are.
  struct Open {
    const Token* end;
    std::uint32_t before;  // the last message of the list, or what the list itself answers
  };
  std::vector<Open> open;
  for (const Token* at = row.data(); at != row.data() + row.size(); ++at) {
    while (!open.empty() && open.back().end == at) open.pop_back();
    const std::uint32_t before = open.empty() ? ThreadMessage::kNoParent : open.back().before;
    const auto index = static_cast<std::uint32_t>(out.size());
    if (at->is_list()) {
      if (at->span == 1) return {ErrorCode::wrong_shape, at->offset};
      std::uint32_t answers = before;
      if (at[1].is_list()) {  // no message is the parent of all that follow
        out.push_back({.number = 0, .parent = before});
        answers = index;
      }
      open.push_back({at + at->span, answers});
    } else if (open.empty() || !at->is_number()) {
      return {ErrorCode::wrong_shape, at->offset};
    } else if (at->number() == 0 || at->number() > kNumberMax) {
      return {ErrorCode::number_out_of_range, at->offset};
    } else {
      out.push_back({.number = static_cast<std::uint32_t>(at->number()), .parent = before});
      open.back().before = index;
    }
  }
  return {};
}

Error read_vanished(const Response& response, Vanished& out) noexcept {
  out = {};
  Cursor cursor = arguments_of(response);
  if (const Token* token = cursor.peek(); token != nullptr && token->is_list()) {
    const bool fits = token->span == 2 && token[1].is_word("EARLIER");
    if (!fits) return {ErrorCode::wrong_shape, token->offset};
    out.earlier = true;
    cursor.take();
  }
  if (read_set(cursor, out.uids)) cursor.finish();
  return cursor.error();
}

}  // namespace backtalk::imap
