// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/mailbox.hpp"

#include <utility>

#include "ascii.hpp"
#include "first_error.hpp"
#include "imap/cursor.hpp"
#include "imap/flag.hpp"
#include "imap/pairs.hpp"
#include "imap/words.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

// DQUOTE QUOTED-CHAR DQUOTE / nil
bool fits_delimiter(const Token& token) {
  if (token.is_nil()) return true;
  if (token.kind != Token::Kind::quoted) return false;
  // Some servers send "" for no hierarchy.
  return token.text.empty() || token.text.size() == (token.escaped ? 2U : 1U);
}

bool read_delimiter(Cursor& cursor, char& out) {
  const Token* const token = cursor.peek();
  if (token == nullptr || !fits_delimiter(*token)) return cursor.refuse();
  out = token->is_nil() || token->text.empty() ? '\0' : token->text.back();
  return cursor.take() != nullptr;
}

bool is_name(const Token& token, std::string_view name) {
  return token.is_astring() && ascii::equals(token.text, name);
}

// Names and values alternating, each read by its function. What does not fit is passed over.
template <class Name, class Value>
Error check_pairs(Siblings pairs, Tolerances tolerances, Name name, Value value) {
  Cursor cursor(pairs, 0, tolerances);
  while (const Token* const first = cursor.peek()) {
    if (!name(cursor)) cursor.skip();
    if (cursor.done()) {
      cursor.fail({ErrorCode::wrong_shape, first->offset});
    } else if (!value(cursor)) {
      cursor.skip();
    }
  }
  return cursor.error();
}

// mbx-list-oflag = "\" atom
//
// "\*" is none, and a word without the backslash is another name. A string only if tolerated.
bool is_attribute(const Token& token, bool quoted) {
  if (token.kind == Token::Kind::flag) return token.text != "\\*";
  if (!quoted || !is_quoted_flag(token)) return false;
  const bool begins_with_quote = token.escaped && token.text.starts_with("\\\"");
  return token.text.front() == '\\' && !begins_with_quote && !spells_flag(token, "\\") &&
         !spells_flag(token, "\\*");
}

Error check_attributes(Siblings attributes, bool quoted) {
  for (const Token& attribute : attributes) {
    if (!is_attribute(attribute, quoted)) return {ErrorCode::wrong_shape, attribute.offset};
  }
  return {};
}

// The first error of a response and of the lists in it. That something is missing at its end is
// said only if nothing else is wrong.
Error first_error_of(const Cursor& cursor, const Error& inner) {
  const bool ends_early = cursor.error().offset == cursor.where();
  return inner && ends_early ? inner : first_error(cursor.error(), inner);
}

// What is not the part that should be here is passed over if it leaves enough for the parts behind
// it; otherwise the part itself is missing.
void pass_wrong_part(Cursor& cursor, std::size_t parts_behind) {
  if (cursor.rest().count() > parts_behind) {
    cursor.skip();
  } else {
    cursor.go_on();
  }
}

// A name of several tokens, of which the first has been read.
void read_words(Cursor& cursor, const Response& response, MailboxListing& out, Tolerances tolerances) {
  const Token* const first = std::exchange(out.name, NString{}).token();
  const Token* const second = cursor.peek();
  const Token* end = second;
  while (end != nullptr && !end->is_list()) {
    cursor.skip();
    end = cursor.peek();
  }
  if (first != nullptr && tolerances.has(tolerate::unquoted_names)) {
    out.unquoted_name = words_as_sent(response, first, cursor.rest().row().data());
  }
  if (out.unquoted_name.empty()) cursor.fail({ErrorCode::wrong_shape, second->offset});
  cursor.go_on();
}

// Most listings have three parts, and nothing odd in them.
bool fill_usual(MailboxListing& out, const Response& response) {
  const std::span<const Token> row = response.arguments().row();
  if (row.size() < 3) return false;
  const Token* const last = row.data() + row.size();
  const Token& attributes = row.front();
  const Token& delimiter = *(last - 2);
  const Token& name = *(last - 1);
  if (!attributes.is_list() || &attributes + attributes.span != &delimiter) return false;
  const bool is_byte =
      delimiter.kind == Token::Kind::quoted && !delimiter.escaped && delimiter.text.size() == 1;
  if (!is_byte || !name.is_astring()) return false;
  for (const Token* at = &attributes + 1; at != &delimiter; ++at) {
    // Only of two bytes may it be "\*".
    if (at->kind != Token::Kind::flag || at->text.size() == 2) return false;
  }
  out.attributes = children(attributes);
  out.delimiter = delimiter.text.front();
  out.name = NString{name};
  return true;
}

[[gnu::noinline]] Error fill_unusual(MailboxListing& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  Error inner;
  if (cursor.list(out.attributes)) {
    inner = check_attributes(out.attributes, out.quoted);
  } else {
    pass_wrong_part(cursor, 2);
  }
  if (!read_delimiter(cursor, out.delimiter)) pass_wrong_part(cursor, 1);
  if (!cursor.astring(out.name)) cursor.skip();
  if (!cursor.done() && !cursor.peek()->is_list()) read_words(cursor, response, out, tolerances);
  if (!cursor.done()) {
    if (cursor.list(out.extended)) {
      const Error wrong = check_pairs(
          out.extended, tolerances,
          [](Cursor& pairs) {
            NString ignored;
            return pairs.astring(ignored);
          },
          [](Cursor& pairs) { return pairs.take() != nullptr; });
      inner = first_error(inner, wrong);
    }
    cursor.finish();
  }
  return first_error_of(cursor, inner);
}

Error fill(MailboxListing& out, const Response& response, Tolerances tolerances) {
  out.quoted = tolerances.has(tolerate::quoted_flags);
  if (fill_usual(out, response)) return {};
  return fill_unusual(out, response, tolerances);
}

