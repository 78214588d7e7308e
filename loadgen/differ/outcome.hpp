// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a server made of a case.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "differ/corpus.hpp"

namespace backtalk::differ {

struct Answer {
  std::string code;  ///< "250"
  /// "2xx". `221` and `421`, with which SMTP says goodbye, are classes by themselves.
  std::string klass;
  std::string text;  ///< its first line

  friend bool operator==(const Answer&, const Answer&) = default;
};

/// How the connection was left.
enum class End : std::uint8_t {
  closed,     ///< the server closed it
  silent,     ///< it was still open when the time was up
  unreadable  ///< our parser refused the answers; see `flaw`
};

struct Outcome {
  std::vector<Answer> answers;  ///< to the octets of the case
  /// Those that took responsibility for a message (RFC 5321 4.2.5): 2xx behind 3xx.
  std::uint64_t messages = 0;
  End end = End::closed;
  std::string flaw;  ///< the name of the parser's error; or too-many-answers
};

/// The outcome by what the server took for the end of what: the words of the corpus, or else the
/// classes of the answers; and how the connection was left, unless the server closed it. Servers
/// whose framing is the same agree, whatever their codes and texts.
[[nodiscard]] std::string framing_of(const Outcome& outcome, std::span<const Meaning> meanings);

/// The codes of the answers that decide the framing: "250 250 ...". Those behind them may depend on
/// what the server had read when it closed.
[[nodiscard]] std::string decisive_codes(const Outcome& outcome, std::span<const Meaning> meanings);

/// "closed", "silent", "unreadable".
[[nodiscard]] std::string_view word_of(End end);

}  // namespace backtalk::differ
