// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client that plays one case to one server, without a socket: the preamble in lock step, so
/// that every server is in the same state; then the octets of the case, whatever the server says.
/// A piece that goes out after an answer is held back until the server has answered or has had time
/// to, since some servers refuse pipelining.
/// The case ends when the server closes, as its last octets ask it to: no wait decides what an
/// outcome is, unless a server stays silent.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "differ/answer_reader.hpp"
#include "differ/corpus.hpp"
#include "differ/outcome.hpp"

namespace backtalk::differ {

/// What stands in the places of the preamble.
struct Envelope {
  std::string from;  ///< {from}
  std::string to;    ///< {to}
};

class Trial {
 public:
  /// All of them outlive it.
  Trial(const Corpus& corpus, const Case& one, const Envelope& envelope)
      : corpus_(corpus), case_(one), envelope_(envelope) {}

  /// What is to be sent now, once what was returned before is sent; empty: nothing yet.
  [[nodiscard]] std::string next_piece();
  /// The next piece is held back for an answer.
  [[nodiscard]] bool is_waiting() const;
  /// The server has had time to answer: the next piece goes out.
  void stop_waiting() { answers_before_.reset(); }
  void receive(std::string_view octets);
  /// The server has ended the connection, in good order or not.
  void close();
  /// The time is up.
  void give_up();

  [[nodiscard]] bool over() const { return over_; }
  /// A sentence if the server did not come to the state in which the case begins.
  [[nodiscard]] const std::optional<std::string>& problem() const { return problem_; }
  [[nodiscard]] const Outcome& outcome() const { return outcome_; }

 private:
  [[nodiscard]] bool in_preamble() const { return turn_ < corpus_.preamble.size(); }
  void take(const Answer& answer);
  void end(End how);
  [[nodiscard]] std::string filled_in(std::string command) const;

  const Corpus& corpus_;
  const Case& case_;
  const Envelope& envelope_;
  AnswerReader reader_;
  std::size_t turn_ = 0;                       // whose answer is awaited
  std::size_t asked_ = 1;                      // turns whose command is sent; the greeting has none
  std::size_t piece_ = 0;                      // the next one
  std::optional<std::size_t> answers_before_;  // those that had come when the last piece went out
  bool message_open_ = false;                  // the last answer asks for more: 3xx
  std::size_t received_ = 0;
  bool over_ = false;
  std::optional<std::string> problem_;
  Outcome outcome_;
};

}  // namespace backtalk::differ
