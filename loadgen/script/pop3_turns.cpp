// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3: which responses have several lines is a matter of the command (RFC 1939 3, RFC 2449 5).
#include <deque>
#include <string>
#include <utility>

#include "script/language.hpp"
#include "script/turn_readers.hpp"

namespace backtalk::script {
namespace {

bool may_have_lines(std::string_view command) {
  const std::string name = capitals(word_from(command, 0));
  if (name == "CAPA" || name == "RETR" || name == "TOP") return true;
  const bool alone = command.find_first_not_of(' ', name.size()) == std::string_view::npos;
  return alone && (name == "LIST" || name == "UIDL" || name == "AUTH");
}

// "+OK", "-ERR"; empty if the line is none.
std::string_view indicator_of(std::string_view text) {
  const std::string_view word = word_from(text, 0);
  return word == "+OK" || word == "-ERR" ? word : std::string_view();
}

class Pop3Turns final : public TurnReader {
 public:
  using TurnReader::TurnReader;

 private:
  Turn::Kind kind_of(std::string_view text) override {
    greets_ = false;
    if (std::exchange(challenged_, false)) return Turn::Kind::response;
    waiting_.push_back(text);
    return Turn::Kind::command;
  }

  Problem read_answer(const Line& line) override {
    const std::string_view text = without_trailing_blanks(line.text);
    Turn turn{.kind = Turn::Kind::answer, .first = at_++};
    const bool greets = std::exchange(greets_, false);
    if (waiting_.empty() && !greets) return line.error("there is no `C:` line that waits for this answer");
    if (is_challenge(text)) {
      turn.answer.word = "+";
      challenged_ = true;
      turns_.push_back(std::move(turn));
      return std::nullopt;
    }
    if (text == "*") {
      turn.answer.kind = Answer::Kind::anything;
    } else if (turn.answer.word = indicator_of(text); turn.answer.word.empty()) {
      return line.error("expected `S: +OK`, `S: -ERR` or `S: *`, not " + quoted(text));
    }
    if (turn.answer.word == "+OK" && !waiting_.empty() && may_have_lines(waiting_.front()) &&
        is_continued()) {
      if (!skip_lines()) return line.error("this response has no last line `S: .`");
      turn.count = at_ - turn.first;
    }
    if (!waiting_.empty()) waiting_.pop_front();
    challenged_ = false;
    turns_.push_back(std::move(turn));
    return std::nullopt;
  }

  [[nodiscard]] bool is_server() const {
    return at_ < section_.lines.size() && section_.lines[at_].kind == Line::Kind::server;
  }

  // The next line belongs to the response, and is not the first of another, which only one of
  // several commands that went out together has.
  [[nodiscard]] bool is_continued() const {
    if (!is_server()) return false;
    const std::string_view text = without_trailing_blanks(section_.lines[at_].text);
    return waiting_.size() == 1 || (indicator_of(text).empty() && text != "*");
  }

  // Up to the line with the dot.
  bool skip_lines() {
    while (is_server()) {
      if (without_trailing_blanks(section_.lines[at_++].text) == ".") return true;
    }
    return false;
  }

  std::deque<std::string_view> waiting_;  // commands without an answer
  bool challenged_ = false;
  bool greets_ = true;  // nobody has said anything yet
};

}  // namespace

TurnsOrError read_pop3_turns(const Section& section) {
  return Pop3Turns(section).read();
}

}  // namespace backtalk::script
