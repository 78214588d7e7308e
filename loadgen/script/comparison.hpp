// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whether a server's answer is the one that a script's lines `S:` ask for, and the words of it
/// that they keep.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "script/notation.hpp"
#include "script/protocol.hpp"
#include "script/turns.hpp"

namespace backtalk::script {

/// The first difference.
struct Mismatch {
  std::size_t line = 0;       ///< of the turn, the first is 0
  std::string expected = {};  ///< as the script has it, without quotation marks
  std::string said = {};      ///< the line in its place; empty: there is none
};

struct Comparison {
  Protocol protocol = Protocol::smtp;
  /// Compare texts too: every line that the script has. It may leave out the lines of a POP3
  /// response behind its first, and of HTTP fields and the body.
  bool exact = false;
};

/// Compares an answer with `written`, the lines of `answer`. `said` is the server's lines, without
/// line ends, as a script would have them; at least one. nullopt: it is as expected.
[[nodiscard]] std::optional<Mismatch> compare(const Comparison& how, const Answer& answer,
                                              std::span<const Line> written,
                                              std::span<const std::string> said);

/// Calls `keep` with each word that the lines keep ("{count:=2}"). A line without that word is a
/// mismatch. The lines have no mistakes that `read_kept` would find.
using KeepWord = std::function<void(std::string_view name, std::string_view word)>;
[[nodiscard]] std::optional<Mismatch> keep_words(Protocol protocol, std::span<const Line> written,
                                                 std::span<const std::string> said, const KeepWord& keep);

}  // namespace backtalk::script
