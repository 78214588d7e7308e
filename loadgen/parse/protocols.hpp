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
};

/// Every protocol there is. Static storage.
[[nodiscard]] std::span<const Protocol> protocols() noexcept;

/// The protocol of that name; null where there is none.
[[nodiscard]] const Protocol* find_protocol(std::string_view name) noexcept;

}  // namespace backtalk::parse
