// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What failures mean and what to do about them, by the names under which they are counted
/// (docs/load-json.md).
#pragma once

#include <span>
#include <string_view>

namespace backtalk::text {

struct Remedy {
  std::string_view name;
  std::string_view sentence;
};

/// Of failures whose name alone does not tell, the most telling first. Static storage.
[[nodiscard]] std::span<const Remedy> remedies();

/// Of those, and of others of connections and TLS; empty if there is none.
[[nodiscard]] std::string_view remedy_for(std::string_view failure);

}  // namespace backtalk::text
