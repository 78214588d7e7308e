// SPDX-License-Identifier: Apache-2.0 OR MIT
// STATUS: what a server says of a mailbox that is not selected.
#include "backtalk/imap/mailbox.hpp"
#include "first_error.hpp"
#include "imap/cursor.hpp"
#include "imap/pairs.hpp"
#include "imap/words.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

struct KnownItem {
  std::string_view name;
  std::optional<std::uint64_t> MailboxStatus::* member;
  std::uint64_t max;
  std::uint64_t min;
  Counts counts = Counts::other;
};
constexpr KnownItem kKnownItems[] = {{"MESSAGES", &MailboxStatus::messages, kNumberMax, 0},
                                     {"RECENT", &MailboxStatus::recent, kNumberMax, 0},
                                     {"UIDNEXT", &MailboxStatus::uidnext, kNumberMax, 1},
                                     {"UIDVALIDITY", &MailboxStatus::uidvalidity, kNumberMax, 1},
                                     {"UNSEEN", &MailboxStatus::unseen, kNumberMax, 0},
                                     {"DELETED", &MailboxStatus::deleted, kNumberMax, 0},
                                     {"SIZE", &MailboxStatus::size_octets, kNumber64Max, 0, Counts::size},
                                     {"HIGHESTMODSEQ", &MailboxStatus::highestmodseq, kNumber64Max, 0}};

const KnownItem* find_item(const Token& name) {
  for (const KnownItem& one : kKnownItems) {
    if (name.is_word(one.name)) return &one;
  }
  return nullptr;
}

// mailbox SP "(" [status-att-list] ")"
void read_name_and_list(Cursor& cursor, const Response& response, MailboxStatus& out, Tolerances tolerances) {
  NString name;
  const Token* const first = cursor.peek();
  const bool named = cursor.astring(name);
  cursor.go_on();
  const Token* list = cursor.peek();
  if (list == nullptr || list->is_list()) {
    if (named) out.name = name;
  } else {
    const Token* const second = list;
    while (list != nullptr && !list->is_list()) {
      cursor.skip();
      list = cursor.peek();
    }
    if (named && list != nullptr && tolerances.has(tolerate::unquoted_names)) {
      out.unquoted_name = words_as_sent(response, first, list);
    }
    if (out.unquoted_name.empty()) cursor.fail({ErrorCode::wrong_shape, second->offset});
    cursor.go_on();
  }
  if (cursor.list(out.items)) cursor.finish();
}

Error fill(MailboxStatus& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response, tolerances);
  read_name_and_list(cursor, response, out, tolerances);
  const auto names_item = [](const Token& token) { return find_item(token) != nullptr; };
  const Token* const last = out.items.row().data() + out.items.row().size();
  Cursor inside(out.items, response.offset, tolerances);
  while (!inside.done()) {
    const Token* const name = inside.peek();
    if (name->kind != Token::Kind::atom) {
      inside.refuse();
      inside.skip();
      continue;
    }
    inside.take();
    const Token* const value = inside.peek();
    const KnownItem* const known = find_item(*name);
    if (value == nullptr || value_is_missing(*value, last, known != nullptr, names_item)) {
      inside.fail({ErrorCode::wrong_shape, name->offset});
      inside.go_on();
    } else if (known == nullptr ||
               !inside.number(out.*known->member, known->max, known->min, known->counts)) {
      inside.skip();
    }
  }
  return first_error(cursor.error(), inside.error());
}

}  // namespace

Result<MailboxStatus> read_status(const Response& response, Tolerances tolerances) noexcept {
  return read_with<MailboxStatus>([&](MailboxStatus& out) { return fill(out, response, tolerances); });
}

}  // namespace backtalk::imap
