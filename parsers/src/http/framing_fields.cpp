// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/http/framing_fields.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <limits>

#include "ascii.hpp"
#include "http/octets.hpp"
#include "swar.hpp"

namespace backtalk::http::detail {
namespace {

constexpr std::string_view kContentLength = "content-length";
constexpr std::string_view kTransferEncoding = "transfer-encoding";
constexpr std::string_view kChunked = "chunked";

// RFC 9112 7, 7.2. These codings are not decoded.
constexpr std::array<std::string_view, 5> kOtherCodings{"gzip", "x-gzip", "deflate", "compress",
                                                        "x-compress"};

bool is_other_coding(std::string_view coding) {
  return std::ranges::any_of(
      kOtherCodings, [coding](std::string_view known) { return ascii::equals_lowered(coding, known); });
}

// 1*DIGIT from text[at]; moves `at` to the byte after it, or to the invalid byte.
ErrorCode read_length(std::string_view text, std::size_t& at, std::uint64_t& length) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  const std::size_t begin = at;
  length = 0;
  for (; at < text.size() && ascii::is_digit(text[at]); ++at) {
    const auto digit = static_cast<std::uint64_t>(text[at] - '0');
    if (length > (kMax - digit) / 10) return ErrorCode::content_length_overflow;
    length = length * 10 + digit;
  }
  return at == begin ? ErrorCode::bad_content_length : ErrorCode::none;
}

constexpr std::size_t kShortDigits = 8;

// 1*8DIGIT, all digits at once. At least eight octets before them are readable: the field's name.
bool read_short_length(std::string_view text, std::uint64_t& length) {
  if constexpr (std::endian::native != std::endian::little) return false;
  // The last digit is in the highest octet; what precedes the first is shifted out.
  const std::uint64_t word = swar::load(text.data() + text.size() - sizeof(std::uint64_t));
  const unsigned others = 64 - 8 * static_cast<unsigned>(text.size());
  const std::uint64_t digits = swar::digit_values(word) >> others << others;
  if (swar::above_nine(digits) != 0) return false;
  length = swar::join_digits(digits);
  return true;
}

std::size_t skip_space(std::string_view text, std::size_t at) {
  while (at < text.size() && is_space(text[at])) ++at;
  return at;
}

}  // namespace

bool FramingFields::frames(const Field& field) noexcept {
  return ascii::equals_lowered_name(field.name, kContentLength) ||
         ascii::equals_lowered_name(field.name, kTransferEncoding);
}

bool FramingFields::take_first_length(const Field& field) noexcept {
  constexpr std::size_t kDigitsThatFit = 19;  // any number with so many digits fits in 64 bits
  if (has_length_ || has_coding_) return false;
  const std::size_t digits = field.value.size();
  if (digits <= kShortDigits) return take_sole_length(field);
  if (digits > kDigitsThatFit || !ascii::equals_lowered_name(field.name, kContentLength)) return false;
  std::uint64_t length = 0;
  for (const char c : field.value) {
    if (!ascii::is_digit(c)) return false;
    length = length * 10 + static_cast<std::uint64_t>(c - '0');
  }
  has_length_ = true;
  length_ = length;
  return true;
}

bool FramingFields::take_sole_length(const Field& field) noexcept {
  std::uint64_t length = 0;
  if (field.value.size() - 1 >= kShortDigits || !ascii::equals_lowered_name(field.name, kContentLength))
    return false;
  if (!read_short_length(field.value, length)) return false;
  has_length_ = true;
  length_ = length;
  return true;
}

Error FramingFields::take(const Field& field, std::uint64_t offset, unsigned minor) noexcept {
  if (ascii::equals_lowered_name(field.name, kContentLength)) return take_length(field, offset);
  if (ascii::equals_lowered_name(field.name, kTransferEncoding)) return take_codings(field, offset, minor);
  return {};
}

// Content-Length = 1*DIGIT
//
// With tolerate::equal_content_lengths 1*DIGIT *( OWS "," OWS 1*DIGIT ).
Error FramingFields::take_length(const Field& field, std::uint64_t offset) noexcept {
  if (has_coding_ && !tolerances_.has(tolerate::length_with_coding))
    return {ErrorCode::length_with_coding, offset};
  const std::string_view text = field.value;
  const std::uint64_t value_offset = offset + static_cast<std::uint64_t>(text.data() - field.name.data());
  const bool may_repeat = tolerances_.has(tolerate::equal_content_lengths);
  bool repeats = has_length_;
  std::uint64_t before = length_;
  std::uint64_t where = offset;
  for (std::size_t at = 0;; repeats = true, where = value_offset + at) {
    std::uint64_t length = 0;
    if (const ErrorCode code = read_length(text, at, length); code != ErrorCode::none)
      return {code, value_offset + at};
    if (repeats && length != before) return {ErrorCode::differing_content_lengths, where};
    if (repeats && !may_repeat) return {ErrorCode::repeated_content_length, where};
    before = length;
    if (at == text.size()) break;
    const std::size_t comma = skip_space(text, at);
    if (comma == text.size() || text[comma] != ',') return {ErrorCode::bad_content_length, value_offset + at};
    if (!may_repeat) return {ErrorCode::repeated_content_length, value_offset + comma};
    at = skip_space(text, comma + 1);
  }
  has_length_ = true;
  length_ = before;
  return {};
}

// Transfer-Encoding = transfer-coding *( OWS "," OWS transfer-coding )
//
// Here without parameters.
Error FramingFields::take_codings(const Field& field, std::uint64_t offset, unsigned minor) noexcept {
  if (minor == 0) return {ErrorCode::coding_in_http_1_0, offset};
  if (has_length_ && !tolerances_.has(tolerate::length_with_coding))
    return {ErrorCode::length_with_coding, offset};
  const std::string_view text = field.value;
  const std::uint64_t value_offset = offset + static_cast<std::uint64_t>(text.data() - field.name.data());
  bool chunked = chunked_;
  for (std::size_t at = 0;; ++at) {
    at = skip_space(text, at);
    const std::size_t comma = std::min(text.find(',', at), text.size());
    std::size_t end = comma;
    while (end > at && is_space(text[end - 1])) --end;
    const std::string_view coding = text.substr(at, end - at);
    const bool is_chunked = ascii::equals_lowered(coding, kChunked);
    if (!is_chunked && !is_other_coding(coding)) return {ErrorCode::unknown_coding, value_offset + at};
    if (chunked) {
      return {is_chunked ? ErrorCode::repeated_chunked : ErrorCode::chunked_not_last, value_offset + at};
    }
    chunked = is_chunked;
    if (comma == text.size()) break;
    at = comma;
  }
  has_coding_ = true;
  chunked_ = chunked;
  coding_offset_ = offset;
  return {};
}

}  // namespace backtalk::http::detail
