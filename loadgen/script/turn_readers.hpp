// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The readers of turns, one for each protocol.
#pragma once

#include <cstddef>
#include <string_view>
#include <variant>
#include <vector>

#include "script/turns.hpp"

namespace backtalk::script {

using TurnsOrError = std::variant<std::vector<Turn>, Error>;

/// What all of them do: a turn for each line of the client and each wait, and one for all lines of
/// an answer.
class TurnReader {
 public:
  explicit TurnReader(const Section& section) : section_(section) {}
  virtual ~TurnReader() = default;
  TurnReader(const TurnReader&) = delete;
  TurnReader& operator=(const TurnReader&) = delete;

  [[nodiscard]] TurnsOrError read();

 protected:
  /// What the line of the client at `at_` is.
  [[nodiscard]] virtual Turn::Kind kind_of(std::string_view text) = 0;
  /// Reads the answer that begins with the line at `at_`, and goes past it.
  [[nodiscard]] virtual Problem read_answer(const Line& first) = 0;

  const Section& section_;
  std::vector<Turn> turns_;
  std::size_t at_ = 0;  // the line that is being read
};

[[nodiscard]] TurnsOrError read_smtp_turns(const Section& section);
[[nodiscard]] TurnsOrError read_pop3_turns(const Section& section);
[[nodiscard]] TurnsOrError read_imap_turns(const Section& section);
[[nodiscard]] TurnsOrError read_http_turns(const Section& section);

}  // namespace backtalk::script
