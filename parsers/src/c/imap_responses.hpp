// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an IMAP server sends, in C. Tokens are copied into an array of C structs, once for each
// response.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <vector>

#include "backtalk/imap.hpp"
#include "c/parser.hpp"

namespace backtalk::c {

struct ImapLimitNames {
  using Limits = imap::Limits;
  static constexpr std::array kLimits{
      limit<&Limits::line_octets_max, Limits>("line_octets_max"),
      limit<&Limits::literal_octets_max, Limits>("literal_octets_max"),
      limit<&Limits::literal_gather_octets_max, Limits>("literal_gather_octets_max"),
      limit<&Limits::response_octets_max, Limits>("response_octets_max"),
      limit<&Limits::tokens_max, Limits>("tokens_max"),
      limit<&Limits::depth_max, Limits>("depth_max"),
  };
};

// The tokens of one response or command. Memory is kept from one to the next.
class TokenArray {
 public:
  // Makes the array at least this long, and not empty, so that it has an address.
  void make_room(std::size_t tokens) {
    if (tokens_.size() <= tokens) tokens_.resize(tokens + 1);
  }
  [[nodiscard]] const backtalk_imap_token* data() const noexcept { return tokens_.data(); }
  // Copies a row to this place, for which there must be room.
  backtalk_imap_token* put(std::size_t at, std::span<const imap::Token> row) noexcept {
    backtalk_imap_token* const first = tokens_.data() + at;
    backtalk_imap_token* out = first;
    for (const imap::Token& token : row) {
      *out++ = {.text = view_of(token.text),
                .offset = token.offset,
                .span = token.span,
                .kind = static_cast<std::uint8_t>(token.kind),
                .escaped = token.escaped,
                .streamed = token.streamed,
                .reserved = 0};
    }
    return first;
  }

 private:
  std::vector<backtalk_imap_token> tokens_;
};

class ImapResponses final : public TypedParser<imap::ResponseParser, imap::Limits, ImapLimitNames> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_IMAP_RESPONSES;
  ImapResponses() : TypedParser(kKind) {}

  const backtalk_imap_response* so_far() {
    if (!is_at(BACKTALK_OCTETS)) return nullptr;
    describe(*given_);
    return &response_;
  }

  bool read_envelope(const backtalk_imap_token* value, const backtalk_imap_envelope*& envelope,
                     backtalk_error* error);
  bool read_body_structure(const backtalk_imap_token* value, std::span<const backtalk_imap_body_part>& parts,
                           backtalk_error* error);
  [[nodiscard]] std::string_view section(std::size_t index);

  // Of the response that was returned last, which there must be.
  [[nodiscard]] bool has_response() const noexcept { return is_at(BACKTALK_RESPONSE); }
  const backtalk_imap_item* next_item(backtalk_error* error);
  bool read_flags(const backtalk_imap_token* list, const backtalk_imap_flags*& flags, backtalk_error* error);
  bool read_listing(const backtalk_imap_listing*& listing, backtalk_error* error);
  bool read_status(const backtalk_imap_mailbox_status*& status, backtalk_error* error);
  bool read_search(const backtalk_imap_search*& found, backtalk_error* error);
  bool read_extended_search(const backtalk_imap_extended_search*& found, backtalk_error* error);
  bool read_code(const backtalk_imap_code*& code, backtalk_error* error);

 private:
  bool read_event() override {
    parts_in_c_.clear();  // their tokens are those of the last response
    items_.reset();
    given_ = parser().next();
    if (given_ == nullptr) return false;
    if (given_->kind == imap::Response::Kind::literal) {
      backtalk_event& event = begin_event(BACKTALK_OCTETS, given_->offset);
      event.octets = view_of(given_->literal);
      event.octets_total = given_->literal_octets;
      event.octets_left = given_->literal_left;
      return true;
    }
    describe(*given_);
    begin_event(BACKTALK_RESPONSE, given_->offset).imap_response = &response_;
    return true;
  }

  void describe(const imap::Response& response) {
    tokens_.make_room(response.data.size() + response.code.size());
    const backtalk_imap_token* const data = tokens_.put(0, response.data);
    const backtalk_imap_token* const code = tokens_.put(response.data.size(), response.code);
    const std::size_t arguments = response.arguments().row().size();
    error_ = error_of(response.error);
    response_ = {.kind = kind_of(response),
                 .status = static_cast<backtalk_imap_status>(response.status),
                 .octets = response.octets,
                 .tag = view_of(response.tag),
                 .text = view_of(response.text),
                 .code = code,
                 .code_count = response.code.size(),
                 .data = data,
                 .data_count = response.data.size(),
                 .number = response.number(),
                 .name = name_of(response),
                 .arguments = data + (response.data.size() - arguments),
                 .argument_count = arguments,
                 .error = response.error ? &error_ : nullptr,
                 .bad_line = view_of(response.bad_line),
                 .streamed_name = nullptr};
    if (response.streamed_name != nullptr) {
      response_.streamed_name = data + (response.streamed_name - response.data.data());
    }
  }

  // A literal that passes through is part of data, or of a response code.
  static backtalk_imap_response_kind kind_of(const imap::Response& response) noexcept {
    if (response.kind != imap::Response::Kind::literal) {
      return static_cast<backtalk_imap_response_kind>(response.kind);
    }
    return response.tag.empty() ? BACKTALK_IMAP_UNTAGGED : BACKTALK_IMAP_TAGGED;
  }

  static backtalk_view name_of(const imap::Response& response) noexcept {
    if (response.data.empty()) return view_of({});
    const bool numbered = response.data.size() > 1 && response.data.front().is_number();
    return view_of(response.data[numbered ? 1 : 0].text);
  }

  // The token of the current response that this is a copy of; null if it is of none.
  [[nodiscard]] const imap::Token* original(const backtalk_imap_token* copy) const noexcept;
  // The copy of a token. One that is not of the response stands for NIL.
  [[nodiscard]] const backtalk_imap_token* copy_of(const imap::Token* token) const noexcept;
  [[nodiscard]] const backtalk_imap_token* copy_of(const imap::NString& text) const noexcept {
    return copy_of(text.token());
  }
  [[nodiscard]] backtalk_imap_tokens copy_of(const imap::Siblings& row) const noexcept;
  std::size_t take_addresses(const imap::AddressList& list);
  [[nodiscard]] backtalk_imap_body_part describe(const imap::BodyPart& part) const noexcept;

  const imap::Response* given_ = nullptr;
  backtalk_imap_response response_{};
  backtalk_error error_{};
  TokenArray tokens_;
  // What was decoded last. Memory is kept from one to the next.
  backtalk_imap_envelope envelope_{};
  std::array<backtalk_error, 10> envelope_errors_{};
  std::vector<backtalk_imap_address> addresses_;
  std::vector<imap::BodyPart> parts_;
  std::vector<backtalk_imap_body_part> parts_in_c_;
  std::string section_;
  std::optional<imap::FetchItems> items_;  // those of the response, once they were asked for
  backtalk_imap_item item_{};
  backtalk_imap_flags flags_{};
  backtalk_imap_listing listing_{};
  backtalk_imap_mailbox_status status_{};
  backtalk_imap_search search_{};
  backtalk_imap_extended_search extended_search_{};
  backtalk_imap_code code_{};
};

}  // namespace backtalk::c
