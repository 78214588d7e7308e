// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/http/chunk_reader.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "http/octets.hpp"
#include "work.hpp"

namespace backtalk::http::detail {
namespace {

consteval std::array<std::int8_t, 256> hex_table() {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (int digit = 0; digit < 16; ++digit) {
    table[static_cast<unsigned char>("0123456789abcdef"[digit])] = static_cast<std::int8_t>(digit);
    table[static_cast<unsigned char>("0123456789ABCDEF"[digit])] = static_cast<std::int8_t>(digit);
  }
  return table;
}
constexpr std::array<std::int8_t, 256> kHex = hex_table();

constexpr int hex_value(char c) {
  return kHex[static_cast<unsigned char>(c)];
}

// Sizes of up to so many digits are read at once.
constexpr std::size_t kShortSize = 8;

// In a quoted-string:
//
// qdtext      = HTAB / SP / %x21 / %x23-5B / %x5D-7E / obs-text
// quoted-pair = "\" ( HTAB / SP / VCHAR / obs-text )
constexpr bool is_quotable(char c) {
  return is(kText, c);
}

}  // namespace

void ChunkReader::begin(std::uint64_t offset) noexcept {
  at_ = At::size_begin;
  error_ = {};
  offset_ = offset;
  size_ = 0;
  digits_ = extension_octets_ = 0;
}

ChunkReader::Status ChunkReader::refuse(char byte, ErrorCode code) noexcept {
  error_ = {why(byte, code, false), offset_};
  return Status::error;
}

ChunkReader::Status ChunkReader::go(At at) noexcept {
  at_ = at;
  return Status::more;
}

bool ChunkReader::is_space(char byte) const noexcept {
  return tolerances_.has(tolerate::chunk_size_space) && http::is_space(byte);
}

ChunkReader::Status ChunkReader::next(std::string_view& rest, std::string_view& octets) noexcept {
  if (error_) return Status::error;
  while (!rest.empty()) {
    if (at_ == At::data && size_ > 0) {
      octets = rest.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(size_, rest.size())));
      rest.remove_prefix(octets.size());
      offset_ += octets.size();
      size_ -= octets.size();
      return Status::octets;
    }
    if (at_ == At::data) at_ = At::data_cr;
    if (take_short_size(rest)) continue;
    const Status status = step(rest.front());
    if (status == Status::error) return status;
    work::examined(1);
    rest.remove_prefix(1);
    ++offset_;
    if (status == Status::trailers) return status;
  }
  return Status::more;
}

// Takes at once what usually stands between the data of two chunks: CRLF, a size of a few digits
// without an extension, CRLF. Returns false and takes nothing if there is anything else, or not all
// of it. The last chunk is left to step().
bool ChunkReader::take_short_size(std::string_view& rest) noexcept {
  const char* at = rest.data();
  const char* const end = at + rest.size();
  const auto takes_crlf = [&at, end] {
    if (end - at < 2 || at[0] != '\r' || at[1] != '\n') return false;
    at += 2;
    return true;
  };
  if (at_ != At::size_begin && (at_ != At::data_cr || !takes_crlf())) return false;
  const char* const digits_end = at + std::min<std::ptrdiff_t>(end - at, kShortSize);
  std::uint64_t size = 0;
  for (; at != digits_end && hex_value(*at) >= 0; ++at) {
    size = size << 4 | static_cast<std::uint64_t>(hex_value(*at));
  }
  if (size == 0 || !takes_crlf()) return false;
  const auto octets = static_cast<std::size_t>(at - rest.data());
  work::examined(octets);
  rest.remove_prefix(octets);
  offset_ += octets;
  size_ = size;
  at_ = At::data;
  return true;
}

// chunked-body = *chunk last-chunk trailer-section CRLF
// chunk        = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
// last-chunk   = 1*("0") [ chunk-ext ] CRLF
// chunk-ext    = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
//
// BWS is accepted only if tolerated.
ChunkReader::Status ChunkReader::step(char byte) noexcept {
  switch (at_) {
    case At::size_begin:
      if (byte == '\r' && tolerances_.has(tolerate::empty_line_before_chunk)) return go(At::empty_lf);
      [[fallthrough]];
    case At::size_first:
      if (hex_value(byte) < 0) return refuse(byte, ErrorCode::bad_chunk_size);
      size_ = digits_ = 0;
      at_ = At::size;
      return add_digit(byte);
    case At::size: return hex_value(byte) >= 0 ? add_digit(byte) : step_after_size(byte);
    case At::space: return step_after_size(byte);
    case At::empty_lf:
    case At::size_lf:
      if (byte != '\n') {
        error_ = {ErrorCode::bare_cr, offset_ - 1};
        return Status::error;
      }
      if (at_ == At::empty_lf) return go(At::size_first);
      if (size_ == 0) return Status::trailers;
      return go(At::data);
    case At::data_cr:
      if (byte == '\r') return go(At::data_lf);
      break;
    case At::data_lf:
      if (byte == '\n') return go(At::size_begin);
      break;
    default: return step_extension(byte);
  }
  error_ = {ErrorCode::bad_chunk_end, offset_};
  return Status::error;
}

ChunkReader::Status ChunkReader::add_digit(char byte) noexcept {
  if (++digits_ > digits_max_) return refuse(byte, ErrorCode::line_too_long);
  if (size_ >> 60 != 0) return refuse(byte, ErrorCode::chunk_size_overflow);
  size_ = size_ << 4 | static_cast<std::uint64_t>(hex_value(byte));
  return Status::more;
}

ChunkReader::Status ChunkReader::step_after_size(char byte) noexcept {
  if (byte == '\r') return go(At::size_lf);
  if (byte != ';' && !is_space(byte)) return refuse(byte, ErrorCode::bad_chunk_size);
  if (++extension_octets_ > extension_octets_max_) return refuse('x', ErrorCode::chunk_extensions_too_long);
  return go(byte == ';' ? At::name_begin : At::space);
}

// chunk-ext-name = token
// chunk-ext-val  = token / quoted-string
ChunkReader::Status ChunkReader::step_extension(char byte) noexcept {
  const bool may_end = at_ == At::name || at_ == At::name_space || at_ == At::value || at_ == At::value_space;
  if (may_end && byte == '\r') return go(At::size_lf);
  if (++extension_octets_ > extension_octets_max_) return refuse('x', ErrorCode::chunk_extensions_too_long);
  if (may_end && byte == ';') return go(At::name_begin);
  switch (at_) {
    case At::name_begin:
      if (is_space(byte)) return Status::more;
      if (is(kToken, byte)) return go(At::name);
      break;
    case At::name:
      if (is(kToken, byte)) return Status::more;
      [[fallthrough]];
    case At::name_space:
      if (byte == '=') return go(At::value_begin);
      if (is_space(byte)) return go(At::name_space);
      break;
    case At::value_begin:
      if (is_space(byte)) return Status::more;
      if (byte == '"') return go(At::quoted);
      if (is(kToken, byte)) return go(At::value);
      break;
    case At::value:
      if (is(kToken, byte)) return Status::more;
      [[fallthrough]];
    case At::value_space:
      if (is_space(byte)) return go(At::value_space);
      break;
    case At::quoted:
      if (byte == '"') return go(At::value_space);
      if (byte == '\\') return go(At::escaped);
      if (is_quotable(byte)) return Status::more;
      break;
    default:  // At::escaped
      if (is_quotable(byte)) return go(At::quoted);
      break;
  }
  return refuse(byte, ErrorCode::bad_chunk_extension);
}

}  // namespace backtalk::http::detail