Error fill(Namespace& out, const Token& description, Tolerances tolerances) {
  if (!description.is_list()) return {ErrorCode::wrong_shape, description.offset};
  Cursor cursor(children(description), description.offset, tolerances);
  if (!cursor.string(out.prefix)) cursor.skip();
  if (!read_delimiter(cursor, out.delimiter)) cursor.skip();
  out.extensions = cursor.rest();
  const Error wrong = check_pairs(
      out.extensions, tolerances,
      [](Cursor& pairs) {
        NString ignored;
        return pairs.string(ignored);
      },
      [](Cursor& pairs) {
        Siblings values;
        return pairs.list(values);
      });
  return first_error(cursor.error(), wrong);
}

Error fill(Namespaces& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  Error inner;
  for (Siblings* row : {&out.personal, &out.other_users, &out.shared}) {
    if (!cursor.list_or_nil(*row)) cursor.skip();
    for (const Token& description : *row) {
      Namespace ignored;
      inner = first_error(inner, fill(ignored, description, tolerances));
    }
  }
  cursor.finish();
  return first_error_of(cursor, inner);
}

// atom SP number SP number
//
// If that is not what follows, passes over what is no name, or over a name and as many of its
// numbers as there are.
bool take_resource(Cursor& cursor, QuotaResource& out) {
  const Token& name = *cursor.take();
  QuotaResource found{.name = NString{name}.raw()};
  const auto number = [&cursor, &name](std::uint64_t& value) {
    if (cursor.done()) return cursor.fail({ErrorCode::wrong_shape, name.offset});
    return cursor.number(value, kNumber64Max);
  };
  if (!name.is_astring() || name.is_number()) {
    cursor.fail({ErrorCode::wrong_shape, name.offset});
  } else if (number(found.usage) && number(found.limit)) {
    out = found;
    return true;
  }
  cursor.go_on();
  return false;
}

Error fill(Quota& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  if (!cursor.astring(out.root)) pass_wrong_part(cursor, 1);
  if (cursor.list(out.resources)) cursor.finish();
  Cursor inside(out.resources, response.offset, tolerances);
  QuotaResource ignored;
  while (!inside.done()) take_resource(inside, ignored);
  return first_error(cursor.error(), inside.error());
}

Error fill(QuotaRoot& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  if (!cursor.astring(out.mailbox)) cursor.skip();
  out.roots = cursor.rest();
  for (NString ignored; !cursor.done();) {
    if (!cursor.astring(ignored)) cursor.skip();
  }
  return cursor.error();
}

// An atom in place of a string. What consists of digits is none, even if it is too long for the
// lexer to see a number.
bool is_atom_for_string(const Token* token) {
  return token != nullptr && token->kind == Token::Kind::atom &&
         token->text.find_first_not_of("0123456789") != std::string_view::npos;
}

// id-params-list = "(" [string SP nstring *(SP string SP nstring)] ")" / nil
Error fill(Siblings& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  if (cursor.list_or_nil(out, true)) cursor.finish();
  const auto take_atom = [atoms = tolerances.has(tolerate::atoms_as_strings)](Cursor& pairs) {
    return atoms && is_atom_for_string(pairs.peek()) && pairs.take() != nullptr;
  };
  const Error wrong = check_pairs(
      out, tolerances,
      [&](Cursor& pairs) {
        NString ignored;
        return take_atom(pairs) || pairs.string(ignored);
      },
      [&](Cursor& pairs) {
        NString ignored;
        return take_atom(pairs) || pairs.nstring(ignored);
      });
  out = whole_pairs(out);
  return first_error(cursor.error(), wrong);
}

}  // namespace

bool MailboxListing::has(std::string_view attribute) const noexcept {
  for (const Token& one : attributes) {
    if (one.is_word(attribute)) return true;
    if (quoted && is_quoted_flag(one) && spells_flag(one, attribute)) return true;
  }
  return false;
}

const Token* MailboxListing::find_extended(std::string_view tag) const noexcept {
  for (auto at = extended.begin(); at != extended.end(); ++at) {
    const bool found = is_name(*at, tag);
    if (++at == extended.end()) break;  // a tag without a value
    if (found) return &*at;
  }
  return nullptr;
}

bool next_resource(Siblings& resources, QuotaResource& out, Tolerances tolerances) noexcept {
  Cursor cursor(resources, 0, tolerances);
  while (!cursor.done()) {
    if (!take_resource(cursor, out)) continue;
    resources = cursor.rest();
    return true;
  }
  resources = cursor.rest();
  return false;
}

Result<MailboxListing> read_listing(const Response& response, Tolerances tolerances) noexcept {
  return read_with<MailboxListing>([&](MailboxListing& out) { return fill(out, response, tolerances); });
}

Result<Namespace> read_namespace(const Token& description, Tolerances tolerances) noexcept {
  return read_with<Namespace>([&](Namespace& out) { return fill(out, description, tolerances); });
}

Result<Namespaces> read_namespaces(const Response& response, Tolerances tolerances) noexcept {
  return read_with<Namespaces>([&](Namespaces& out) { return fill(out, response, tolerances); });
}

Result<Quota> read_quota(const Response& response, Tolerances tolerances) noexcept {
  return read_with<Quota>([&](Quota& out) { return fill(out, response, tolerances); });
}

Result<QuotaRoot> read_quota_root(const Response& response, Tolerances tolerances) noexcept {
  return read_with<QuotaRoot>([&](QuotaRoot& out) { return fill(out, response, tolerances); });
}

Result<Siblings> read_id(const Response& response, Tolerances tolerances) noexcept {
  return read_with<Siblings>([&](Siblings& out) { return fill(out, response, tolerances); });
}

}  // namespace backtalk::imap
