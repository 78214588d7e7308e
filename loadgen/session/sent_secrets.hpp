// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a session has sent that nobody must see, and that a server may repeat: passwords, tokens,
/// cookies.
#pragma once

#include <string>
#include <string_view>

#include "session/session.hpp"

namespace backtalk::session {

/// Stands for what a server said if that has a secret in it.
inline constexpr std::string_view kNotShown = "*** (not shown: the server repeated credentials)";
/// Likewise for what a script expects.
inline constexpr std::string_view kNotShownOfScript = "*** (not shown: the script has credentials here)";

class SentSecrets {
 public:
  virtual ~SentSecrets() = default;

  /// True if the text has a secret in it, or a part of one, as errors of some servers do: it must
  /// not be shown.
  [[nodiscard]] virtual bool is_quoted_in(std::string_view text) const = 0;

  /// Overwrites with "x" what `is_quoted_in` finds, so that a stream can be kept. Its length stays
  /// the same.
  virtual void hide_in(std::string& octets) const = 0;

  /// The same words, fit to be shown: `kNotShown` in place of a text with a secret in it, and
  /// `kNotShownOfScript` in place of such a line of a script. They name these secrets, so that the
  /// stream they came in is cleaned too.
  [[nodiscard]] ServerWords without_secrets(ServerWords words) const {
    words.secrets = this;
    if (is_quoted_in(words.text)) words.text = kNotShown;
    if (is_quoted_in(words.expected)) words.expected = kNotShownOfScript;
    return words;
  }
};

}  // namespace backtalk::session
