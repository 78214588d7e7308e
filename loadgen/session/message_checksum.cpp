// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/message_checksum.hpp"

#include <algorithm>
#include <charconv>

namespace backtalk::session {
namespace {

constexpr char lower_case(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Names of fields are compared without regard to case (RFC 5322 1.2.2).
bool is_checksum_field(std::string_view line) {
  return line.size() > kChecksumFieldName.size() && line[kChecksumFieldName.size()] == ':' &&
         std::ranges::equal(line.substr(0, kChecksumFieldName.size()), kChecksumFieldName, {}, lower_case,
                            lower_case);
}

}  // namespace

ChecksumValue::ChecksumValue(std::uint32_t crc32) noexcept {
  constexpr std::string_view kHex = "0123456789abcdef";
  char* at = std::ranges::copy(kPrefix, text_.begin()).out;
  for (std::size_t i = kDigits; i-- > 0; crc32 >>= 4U) *(at + i) = kHex[crc32 & 0xFU];
}

std::optional<std::uint32_t> read_checksum(std::string_view value) noexcept {
  if (value.size() != ChecksumValue::kOctets || !value.starts_with(ChecksumValue::kPrefix))
    return std::nullopt;
  constexpr int kBase = 16;
  std::uint32_t crc32 = 0;
  const char* const end = value.data() + value.size();
  const auto [stop, failure] =
      std::from_chars(value.data() + ChecksumValue::kPrefix.size(), end, crc32, kBase);
  return failure == std::errc{} && stop == end ? std::optional(crc32) : std::nullopt;
}

void MessageChecksum::begin(Field where) noexcept {
  *this = MessageChecksum{};
  part_ = Part::header;
  where_ = where;
}

void MessageChecksum::begin_body(std::uint32_t expected) noexcept {
  *this = MessageChecksum{};
  part_ = Part::body;
  expected_ = expected;
}

void MessageChecksum::feed(std::string_view octets) noexcept {
  octets_ += octets.size();
  if (part_ == Part::header) octets = read_header(octets);
  if (part_ == Part::body) body_.add(octets);
}

// Returns what follows the header.
std::string_view MessageChecksum::read_header(std::string_view octets) noexcept {
  std::string_view left = octets;
  while (part_ == Part::header && !left.empty()) {
    const std::size_t end = left.find('\n');
    const std::string_view piece = left.substr(0, end == std::string_view::npos ? end : end + 1);
    const std::size_t kept = std::min(line_.size() - std::min(line_.size(), line_octets_), piece.size());
    std::ranges::copy(piece.substr(0, kept), line_.begin() + static_cast<std::ptrdiff_t>(line_octets_));
    line_octets_ += piece.size();
    left.remove_prefix(piece.size());
    if (end != std::string_view::npos) end_line();
  }
  header_.add(octets.substr(0, octets.size() - left.size()));
  return left;
}

// The line may end with LF alone: of HTTP, or of a server that keeps it so. A line that is longer
// than the field is no such field.
void MessageChecksum::end_line() noexcept {
  std::string_view line(line_.data(), std::min(line_octets_, line_.size()));
  const bool is_whole = line_octets_ <= line_.size();
  line_octets_ = 0;
  if (is_whole) line.remove_suffix(line.ends_with("\r\n") ? 2 : 1);
  if (is_whole && line.empty()) {
    part_ = Part::body;
    return;
  }
  if (is_whole && !expected_ && is_checksum_field(line)) {
    std::string_view value = line.substr(kChecksumFieldName.size() + 1);
    value.remove_prefix(std::min(value.find_first_not_of(' '), value.size()));
    expected_ = read_checksum(value);
  }
  if (where_ == Field::first && !expected_) part_ = Part::none;
}

MessageChecksum::Finding MessageChecksum::finding() const noexcept {
  if (!expected_) return Finding::unknown;
  return body_.value() == *expected_ ? Finding::right : Finding::wrong;
}

}  // namespace backtalk::session
