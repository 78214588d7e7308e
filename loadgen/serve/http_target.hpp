// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a target of the built-in HTTP server asks for.
#pragma once

#include <cstdint>
#include <string_view>

namespace backtalk::serve {

struct HttpTarget {
  enum class Kind : std::uint8_t { length, chunks, until_close, status, unknown };
  Kind kind = Kind::unknown;
  std::uint64_t number = 0;  ///< octets, or the status
};

/// Reads a request target in origin form or absolute form (RFC 9112 3.2).
[[nodiscard]] HttpTarget read_http_target(std::string_view target) noexcept;

}  // namespace backtalk::serve
