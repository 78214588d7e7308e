// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/write.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "pop3/sasl.hpp"
#include "write_with.hpp"

namespace backtalk::pop3 {
namespace {

// The error at the first octet of `text` that is none of these, counted from `offset`.
template <class Is>
Error check_all(std::string_view text, std::size_t offset, Is is) {
  const auto* const odd = std::ranges::find_if_not(text, is);
  return odd == text.end() ? Error{} : unwritable_at(offset + static_cast<std::size_t>(odd - text.begin()));
}

}  // namespace

Error write_command(Output& out, std::string_view keyword, std::optional<std::string_view> argument) {
  return write_command_line(out, keyword, argument);
}

Error write_message_command(Output& out, std::string_view keyword, std::uint32_t message) {
  if (message == 0) return {ErrorCode::number_out_of_range, keyword.size() + 1};
  return write_command_line(out, keyword, std::string_view(Digits(message)));
}

Error write_top(Output& out, std::uint32_t message, std::uint64_t lines) {
  constexpr std::string_view kTop = "TOP ";
  if (message == 0) return {ErrorCode::number_out_of_range, kTop.size()};
  return write_parts(out, kTop, Digits(message), " ", Digits(lines), "\r\n");
}

Error write_apop(Output& out, std::string_view name, std::string_view digest) {
  constexpr std::string_view kApop = "APOP ";
  const std::size_t control = find_control(name);
  if (control != std::string_view::npos) return unwritable_at(kApop.size() + control);
  if (name.empty()) return unwritable_at(kApop.size());
  const std::size_t digest_at = kApop.size() + name.size() + 1;
  if (const Error error = check_all(digest, digest_at, is_lower_hex)) return error;
  if (digest.size() != kDigestDigits) return unwritable_at(digest_at);
  return write_parts(out, kApop, name, " ", digest, "\r\n");
}

Error write_auth(Output& out, std::string_view mechanism, std::optional<std::string_view> initial_response) {
  constexpr std::string_view kAuth = "AUTH ";
  if (const Error error = check_all(mechanism, kAuth.size(), is_mechanism_char)) return error;
  if (mechanism.empty() || mechanism.size() > kMechanismMax) return unwritable_at(kAuth.size());
  if (!initial_response) return write_parts(out, kAuth, mechanism, "\r\n");
  const std::size_t response_at = kAuth.size() + mechanism.size() + 1;
  if (const Error error = check_all(*initial_response, response_at, is_base64_char)) return error;
  const std::string_view response = initial_response->empty() ? "=" : *initial_response;
  return write_parts(out, kAuth, mechanism, " ", response, "\r\n");
}

Error write_sasl_response(Output& out, std::string_view base64) {
  if (base64 != "*") {
    if (const Error error = check_all(base64, 0, is_base64_char)) return error;
  }
  return write_parts(out, base64, "\r\n");
}

}  // namespace backtalk::pop3
