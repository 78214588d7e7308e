// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that `backtalk parse` knows, one row each.
#pragma once

#include <array>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "backtalk/guess.hpp"
#include "parse/options.hpp"
#include "parse/transcript.hpp"

namespace backtalk::parse {

struct Protocol {
  std::string_view name;
  std::span<const std::string_view> limits;  ///< the names that `--limit` takes
  /// `out` must outlive the transcript.
  std::unique_ptr<Transcript> (*make)(const Options& options, std::string& out);
  /// Suggests what else to try with a stream that did not parse and begins with `beginning`; empty
  /// if there is nothing. `bare_lf`: a line ended with LF alone.
  std::string (*advice)(const Options& options, std::string_view beginning, bool bare_lf);
  std::array<Guess, 2> looks_like;  ///< what its streams are guessed to be
};

/// How many octets of the stream's beginning `Protocol::advice` needs.
inline constexpr std::size_t kBeginningOctets = kGuessOctets;

/// All protocols. Static storage.
[[nodiscard]] std::span<const Protocol> protocols() noexcept;

/// Returns the protocol of that name; null if there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view name) noexcept;

}  // namespace backtalk::parse
