// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The methods of HTTP that are counted and timed (RFC 9110 9.3, RFC 5789).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::session {

/// In the order of their indices.
enum class HttpCommand : std::uint8_t { get, head, post, put, delete_, options, patch };
inline constexpr std::array<std::string_view, 7> kHttpCommandNames{"GET",    "HEAD",    "POST", "PUT",
                                                                   "DELETE", "OPTIONS", "PATCH"};

/// The method of that name; methods are case-sensitive.
[[nodiscard]] constexpr std::optional<HttpCommand> find_http_command(std::string_view name) noexcept {
  const auto* const found = std::ranges::find(kHttpCommandNames, name);
  if (found == kHttpCommandNames.end()) return std::nullopt;
  return static_cast<HttpCommand>(found - kHttpCommandNames.begin());
}

/// A request with an idempotent method may be repeated if its connection fails, and so may be sent
/// before earlier ones are answered (RFC 9110 9.2.2, RFC 9112 9.3.2).
[[nodiscard]] constexpr bool is_idempotent(HttpCommand method) noexcept {
  return method != HttpCommand::post && method != HttpCommand::patch;
}

}  // namespace backtalk::session
