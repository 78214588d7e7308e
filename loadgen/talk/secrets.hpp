// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What must not be shown of one conversation: passwords, tokens, and the lines that have them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backtalk::talk {

/// Stands for a secret.
inline constexpr std::string_view kHidden = "***";

class Secrets {
 public:
  /// A password or a token, as it was typed.
  void add(std::string_view secret);
  /// A line of a SASL exchange: base64, with the secret in it. One that is not base64 is a secret
  /// itself: somebody forgot to encode it.
  void add_response(std::string_view line);
  /// True if the line can be one of a SASL exchange.
  [[nodiscard]] static bool is_response(std::string_view line);

  /// The text with `kHidden` in place of every secret, of its base64, and of parts of those, in
  /// capitals or not.
  [[nodiscard]] std::string hidden(std::string_view text) const;

 private:
  // In lower case.
  std::vector<std::string> secrets_;
  std::vector<std::string> sent_;  // lines of base64
};

}  // namespace backtalk::talk
