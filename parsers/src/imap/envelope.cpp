// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/envelope.hpp"

#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

// env-from = "(" 1*address ")" / nil
// address  = "(" nstring SP nstring SP nstring SP nstring ")"
bool read_addresses(Cursor& cursor, AddressList& out) {
  Siblings list;
  if (!cursor.list_or_nil(list)) return false;
  const Token* at = list.row().data();
  const Token* const last = at + list.row().size();
  for (; at != last; at += 5) {
    const bool fits = at->is_list() && at->span == 5 && at[1].is_nstring() && at[2].is_nstring() &&
                      at[3].is_nstring() && at[4].is_nstring();
    if (fits) continue;
    if (!at->is_list()) return cursor.fail({ErrorCode::wrong_shape, at->offset});
    Cursor inside(children(*at), at->offset);
    NString ignored;
    for (int i = 0; i < 4; ++i) inside.nstring(ignored);
    inside.refuse();
    return cursor.fail(inside.error());
  }
  out = AddressList{list};
  return true;
}

// envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
//            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
Error fill(Envelope& out, const Token& value, Tolerances tolerances) {
  if (!value.is_list()) return {ErrorCode::wrong_shape, value.offset};
  Cursor cursor(children(value), value.offset, tolerances);
  const bool whole = cursor.nstring(out.date) && cursor.nstring(out.subject) &&
                     read_addresses(cursor, out.from) && read_addresses(cursor, out.sender) &&
                     read_addresses(cursor, out.reply_to) && read_addresses(cursor, out.to) &&
                     read_addresses(cursor, out.cc) && read_addresses(cursor, out.bcc) &&
                     cursor.nstring(out.in_reply_to) && cursor.nstring(out.message_id) && cursor.finish();
  return whole ? Error{} : cursor.error();
}

}  // namespace

Result<Envelope> read_envelope(const Token& value, Tolerances tolerances) noexcept {
  return read_with<Envelope>([&](Envelope& out) { return fill(out, value, tolerances); });
}

}  // namespace backtalk::imap
