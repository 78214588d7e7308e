// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/ehlo.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "ascii.hpp"
#include "read_with.hpp"

namespace backtalk::smtp {
namespace {

void read_size(std::string_view parameters, Capabilities& found) {
  found.size = true;
  std::uint64_t octets = 0;
  const char* end = parameters.data() + parameters.size();
  const auto [stop, failure] = std::from_chars(parameters.data(), end, octets);
  found.size_octets_max = failure == std::errc{} && stop == end ? octets : 0;
}

// ALPHA / DIGIT / "-", by byte: one look-up instead of six comparisons with the ends of ranges.
consteval std::array<bool, 256> make_keyword_bytes() {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < 128; ++byte) {
    const char c = static_cast<char>(byte);
    table[byte] = ascii::is_alnum(c) || c == '-';
  }
  return table;
}
constexpr std::array<bool, 256> kKeywordByte = make_keyword_bytes();

[[gnu::always_inline]] inline void take(const EhloKeyword& offered, Capabilities& found) {
  const std::string_view keyword = offered.keyword;
  // For letters, digits and hyphens only: the bit that makes letters lower case is already set in
  // the others. The length is known at each call, so this becomes a few comparisons of words.
  const auto is = [keyword]<std::size_t size>(const char(&lowered)[size]) {
    unsigned different = 0;
    for (std::size_t i = 0; i + 1 < size; ++i) {
      different |= static_cast<unsigned>(static_cast<unsigned char>(keyword[i] | 0x20)) ^
                   static_cast<unsigned char>(lowered[i]);
    }
    return different == 0;
  };
  switch (keyword.size()) {
    case 3: found.dsn |= is("dsn"); break;
    case 4:
      if (is("size")) read_size(offered.parameters, found);
      if (is("auth")) found.auth_mechanisms = offered.parameters;
      break;
    case 8:
      found.chunking |= is("chunking");
      found.starttls |= is("starttls");
      found.eightbitmime |= is("8bitmime");
      found.smtputf8 |= is("smtputf8");
      break;
    case 10:
      found.pipelining |= is("pipelining");
      found.binarymime |= is("binarymime");
      break;
    case 19: found.enhancedstatuscodes |= is("enhancedstatuscodes"); break;
    default: break;
  }
}

std::optional<EhloKeyword> take_line(std::string_view line) {
  std::size_t end = 0;
  while (end < line.size() && kKeywordByte[static_cast<unsigned char>(line[end])]) ++end;
  if (end == 0 || line.front() == '-' || (end < line.size() && line[end] != ' ')) return std::nullopt;
  return EhloKeyword{line.substr(0, end), end < line.size() ? line.substr(end + 1) : std::string_view{}};
}

constexpr std::string_view kBlanks = " \t";

std::string_view without_blanks(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// The line without spaces and tabs around its parts.
[[gnu::noinline]] std::optional<EhloKeyword> take_spaced_line(std::string_view line) {
  line = without_blanks(line);
  const std::size_t end = std::min(line.find_first_of(kBlanks), line.size());
  const auto keyword = take_line(line.substr(0, end));
  if (!keyword) return std::nullopt;
  return EhloKeyword{keyword->keyword, without_blanks(line.substr(end))};
}

[[gnu::noinline]] Capabilities read_spaced_capabilities(const Reply& reply) {
  Capabilities found;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    (void)add_capability(reply.lines[i], found, tolerate::extra_spaces);
  }
  return found;
}

}  // namespace

Result<EhloKeyword> read_ehlo_line(std::string_view line, Tolerances tolerances) noexcept {
  const bool spaced = tolerances.has(tolerate::extra_spaces);
  if (const auto keyword = spaced ? take_spaced_line(line) : take_line(line)) return *keyword;
  const std::size_t blanks = spaced ? std::min(line.find_first_not_of(kBlanks), line.size()) : 0;
  line.remove_prefix(blanks);
  const auto is_keyword_byte = [](char c) { return kKeywordByte[static_cast<unsigned char>(c)]; };
  if (line.starts_with('-')) return wrong_shape_at(blanks);
  return wrong_shape_at(
      blanks + static_cast<std::size_t>(std::ranges::find_if_not(line, is_keyword_byte) - line.begin()));
}

Error add_capability(std::string_view line, Capabilities& found, Tolerances tolerances) noexcept {
  const Result<EhloKeyword> offered = read_ehlo_line(line, tolerances);
  if (!offered) return offered.error();
  take(*offered, found);
  const std::string_view size = offered->parameters;
  if (!ascii::equals_lowered(offered->keyword, "size") || size.empty()) return {};
  std::uint64_t octets = 0;
  const auto [stop, failure] = std::from_chars(size.data(), size.data() + size.size(), octets);
  if (failure == std::errc::result_out_of_range) {
    return {ErrorCode::number_out_of_range, static_cast<std::uint64_t>(size.data() - line.data())};
  }
  return stop == size.data() + size.size() ? Error{}
                                           : wrong_shape_at(static_cast<std::size_t>(stop - line.data()));
}

Capabilities read_capabilities(const Reply& reply, Tolerances tolerances) noexcept {
  if (tolerances.has(tolerate::extra_spaces)) return read_spaced_capabilities(reply);
  Capabilities found;
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    if (const auto offered = take_line(reply.lines[i])) take(*offered, found);
  }
  return found;
}

std::optional<std::string_view> find_keyword(const Reply& reply, std::string_view keyword,
                                             Tolerances tolerances) noexcept {
  for (std::size_t i = 1; i < reply.lines.size(); ++i) {
    const auto offered = read_ehlo_line(reply.lines[i], tolerances);
    if (offered && ascii::equals(offered->keyword, keyword)) return offered->parameters;
  }
  return std::nullopt;
}

}  // namespace backtalk::smtp
