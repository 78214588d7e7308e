// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A text that is looked for in others, without regard to the case of ASCII letters.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::serve {

/// Finds it in time linear in the text, whatever both consist of (Knuth, Morris and Pratt): a
/// client chooses both, and must not keep the server.
class WantedText {
 public:
  WantedText() = default;
  explicit WantedText(std::string wanted);

  /// Where a search stands.
  struct Place {
    std::size_t at = 0;       ///< octets of the text that were read
    std::size_t matched = 0;  ///< octets of what is wanted that the last of them match
  };

  /// True if the text has it. Reads on from `place`, at most `share` octets, which it takes from
  /// `share`. nullopt: it has not got to the end.
  [[nodiscard]] std::optional<bool> is_in(std::string_view text, Place& place, std::size_t& share) const;

  /// The same for a text that is read at once.
  [[nodiscard]] bool is_in(std::string_view text) const;

 private:
  std::string wanted_;  // in lower case
  // Of each beginning: how long the longest shorter beginning is that ends it.
  std::vector<std::uint32_t> borders_;
};

}  // namespace backtalk::serve
