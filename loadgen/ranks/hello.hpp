// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The first words of a rank: who it is.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::ranks {

/// Ranks of a run are of one version.
inline constexpr std::string_view kVersion = BACKTALK_VERSION;
/// The longest. Nothing longer is read of who has not said who it is.
inline constexpr std::size_t kHelloOctetsMax = 4096;

struct Hello {
  std::string token;
  unsigned rank = 0;
  std::string host;
  std::string version;
  std::string problem;  ///< why it cannot take part; empty: it can
};

/// A problem that is too long is cut off.
[[nodiscard]] std::string write_hello(const Hello& hello);
/// Text that another machine has sent, made fit for a terminal and for JSON: escapes what is not
/// UTF-8 and control characters, and cuts it off.
[[nodiscard]] std::string told_text(std::string_view octets, std::size_t octets_max);

/// nullopt: it is none. What a rank says of itself has been through `told_text`.
[[nodiscard]] std::optional<Hello> read_hello(std::string_view text);

}  // namespace backtalk::ranks
