// SPDX-License-Identifier: Apache-2.0 OR MIT
// ENVELOPE and BODYSTRUCTURE in C.
#include "c/imap_responses.hpp"

namespace backtalk::c {
namespace {

static_assert(std::tuple_size_v<decltype(imap::Envelope::errors)> == 10);

bool is_in(const auto* at, const auto* first, std::size_t count) noexcept {
  return std::less_equal<>{}(first, at) && std::less<>{}(at, first + count);
}

}  // namespace

const imap::Token* ImapResponses::original(const backtalk_imap_token* copy) const noexcept {
  if (copy == nullptr || !is_at(BACKTALK_RESPONSE)) return nullptr;
  const std::size_t data = given_->data.size();
  if (!is_in(copy, tokens_.data(), data + given_->code.size())) return nullptr;
  const auto at = static_cast<std::size_t>(copy - tokens_.data());
  return at < data ? &given_->data[at] : &given_->code[at - data];
}

const backtalk_imap_token* ImapResponses::copy_of(const imap::Token* token) const noexcept {
  static constexpr backtalk_imap_token kNil{{"", 0}, 0, 1, BACKTALK_IMAP_NIL, false, false, 0};
  if (token == nullptr) return nullptr;
  if (is_in(token, given_->data.data(), given_->data.size())) {
    return tokens_.data() + (token - given_->data.data());
  }
  if (is_in(token, given_->code.data(), given_->code.size())) {
    return tokens_.data() + given_->data.size() + (token - given_->code.data());
  }
  return &kNil;
}

backtalk_imap_tokens ImapResponses::copy_of(const imap::Siblings& row) const noexcept {
  return {row.empty() ? tokens_.data() : copy_of(row.row().data()), row.row().size()};
}

std::size_t ImapResponses::take_addresses(const imap::AddressList& list) {
  const std::size_t before = addresses_.size();
  for (const imap::Address& address : list) {
    addresses_.push_back({.name = copy_of(address.name),
                          .route = copy_of(address.route),
                          .mailbox = copy_of(address.mailbox),
                          .host = copy_of(address.host),
                          .error = error_or_none(address.error)});
  }
  return addresses_.size() - before;
}

bool ImapResponses::read_envelope(const backtalk_imap_token* value, const backtalk_imap_envelope*& envelope,
                                  backtalk_error* error) {
  const imap::Token* const token = original(value);
  if (token == nullptr) return refuse_token(error);
  const auto read = imap::read_envelope(*token, tolerances());
  const imap::Envelope& found = read.partial();
  addresses_.clear();
  addresses_.reserve(1);  // so that the lists have an address
  const std::array lists{&found.from, &found.sender, &found.reply_to, &found.to, &found.cc, &found.bcc};
  const std::array lists_in_c{&envelope_.from, &envelope_.sender, &envelope_.reply_to,
                              &envelope_.to,   &envelope_.cc,     &envelope_.bcc};
  for (std::size_t i = 0; i < lists.size(); ++i) lists_in_c[i]->count = take_addresses(*lists[i]);
  const backtalk_imap_address* next = addresses_.data();
  for (backtalk_imap_addresses* const list : lists_in_c) {
    list->data = next;
    next += list->count;
  }
  envelope_.date = copy_of(found.date);
  envelope_.subject = copy_of(found.subject);
  envelope_.in_reply_to = copy_of(found.in_reply_to);
  envelope_.message_id = copy_of(found.message_id);
  for (std::size_t i = 0; i < found.errors.size(); ++i) envelope_errors_[i] = error_or_none(found.errors[i]);
  envelope_.errors = envelope_errors_.data();
  envelope = &envelope_;
  return give(read, error, [](const imap::Envelope&) {});
}

backtalk_imap_body_part ImapResponses::describe(const imap::BodyPart& part) const noexcept {
  return {.token = copy_of(part.token),
          .parent = part.parent,
          .position = part.position,
          .parts = part.parts,
          .multipart = part.is_multipart(),
          .reserved = {},
          .type = copy_of(part.type),
          .subtype = copy_of(part.subtype),
          .parameters = copy_of(part.parameters),
          .id = copy_of(part.id),
          .description = copy_of(part.description),
          .encoding = copy_of(part.encoding),
          .octets = part.octets,
          .lines = part.lines,
          .envelope = copy_of(part.envelope),
          .md5 = copy_of(part.md5),
          .disposition = copy_of(part.disposition),
          .disposition_parameters = copy_of(part.disposition_parameters),
          .language = copy_of(part.language),
          .location = copy_of(part.location),
          .extensions = copy_of(part.extensions),
          .error = error_or_none(part.error),
          .error_field = part.error ? imap::word(part.error_field).data() : nullptr};
}

bool ImapResponses::read_body_structure(const backtalk_imap_token* value,
                                        std::span<const backtalk_imap_body_part>& parts,
                                        backtalk_error* error) {
  const imap::Token* const token = original(value);
  parts_in_c_.clear();
  if (token == nullptr) return refuse_token(error);
  const auto read = imap::read_body_structure(*token, parts_, tolerances());
  parts_in_c_.reserve(1);  // so that the array has an address
  for (const imap::BodyPart& part : read.partial()) parts_in_c_.push_back(describe(part));
  parts = {parts_in_c_.data(), parts_in_c_.size()};
  return give(read, error, [](std::span<const imap::BodyPart>) {});
}

std::string_view ImapResponses::section(std::size_t index) {
  section_.clear();
  if (is_at(BACKTALK_RESPONSE) && index < parts_in_c_.size()) {
    imap::append_section(std::span(parts_).first(parts_in_c_.size()), parts_[index], section_);
  }
  return section_;
}

}  // namespace backtalk::c

using backtalk::c::guarded_as;
using backtalk::c::ImapResponses;
using backtalk::c::set;

bool backtalk_imap_read_envelope(backtalk_parser* parser, const backtalk_imap_token* value,
                                 const backtalk_imap_envelope** envelope, backtalk_error* error) {
  bool good = false;
  const backtalk_imap_envelope* found = nullptr;
  const backtalk_status status = guarded_as<ImapResponses>(parser, [&](ImapResponses& it) {
    good = it.read_envelope(value, found, error);
    return BACKTALK_OK;
  });
  set(envelope, found);
  return status == BACKTALK_OK ? good : backtalk::c::refuse(status, error);
}

bool backtalk_imap_read_body_structure(backtalk_parser* parser, const backtalk_imap_token* value,
                                       const backtalk_imap_body_part** parts, size_t* count,
                                       backtalk_error* error) {
  bool good = false;
  std::span<const backtalk_imap_body_part> found;
  const backtalk_status status = guarded_as<ImapResponses>(parser, [&](ImapResponses& it) {
    good = it.read_body_structure(value, found, error);
    return BACKTALK_OK;
  });
  set(parts, found.data());
  set(count, found.size());
  return status == BACKTALK_OK ? good : backtalk::c::refuse(status, error);
}

size_t backtalk_imap_part_section(backtalk_parser* parser, size_t index, char* out, size_t room) {
  std::size_t size = 0;
  guarded_as<ImapResponses>(parser, [&](ImapResponses& it) {
    const std::string_view section = it.section(index);
    size = section.size();
    if (out != nullptr) section.copy(out, room);
    return BACKTALK_OK;
  });
  return size;
}
