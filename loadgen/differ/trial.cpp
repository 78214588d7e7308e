// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/trial.hpp"

#include <fmt/format.h>

#include "text/escaped.hpp"

namespace backtalk::differ {
namespace {

// No case needs more; a server that sends without end does not fill the memory.
constexpr std::size_t kAnswersMax = 1000;
constexpr std::size_t kReceivedOctetsMax = std::size_t{1} << 20;

void replace(std::string& text, std::string_view place, std::string_view value) {
  for (std::size_t at = text.find(place); at != std::string::npos; at = text.find(place, at + value.size()))
    text.replace(at, place.size(), value);
}

}  // namespace

std::string Trial::filled_in(std::string command) const {
  replace(command, "{from}", envelope_.from);
  replace(command, "{to}", envelope_.to);
  return command;
}

std::string Trial::next_piece() {
  if (over_) return {};
  if (in_preamble()) {
    if (turn_ < asked_) return {};
    ++asked_;
    return filled_in(corpus_.preamble[turn_].command);
  }
  if (piece_ == case_.pieces.size() || is_waiting()) return {};
  answers_before_ = outcome_.answers.size();
  return case_.pieces[piece_++].octets;
}

bool Trial::is_waiting() const {
  return !over_ && !in_preamble() && piece_ < case_.pieces.size() && case_.pieces[piece_].after_answer &&
         answers_before_ == outcome_.answers.size();
}

void Trial::receive(std::string_view octets) {
  if (over_ || octets.empty()) return;
  received_ += octets.size();
  for (const Answer& answer : reader_.read(octets)) take(answer);
  if (over_) return;
  const bool flooded = received_ > kReceivedOctetsMax || outcome_.answers.size() > kAnswersMax;
  if (reader_.flaw().empty() && !flooded) return;
  outcome_.flaw = flooded ? "too-many-answers" : reader_.flaw();
  end(End::unreadable);
}

void Trial::take(const Answer& answer) {
  if (over_) return;
  if (!in_preamble()) {
    if (message_open_ && answer.klass == "2xx") ++outcome_.messages;
    outcome_.answers.push_back(answer);
  } else if (const Turn& turn = corpus_.preamble[turn_]; turn.wanted != answer.klass) {
    problem_ = fmt::format(
        "{} was answered with {} {}, not with {}",
        turn.command.empty() ? "the connection" : "`" + text::escape(filled_in(turn.command)) + "`",
        answer.code, text::escape(answer.text), turn.wanted);
    over_ = true;
  } else {
    ++turn_;
  }
  message_open_ = answer.klass == "3xx";
}

void Trial::close() {
  end(End::closed);
}

void Trial::give_up() {
  end(End::silent);
}

void Trial::end(End how) {
  if (over_) return;
  over_ = true;
  outcome_.end = how;
  if (!in_preamble()) return;
  const std::string command = filled_in(corpus_.preamble[turn_].command);
  const std::string asked =
      command.empty() ? "the greeting" : "the answer to `" + text::escape(command) + "`";
  switch (how) {
    case End::closed: problem_ = fmt::format("the connection was closed before {}", asked); break;
    case End::silent: problem_ = fmt::format("{} did not come in time", asked); break;
    case End::unreadable: problem_ = fmt::format("{} cannot be read: {}", asked, outcome_.flaw); break;
  }
}

}  // namespace backtalk::differ
