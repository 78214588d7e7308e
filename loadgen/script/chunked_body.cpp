// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/chunked_body.hpp"

#include <charconv>
#include <cstddef>
#include <cstdint>
#include <system_error>
#include <utility>

namespace backtalk::script {
namespace {

// Takes the first line off the lines; nullopt if none is left.
std::optional<std::string_view> take_line(std::optional<std::string_view>& lines) {
  if (!lines) return std::nullopt;
  const std::size_t end = lines->find('\n');
  const std::string_view line = lines->substr(0, end);
  lines = end == std::string_view::npos ? std::nullopt : std::optional(lines->substr(end + 1));
  return line;
}

// "1a;name=value"
std::optional<std::uint64_t> chunk_size(std::string_view line) {
  constexpr int kHexadecimal = 16;
  std::uint64_t size = 0;
  const char* const end = line.data() + line.size();
  const auto [stop, failure] = std::from_chars(line.data(), end, size, kHexadecimal);
  if (failure != std::errc{}) return std::nullopt;
  const std::string_view rest(stop, static_cast<std::size_t>(end - stop));
  const std::size_t behind = rest.find_first_not_of(" \t");
  if (behind != std::string_view::npos && rest[behind] != ';') return std::nullopt;
  return size;
}

bool begins_with_size(std::optional<std::string_view> lines) {
  const auto line = take_line(lines);
  return line && chunk_size(*line);
}

// Takes the lines of a chunk of that size. Each line end in it has one octet or two; the one behind
// it is not its own.
std::optional<std::string> take_chunk(std::optional<std::string_view>& lines, std::uint64_t size) {
  std::string content;
  std::uint64_t line_ends = 0;
  while (const auto line = take_line(lines)) {
    content += *line;
    const std::uint64_t text = content.size() - line_ends;
    const bool may_be_all = text + line_ends <= size && size <= text + 2 * line_ends;
    if (may_be_all && begins_with_size(lines)) return content;
    if (text > size) return std::nullopt;
    content += '\n';
    ++line_ends;
  }
  return std::nullopt;
}

bool are_trailers(std::optional<std::string_view> lines) {
  while (const auto line = take_line(lines)) {
    if (!line->empty() && line->find(':') == std::string_view::npos) return false;
  }
  return true;
}

}  // namespace

std::optional<std::string> body_of_chunks(std::string_view lines) {
  std::optional<std::string_view> left = lines;
  std::string body;
  while (const auto line = take_line(left)) {
    const auto size = chunk_size(*line);
    if (!size) return std::nullopt;
    if (*size == 0) return are_trailers(left) ? std::optional(std::move(body)) : std::nullopt;
    const auto content = take_chunk(left, *size);
    if (!content) return std::nullopt;
    body += *content;
  }
  return std::nullopt;
}

}  // namespace backtalk::script
