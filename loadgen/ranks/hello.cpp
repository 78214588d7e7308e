// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/hello.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>

#include "text/whole_number.hpp"

namespace backtalk::ranks {
namespace {

constexpr std::uint64_t kRankMax = 65'535;

}  // namespace

std::string write_hello(const Hello& hello) {
  return fmt::format("{}\n{}\n{}\n{}\n{}", hello.rank, hello.host, hello.version, hello.token, hello.problem);
}

std::optional<Hello> read_hello(std::string_view text) {
  std::array<std::string_view, 4> lines;
  for (std::string_view& line : lines) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return std::nullopt;
    line = text.substr(0, end);
    text.remove_prefix(end + 1);
  }
  const auto rank = text::read_whole_number(lines[0]);
  if (!rank || *rank > kRankMax) return std::nullopt;
  return Hello{.token = std::string(lines[3]),
               .rank = static_cast<unsigned>(*rank),
               .host = std::string(lines[1]),
               .version = std::string(lines[2]),
               .problem = std::string(text)};
}

}  // namespace backtalk::ranks
