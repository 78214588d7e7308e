// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the writers of all protocols have in common.
#pragma once

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string_view>

#include "ascii.hpp"
#include "backtalk/error.hpp"
#include "backtalk/output.hpp"

namespace backtalk {

constexpr Error unwritable_at(std::size_t offset) noexcept {
  return {ErrorCode::unwritable, offset};
}

// Writes all parts, or nothing.
template <class... Parts>
Error write_parts(Output& out, const Parts&... parts) {
  const std::size_t octets = (std::string_view(parts).size() + ...);
  if (!out.has_room_for(octets)) return {ErrorCode::no_room, octets};
  (out.add(std::string_view(parts)), ...);
  return {};
}

// A number in decimal.
class Digits {
 public:
  explicit Digits(std::uint64_t number, int base = 10) noexcept
      : end_(std::to_chars(digits_.data(), digits_.data() + digits_.size(), number, base).ptr) {}
  Digits(const Digits&) = delete;
  Digits& operator=(const Digits&) = delete;
  explicit operator std::string_view() const noexcept {
    return {digits_.data(), static_cast<std::size_t>(end_ - digits_.data())};
  }

 private:
  std::array<char, std::numeric_limits<std::uint64_t>::digits10 + 1> digits_;
  char* end_;
};

// The first octet that a line of text cannot hold: a control byte but for TAB. npos if there is
// none.
constexpr std::size_t find_control(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto octet = static_cast<unsigned char>(text[i]);
    if ((octet < 0x20 && octet != '\t') || octet == 0x7F) return i;
  }
  return std::string_view::npos;
}

// keyword [SP argument] CRLF, as SMTP and POP3 have it. The keyword is of letters and digits; an
// offset counts from its beginning.
inline Error write_command_line(Output& out, std::string_view keyword,
                                std::optional<std::string_view> argument) {
  const auto* const odd = std::ranges::find_if_not(keyword, ascii::is_alnum);
  if (keyword.empty() || odd != keyword.end())
    return unwritable_at(static_cast<std::size_t>(odd - keyword.begin()));
  if (!argument) return write_parts(out, keyword, "\r\n");
  const std::size_t control = find_control(*argument);
  if (control != std::string_view::npos) return unwritable_at(keyword.size() + 1 + control);
  return write_parts(out, keyword, " ", *argument, "\r\n");
}

}  // namespace backtalk
