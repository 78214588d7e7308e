// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The protocols that `backtalk parse` knows: a row for each.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "parse/options.hpp"
#include "parse/transcript.hpp"

namespace backtalk::parse {

struct Protocol {
  std::string_view name;
  std::span<const std::string_view> limits;  ///< the names that `--limit` takes
  /// `out` must outlive the transcript.
  std::unique_ptr<Transcript> (*make)(const Options& options, std::string& out);
  /// What else to try with a stream that did not parse and begins like that; empty where nothing is left.
  std::string_view (*advice)(const Options& options, std::string_view beginning);
};

/// So much of a stream's beginning is enough for `Protocol::advice`.
inline constexpr std::size_t kBeginningOctets = 16;

/// Every protocol there is. Static storage.
[[nodiscard]] std::span<const Protocol> protocols() noexcept;

/// The protocol of that name; null where there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view name) noexcept;

}  // namespace backtalk::parse
