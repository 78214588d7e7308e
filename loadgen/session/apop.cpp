// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/apop.hpp"

#include <algorithm>

namespace backtalk::session {
namespace {

constexpr std::size_t kTimestampOctetsMax = 512;

// Of the local part or the domain of a msg-id.
bool is_part(std::string_view part) {
  return !part.empty() && std::ranges::all_of(part, [](char c) {
    return c > ' ' && c <= '~' && c != '<' && c != '>' && c != '@';
  });
}

}  // namespace

std::optional<std::string_view> apop_timestamp(std::string_view greeting) noexcept {
  const std::size_t begin = greeting.find('<');
  if (begin == std::string_view::npos) return std::nullopt;
  const std::size_t end = greeting.find('>', begin);
  if (end == std::string_view::npos || end - begin >= kTimestampOctetsMax) return std::nullopt;
  const std::string_view inner = greeting.substr(begin + 1, end - begin - 1);
  const std::size_t at = inner.find('@');
  if (at == std::string_view::npos || !is_part(inner.substr(0, at)) || !is_part(inner.substr(at + 1)))
    return std::nullopt;
  return greeting.substr(begin, end - begin + 1);
}

}  // namespace backtalk::session
