// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The first words of a rank: who it is.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace backtalk::ranks {

/// Ranks of a run are of one version.
inline constexpr std::string_view kVersion = BACKTALK_VERSION;

struct Hello {
  std::string token;
  unsigned rank = 0;
  std::string host;
  std::string version;
  std::string problem;  ///< why it cannot take part; empty: it can
};

[[nodiscard]] std::string write_hello(const Hello& hello);
/// nullopt: it is none.
[[nodiscard]] std::optional<Hello> read_hello(std::string_view text);

}  // namespace backtalk::ranks
