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
constexpr std::string_view kIdentity = "identity";

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

// #element => [ element ] *( OWS "," OWS [ element ] )
std::size_t skip_empty_elements(std::string_view text, std::size_t at) {
  while (at < text.size() && (is_space(text[at]) || text[at] == ',')) ++at;
  return at;
}

std::string_view without_space_at_end(std::string_view text) {
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

// Whether a text is inside a quoted-string after the octets taken so far.
class Quotes {
 public:
  void take(char c) {
    if (c == '"' && !escaped_) open_ = !open_;
    escaped_ = open_ && c == '\\' && !escaped_;
  }
  [[nodiscard]] bool open() const { return open_; }

 private:
  bool open_ = false;
  bool escaped_ = false;
};

// The element of a list that begins at list[at], without the white space around it; `at` moves to
// the comma after it, or to the end.
std::string_view next_element(std::string_view list, std::size_t& at) {
  const std::size_t begin = skip_space(list, at);
  Quotes quotes;
  for (at = begin; at < list.size() && (quotes.open() || list[at] != ','); ++at) quotes.take(list[at]);
  return without_space_at_end(list.substr(begin, at - begin));
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return is(kToken, c); });
}

// The name of a response's coding, empty if the coding is invalid. Its parameters (RFC 9110 10.1.4)
// do not change where the body ends, unless they hide another element: then a quoted string is open
// at their end, or they have octets that are no text. Chunked has none (RFC 9112 7.1).
std::string_view name_of(std::string_view coding) {
  const std::size_t end = coding.find(';');
  if (end == std::string_view::npos) return coding;
  const std::string_view name = without_space_at_end(coding.substr(0, end));
  Quotes quotes;
  for (const char c : coding.substr(end)) {
    if (!is(kText, c)) return {};
    quotes.take(c);
  }
  return quotes.open() || ascii::equals_lowered(name, kChunked) ? std::string_view{} : name;
}

// Finds a word among the letters of a text, ignoring case and all other octets. The first letter
// of the word must occur in it only once, so that after a mismatch the search can restart at the
// current letter.
class LetterSearch {
 public:
  explicit constexpr LetterSearch(std::string_view word) : word_(word) {}
  bool finds_with(char letter) {
    if (letter != word_[matched_]) matched_ = 0;
    if (letter == word_[matched_]) ++matched_;
    if (matched_ < word_.size()) return false;
    matched_ = 0;
    return true;
  }

 private:
  std::string_view word_;
  std::size_t matched_ = 0;
};

}  // namespace

bool FramingFields::frames(const Field& field) noexcept {
  return ascii::equals_lowered_name(field.name, kContentLength) ||
         ascii::equals_lowered_name(field.name, kTransferEncoding);
}

bool FramingFields::may_be_meant(std::string_view line) noexcept {
  LetterSearch length("contentlength");
  LetterSearch coding("transferencoding");
  return std::ranges::any_of(line, [&](char c) {
    if (!ascii::is_alpha(c)) return false;
    const bool found = length.finds_with(ascii::lower(c));
    return coding.finds_with(ascii::lower(c)) || found;
  });
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
  const bool skips_empty = may_repeat && message_ == Of::response;
  bool repeats = has_length_;
  std::uint64_t before = length_;
  std::uint64_t where = offset;
  std::size_t at = skips_empty ? skip_empty_elements(text, 0) : 0;
  for (;; repeats = true, where = value_offset + at) {
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
    at = skips_empty ? skip_empty_elements(text, comma) : skip_space(text, comma + 1);
    if (skips_empty && at == text.size()) break;
  }
  has_length_ = true;
  length_ = before;
  return {};
}

// Transfer-Encoding = #transfer-coding
// transfer-coding   = token *( OWS ";" OWS transfer-parameter )  ; in requests: token
Error FramingFields::take_codings(const Field& field, std::uint64_t offset, unsigned minor) noexcept {
  const std::string_view text = field.value;
  const bool response = message_ == Of::response;
  if (minor > 0 && !has_length_ && !was_chunked_ && ascii::equals_lowered(text, kChunked)) {
    // By far the most frequent form.
    has_coding_ = chunked_ = was_chunked_ = true;
    coding_offset_ = offset;
    return {};
  }
  if (tolerances_.has(tolerate::identity_coding) && lists_only_identity(text)) return {};
  if (minor == 0 && !tolerances_.has(tolerate::coding_in_http_1_0))
    return {ErrorCode::coding_in_http_1_0, offset};
  if (has_length_ && !tolerances_.has(tolerate::length_with_coding))
    return {ErrorCode::length_with_coding, offset};
  const std::uint64_t value_offset = offset + static_cast<std::uint64_t>(text.data() - field.name.data());
  bool found = false;
  bool chunked = chunked_;
  bool was_chunked = was_chunked_;
  for (std::size_t at = 0;; ++at) {
    const std::string_view coding = next_element(text, at);
    const bool passed_over = (response && coding.empty()) || (tolerances_.has(tolerate::identity_coding) &&
                                                              ascii::equals_lowered(coding, kIdentity));
    if (!passed_over) {
      const auto where = value_offset + static_cast<std::uint64_t>(coding.data() - text.data());
      const std::string_view name = response ? name_of(coding) : coding;
      const bool is_chunked = ascii::equals_lowered(name, kChunked);
      if (!is_chunked && !(response ? is_token(name) : is_other_coding(name)))
        return {ErrorCode::unknown_coding, where};
      const bool may_repeat = chunked && tolerances_.has(tolerate::repeated_chunked);
      if (is_chunked && was_chunked && !may_repeat) return {ErrorCode::repeated_chunked, where};
      if (was_chunked && !response && !is_chunked) return {ErrorCode::chunked_not_last, where};
      found = true;
      chunked = is_chunked;
      was_chunked = was_chunked || is_chunked;
    }
    if (at == text.size()) break;
  }
  if (!found) return {ErrorCode::unknown_coding, value_offset};
  has_coding_ = true;
  chunked_ = chunked;
  was_chunked_ = was_chunked;
  coding_offset_ = offset;
  return {};
}

// True for "identity", perhaps several times, and empty elements beside it.
bool FramingFields::lists_only_identity(std::string_view list) noexcept {
  bool found = false;
  for (std::size_t at = 0;; ++at) {
    const std::string_view coding = next_element(list, at);
    const bool is_identity = ascii::equals_lowered(coding, kIdentity);
    if (!is_identity && !coding.empty()) return false;
    found = found || is_identity;
    if (at == list.size()) return found;
  }
}

}  // namespace backtalk::http::detail
