// SPDX-License-Identifier: Apache-2.0 OR MIT
// SMTP and LMTP: replies of one line or several (RFC 5321 4.2.1), messages, chunks, logins.
#include <algorithm>
#include <cstdint>
#include <string>

#include "script/language.hpp"
#include "script/turn_readers.hpp"
#include "text/whole_number.hpp"

namespace backtalk::script {
namespace {

constexpr std::size_t kCodeDigits = 3;

// The code of a reply's line; empty if it is none.
std::string_view code_of(std::string_view text) {
  const std::string_view code = text.substr(0, kCodeDigits);
  const bool digits =
      code.size() == kCodeDigits && code.find_first_not_of("0123456789") == std::string_view::npos;
  const bool ends = text.size() <= kCodeDigits || text[kCodeDigits] == ' ' || text[kCodeDigits] == '-';
  return digits && ends ? code : std::string_view();
}

bool goes_on(std::string_view text) {
  return text.size() > kCodeDigits && text[kCodeDigits] == '-';
}

class SmtpTurns final : public TurnReader {
 public:
  using TurnReader::TurnReader;

 private:
  enum class Next : std::uint8_t {
    command,
    data,  // the answer to DATA comes, or the message
    message,
    chunk,
    response
  };

  Turn::Kind kind_of(std::string_view text) override {
    switch (next_) {
      case Next::command: return command(text);
      case Next::data:
      case Next::message:
        next_ = ends_message(text) ? Next::command : Next::message;
        return Turn::Kind::content;
      case Next::response: next_ = Next::command; return Turn::Kind::response;
      case Next::chunk:
        chunk_left_ -= std::min<std::uint64_t>(chunk_left_, text.size() + 2);
        if (chunk_left_ == 0) next_ = Next::command;
        return Turn::Kind::content;
    }
    return Turn::Kind::command;
  }

  // "{message}" has its dot, unless one is written behind it.
  [[nodiscard]] bool ends_message(std::string_view text) const {
    if (text != "{message}") return text == ".";
    const auto behind = std::size_t{at_} + 1;
    const bool goes_on = behind < section_.lines.size() &&
                         section_.lines[behind].kind == Line::Kind::client &&
                         section_.lines[behind].text == ".";
    return !goes_on;
  }

  Turn::Kind command(std::string_view text) {
    const std::string name = capitals(word_from(text, 0));
    if (name == "DATA") next_ = Next::data;
    if (name == "BDAT") {
      chunk_left_ = text::read_whole_number(word_from(text, name.size() + 1)).value_or(0);
      if (chunk_left_ > 0) next_ = Next::chunk;
    }
    return Turn::Kind::command;
  }

  Problem read_answer(const Line& first) override {
    Turn turn{.kind = Turn::Kind::answer, .first = at_};
    if (without_trailing_blanks(first.text) == "*") {
      turn.answer.kind = Answer::Kind::anything;
      if (next_ != Next::data && next_ != Next::chunk) next_ = Next::command;
      ++at_;
      turns_.push_back(std::move(turn));
      return std::nullopt;
    }
    const std::string_view code = code_of(first.text);
    if (code.empty()) return first.error("expected a reply, such as `S: 250 ok`, not " + quoted(first.text));
    for (;; ++at_) {
      const bool there = at_ < section_.lines.size() && section_.lines[at_].kind == Line::Kind::server;
      if (!there)
        return first.error("this reply never ends: its last line needs a space after the code, as in `S: " +
                           std::string(code) + " text`");
      const Line& line = section_.lines[at_];
      if (code_of(line.text) != code)
        return line.error("the reply that began in line " + std::to_string(first.number) +
                          " goes on with `S: " + std::string(code) + "-` or `S: " + std::string(code) +
                          " `, not " + quoted(line.text));
      if (!goes_on(line.text)) break;
    }
    turn.count = ++at_ - turn.first;
    turn.answer.word = code;
    on_code(code);
    turns_.push_back(std::move(turn));
    return std::nullopt;
  }

  void on_code(std::string_view code) {
    if (next_ == Next::chunk) return;  // pipelined
    next_ = Next::command;
    if (code == "354") next_ = Next::message;
    if (code == "334") next_ = Next::response;
  }

  Next next_ = Next::command;
  std::uint64_t chunk_left_ = 0;
};

}  // namespace

TurnsOrError read_smtp_turns(const Section& section) {
  return SmtpTurns(section).read();
}

}  // namespace backtalk::script
