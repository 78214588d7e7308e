// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/mailbox.hpp"

#include "ascii.hpp"
#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

// DQUOTE QUOTED-CHAR DQUOTE / nil
bool read_delimiter(Cursor& cursor, char& out) {
  const Token* token = cursor.peek();
  if (token == nullptr || (!token->is_nil() && token->kind != Token::Kind::quoted)) return cursor.refuse();
  const std::string_view text = token->is_nil() ? std::string_view{} : token->text;
  const std::size_t octets = token->escaped ? 2 : 1;
  // Some servers send "" for no hierarchy.
  if (!text.empty() && text.size() != octets) return cursor.refuse();
  out = text.empty() ? '\0' : text.back();
  return cursor.take() != nullptr;
}

bool is_name(const Token& token, std::string_view name) {
  return token.is_astring() && ascii::equals(token.text, name);
}

Error fill(MailboxListing& out, const Response& response) {
  Cursor cursor(response);
  if (!cursor.list(out.attributes) || !read_delimiter(cursor, out.delimiter) || !cursor.astring(out.name)) {
    return cursor.error();
  }
  if (!cursor.done() && cursor.list(out.extended)) {
    Cursor inside(out.extended, response.offset);
    for (NString ignored; !inside.done();) {
      if (!inside.astring(ignored) || inside.take() == nullptr) return inside.error();
    }
  }
  cursor.finish();
  return cursor.error();
}

Error fill(MailboxStatus& out, const Response& response, Tolerances tolerances) {
  struct Known {
    std::string_view name;
    std::optional<std::uint64_t> MailboxStatus::* member;
    std::uint64_t max;
    std::uint64_t min;
  };
  static constexpr Known kKnown[] = {{"MESSAGES", &MailboxStatus::messages, kNumberMax, 0},
                                     {"RECENT", &MailboxStatus::recent, kNumberMax, 0},
                                     {"UIDNEXT", &MailboxStatus::uidnext, kNumberMax, 1},
                                     {"UIDVALIDITY", &MailboxStatus::uidvalidity, kNumberMax, 1},
                                     {"UNSEEN", &MailboxStatus::unseen, kNumberMax, 0},
                                     {"DELETED", &MailboxStatus::deleted, kNumberMax, 0},
                                     {"SIZE", &MailboxStatus::size_octets, kNumber64Max, 0},
                                     {"HIGHESTMODSEQ", &MailboxStatus::highestmodseq, kNumber64Max, 0}};
  Cursor cursor(response, tolerances);
  if (!cursor.astring(out.name) || !cursor.list(out.items) || !cursor.finish()) return cursor.error();
  Cursor inside(out.items, response.offset, tolerances);
  while (!inside.done()) {
    const Token* name = inside.take();
    const Known* known = nullptr;
    for (const Known& one : kKnown) {
      if (name->is_word(one.name)) known = &one;
    }
    if (known == nullptr) {
      if (name->is_list() || inside.take() == nullptr) return {ErrorCode::wrong_shape, name->offset};
    } else if (std::uint64_t value = 0; inside.number(value, known->max, known->min)) {
      out.*known->member = value;
    } else {
      return inside.error();
    }
  }
  return {};
}

Error fill(Namespace& out, const Token& description) {
  if (!description.is_list()) return {ErrorCode::wrong_shape, description.offset};
  Cursor cursor(children(description), description.offset);
  if (!cursor.string(out.prefix) || !read_delimiter(cursor, out.delimiter)) return cursor.error();
  out.extensions = cursor.rest();
  NString ignored;
  for (Siblings values; !cursor.done();) {
    if (!cursor.string(ignored) || !cursor.list(values)) return cursor.error();
  }
  return {};
}

Error fill(Namespaces& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  for (Siblings* row : {&out.personal, &out.other_users, &out.shared}) {
    if (!cursor.list_or_nil(*row)) return cursor.error();
    Namespace ignored;
    for (const Token& description : *row) {
      if (const Error wrong = fill(ignored, description)) return wrong;
    }
  }
  cursor.finish();
  return cursor.error();
}

Error fill(Quota& out, const Response& response) {
  Cursor cursor(response);
  if (!cursor.astring(out.root) || !cursor.list(out.resources) || !cursor.finish()) return cursor.error();
  Cursor inside(out.resources, response.offset);
  NString name;
  for (std::uint64_t ignored = 0; !inside.done();) {
    if (!inside.astring(name) || !inside.number(ignored, kNumber64Max) ||
        !inside.number(ignored, kNumber64Max)) {
      return inside.error();
    }
  }
  return {};
}

Error fill(QuotaRoot& out, const Response& response) {
  Cursor cursor(response);
  if (!cursor.astring(out.mailbox)) return cursor.error();
  out.roots = cursor.rest();
  for (NString ignored; !cursor.done();) {
    if (!cursor.astring(ignored)) return cursor.error();
  }
  return {};
}

Error fill(Siblings& out, const Response& response) {
  Cursor cursor(response);
  if (!cursor.list_or_nil(out, true) || !cursor.finish()) return cursor.error();
  Cursor inside(out, response.offset);
  NString name;
  for (NString value; !inside.done();) {
    if (!inside.string(name) || !inside.nstring(value)) return inside.error();
  }
  return {};
}

}  // namespace

bool MailboxListing::has(std::string_view attribute) const noexcept {
  for (const Token& one : attributes) {
    if (one.is_word(attribute)) return true;
  }
  return false;
}

const Token* MailboxListing::find_extended(std::string_view tag) const noexcept {
  for (auto at = extended.begin(); at != extended.end(); ++at) {
    const bool found = is_name(*at, tag);
    ++at;  // `read_listing` has checked that they come in pairs
    if (found) return &*at;
  }
  return nullptr;
}

bool next_resource(Siblings& resources, QuotaResource& out) noexcept {
  const std::span<const Token> row = resources.row();
  if (row.size() < 3) return false;
  out = {.name = row[0].text, .usage = row[1].number(), .limit = row[2].number()};
  resources = Siblings{row.subspan(3)};
  return true;
}

Result<MailboxListing> read_listing(const Response& response) noexcept {
  return read_with<MailboxListing>([&](MailboxListing& out) { return fill(out, response); });
}

Result<MailboxStatus> read_status(const Response& response, Tolerances tolerances) noexcept {
  return read_with<MailboxStatus>([&](MailboxStatus& out) { return fill(out, response, tolerances); });
}

Result<Namespace> read_namespace(const Token& description) noexcept {
  return read_with<Namespace>([&](Namespace& out) { return fill(out, description); });
}

Result<Namespaces> read_namespaces(const Response& response, Tolerances tolerances) noexcept {
  return read_with<Namespaces>([&](Namespaces& out) { return fill(out, response, tolerances); });
}

Result<Quota> read_quota(const Response& response) noexcept {
  return read_with<Quota>([&](Quota& out) { return fill(out, response); });
}

Result<QuotaRoot> read_quota_root(const Response& response) noexcept {
  return read_with<QuotaRoot>([&](QuotaRoot& out) { return fill(out, response); });
}

Result<Siblings> read_id(const Response& response) noexcept {
  return read_with<Siblings>([&](Siblings& out) { return fill(out, response); });
}

}  // namespace backtalk::imap
