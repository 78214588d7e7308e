// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/search.hpp"

#include <string_view>
#include <utility>

#include "first_error.hpp"
#include "imap/cursor.hpp"
#include "imap/pairs.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

// "(" "MODSEQ" SP mod-sequence-value ")"
bool is_modseq(const Token& token) {
  return token.is_list() && token.span > 1 && (&token + 1)->is_word("MODSEQ");
}

// What is not a number is passed over. It is among the numbers if any of them stands behind it.
Error fill(SearchResult& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  const Token* const first = cursor.rest().row().data();
  const Token* last = first;
  Error inner;
  bool at_end = false;  // behind the list of MODSEQ
  while (!cursor.done()) {
    if (const Token* const token = cursor.peek(); is_modseq(*token)) {
      at_end = true;
      Cursor inside(children(*token), token->offset, tolerances);
      inside.take();
      if (!inside.nz_number(out.modseq, kNumber64Max)) inside.skip();
      inside.finish();
      inner = first_error(inner, inside.error());
      cursor.take();
      continue;
    }
    if (at_end) cursor.refuse();
    cursor.go_on();
    const Token& token = *cursor.peek();
    if (std::uint64_t ignored = 0; !cursor.nz_number(ignored)) {
      cursor.skip();
    } else if (!token.is_number()) {  // what is tolerated as a size is no message number
      cursor.fail({ErrorCode::wrong_shape, token.offset});
      cursor.go_on();
    }
    last = cursor.rest().row().data();
  }
  out.numbers = {first, last};
  return first_error(cursor.error(), inner);
}

enum class Returned : std::uint8_t { other, all, min, max, count, modseq };

Returned returned_of(const Token& name) {
  constexpr std::pair<std::string_view, Returned> kNames[] = {{"ALL", Returned::all},
                                                              {"MIN", Returned::min},
                                                              {"MAX", Returned::max},
                                                              {"COUNT", Returned::count},
                                                              {"MODSEQ", Returned::modseq}};
  for (const auto& [known, which] : kNames) {
    if (name.is_word(known)) return which;
  }
  return Returned::other;
}

bool read_value(Cursor& cursor, Returned which, ExtendedSearchResult& out) {
  switch (which) {
    case Returned::all: return cursor.number_set(out.all);
    case Returned::min: return cursor.nz_number(out.min);
    case Returned::max: return cursor.nz_number(out.max);
    case Returned::count: return cursor.number(out.count);
    case Returned::modseq: return cursor.nz_number(out.modseq, kNumber64Max);
    case Returned::other: break;
  }
  return cursor.take() != nullptr;
}

// search-correlator = SP "(" "TAG" SP tag-string ")"
Error read_correlator(const Token& list, NString& tag, Tolerances tolerances) {
  Cursor inside(children(list), list.offset, tolerances);
  const Token* const name = inside.take();
  const bool fits = name != nullptr && name->is_word("TAG") && inside.string(tag) && inside.finish();
  return fits ? Error{} : Error{ErrorCode::wrong_shape, list.offset};
}

Error fill(ExtendedSearchResult& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  Error inner;
  if (const Token* token = cursor.peek(); token != nullptr && token->is_list()) {
    inner = read_correlator(*token, out.tag, tolerances);
    cursor.take();
  }
  if (const Token* token = cursor.peek(); token != nullptr && token->is_word("UID")) {
    out.uid = true;
    cursor.take();
  }
  out.returned = cursor.rest();
  const Token* const last = out.returned.row().data() + out.returned.row().size();
  const auto names_data = [](const Token& token) { return returned_of(token) != Returned::other; };
  while (!cursor.done()) {
    const Token* const name = cursor.peek();
    if (name->kind != Token::Kind::atom) {
      cursor.refuse();
      cursor.skip();
      continue;
    }
    cursor.take();
    const Returned which = returned_of(*name);
    const Token* const value = cursor.peek();
    const bool known = which != Returned::other;
    const bool missing = value == nullptr || value_is_missing(*value, last, known, names_data);
    if (missing && which == Returned::all && tolerances.has(tolerate::empty_sets)) continue;
    if (missing) {
      cursor.fail({ErrorCode::wrong_shape, name->offset});
      cursor.go_on();
    } else if (!read_value(cursor, which, out)) {
      cursor.skip();
    }
  }
  return first_error(cursor.error(), inner);
}

// thread-list    = "(" (thread-members / thread-nested) ")"
// thread-members = nz-number *(SP nz-number) [SP thread-nested]
// thread-nested  = 2*thread-list
//
// In a list, each message is the child of the one before it, and a nested list is the child of what
// precedes it in its list. When lists end, the chain of parents leads back to the message that the
// next one belongs to, so no stack is needed.
//
// A token that is not a number still takes a place, so that the indices of the others stay right.
Error fill(std::vector<ThreadMessage>& out, const Response& response, Tolerances tolerances) {
  const std::span<const Token> row = response.arguments().row();
  const Token* list = nullptr;  // the innermost one that contains `at`
  std::uint32_t before = ThreadMessage::kNoParent;
  Error first;
  const auto add = [&](std::optional<std::uint64_t> number) {
    out.push_back({.number = number, .parent = before, .list = list});
    before = static_cast<std::uint32_t>(out.size() - 1);
  };
  for (const Token* at = row.data(); at != row.data() + row.size(); ++at) {
    while (list != nullptr && list + list->span <= at) {
      while (before != ThreadMessage::kNoParent && out[before].list == list) before = out[before].parent;
      list = before == ThreadMessage::kNoParent ? nullptr : out[before].list;
    }
    std::uint64_t number = 0;
    ErrorCode wrong = ErrorCode::none;
    if (at->is_list() && at->span > 1) {
      list = at;
      if (at[1].is_list()) add(std::nullopt);  // no message is the parent of those that follow
    } else if (list == nullptr || at->is_list()) {
      wrong = ErrorCode::wrong_shape;
    } else {
      wrong = read_number(*at, number, kNumberMax, 1, tolerances);
      add(wrong == ErrorCode::none ? std::optional{number} : std::nullopt);
    }
    if (wrong != ErrorCode::none) first = first_error(first, {wrong, at->offset});
  }
  return first;
}

Error fill(Vanished& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  if (const Token* token = cursor.peek(); token != nullptr && token->is_list()) {
    out.earlier = token->span == 2 && token[1].is_word("EARLIER");
    if (!out.earlier) cursor.refuse();
    cursor.skip();
  }
  if (!cursor.number_set(out.uids)) cursor.skip();
  cursor.finish();
  return cursor.error();
}

}  // namespace

Result<SearchResult> read_search(const Response& response, Tolerances tolerances) noexcept {
  return read_with<SearchResult>([&](SearchResult& out) { return fill(out, response, tolerances); });
}

Result<ExtendedSearchResult> read_extended_search(const Response& response, Tolerances tolerances) noexcept {
  return read_with<ExtendedSearchResult>(
      [&](ExtendedSearchResult& out) { return fill(out, response, tolerances); });
}

Result<std::span<const ThreadMessage>> read_threads(const Response& response,
                                                    std::vector<ThreadMessage>& room, Tolerances tolerances) {
  return read_into<ThreadMessage>(room, [&] { return fill(room, response, tolerances); });
}

Result<Vanished> read_vanished(const Response& response, Tolerances tolerances) noexcept {
  return read_with<Vanished>([&](Vanished& out) { return fill(out, response, tolerances); });
}

}  // namespace backtalk::imap
