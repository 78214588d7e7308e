// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/envelope.hpp"

#include "imap/fields.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

// address = "(" nstring SP nstring SP nstring SP nstring ")"
Error read_address(const Token& address, Address& out, Tolerances tolerances) {
  if (!address.is_list()) return {ErrorCode::wrong_shape, address.offset};
  Fields fields(address, tolerances);
  Error first;
  for (NString* const part : {&out.name, &out.route, &out.mailbox, &out.host}) {
    const Error error = fields.nstring(*part);
    if (!first) first = error;
  }
  if (!first && !fields.done()) first = fields.wrong();
  return first;
}

bool is_usual_address(const Token* at) {
  return at->is_list() && at->span == 5 && !at->after_space && at[1].is_nstring() && at[2].is_nstring() &&
         at[3].is_nstring() && at[4].is_nstring();
}

// The error of an element of an address list that does not look like an address among others.
Error check_odd_address(const Token& address, bool after_list, Tolerances tolerances) {
  const Fields fields(&address, &address + address.span, address, tolerances);
  if (address.is_nil()) return fields.wrong_unless(tolerate::nil_addresses);
  if (address.is_list() && address.span == 1) {
    return fields.wrong_unless(tolerate::nil_addresses | tolerate::empty_lists);
  }
  if (const Error error = after_list ? fields.spaced(address) : Error{}) return error;
  Address ignored;
  return read_address(address, ignored, tolerances);
}

// The first error of a list of addresses from `at` on.
[[gnu::noinline]] Error check_addresses(const Token* at, const Token* last, bool after_list,
                                        Tolerances tolerances) {
  for (; at != last; at += at->span) {
    if (!is_usual_address(at)) {
      if (const Error error = check_odd_address(*at, after_list, tolerances)) return error;
    }
    after_list = at->is_list();
  }
  return {};
}

// env-from = "(" 1*address ")" / nil
Error read_addresses(Fields& fields, AddressList& out, Tolerances tolerances) {
  if (fields.take_nil()) return {};
  const Token* const list = fields.peek();
  if (list == nullptr || !list->is_list() || list->span == 1) return fields.nil();
  fields.skip();
  out = AddressList{children(*list)};
  const Token* const first = list + 1;
  const Token* const last = list + list->span;
  const Token* at = first;
  while (at != last && is_usual_address(at)) at += 5;
  const Error error = at == last ? Error{} : check_addresses(at, last, at != first, tolerances);
  return list->after_space ? error : Fields::unspaced(*list);
}

// envelope = "(" env-date SP env-subject SP env-from SP env-sender SP env-reply-to SP env-to SP
//            env-cc SP env-bcc SP env-in-reply-to SP env-message-id ")"
Error fill(Envelope& out, const Token& value, Tolerances tolerances) {
  if (!value.is_list()) return {ErrorCode::wrong_shape, value.offset};
  Fields fields(value, tolerances);
  Error first;
  const auto note = [&](EnvelopeField field, Error error) {
    // The error of a field that is left out is at the envelope itself.
    if (error.offset == value.offset && tolerances.has(tolerate::short_envelopes)) return;
    out.errors[static_cast<std::size_t>(field)] = error;
    if (!first) first = error;
  };
  const auto text = [&](EnvelopeField field, NString& member) {
    if (const Error error = fields.nstring(member)) note(field, error);
  };
  const auto list = [&](EnvelopeField field, AddressList& member) {
    if (const Error error = read_addresses(fields, member, tolerances)) note(field, error);
  };
  text(EnvelopeField::date, out.date);
  text(EnvelopeField::subject, out.subject);
  list(EnvelopeField::from, out.from);
  list(EnvelopeField::sender, out.sender);
  list(EnvelopeField::reply_to, out.reply_to);
  list(EnvelopeField::to, out.to);
  list(EnvelopeField::cc, out.cc);
  list(EnvelopeField::bcc, out.bcc);
  text(EnvelopeField::in_reply_to, out.in_reply_to);
  text(EnvelopeField::message_id, out.message_id);
  if (!first && !fields.done()) first = fields.wrong();
  return first;
}

}  // namespace

Address AddressList::Iterator::read_odd(const Token& address) noexcept {
  Address read;
  read.error = read_address(address, read, tolerate::empty_lists);
  return read;
}

std::string_view word(EnvelopeField field) noexcept {
  switch (field) {
    case EnvelopeField::date: return "date";
    case EnvelopeField::subject: return "subject";
    case EnvelopeField::from: return "from";
    case EnvelopeField::sender: return "sender";
    case EnvelopeField::reply_to: return "reply-to";
    case EnvelopeField::to: return "to";
    case EnvelopeField::cc: return "cc";
    case EnvelopeField::bcc: return "bcc";
    case EnvelopeField::in_reply_to: return "in-reply-to";
    case EnvelopeField::message_id: return "message-id";
  }
  return "none";
}

Result<Envelope> read_envelope(const Token& value, Tolerances tolerances) noexcept {
  return read_with<Envelope>([&](Envelope& out) { return fill(out, value, tolerances); });
}

}  // namespace backtalk::imap
