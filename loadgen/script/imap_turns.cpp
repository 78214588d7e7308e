// SPDX-License-Identifier: Apache-2.0 OR MIT
// IMAP: literals of both sides, untagged data before the tagged answer, the logins and IDLE (RFC
// 9051 2.2, 4.3, 6.2.2, 6.3.13).
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "script/language.hpp"
#include "script/literal.hpp"
#include "script/placeholders.hpp"
#include "script/turn_readers.hpp"

namespace backtalk::script {
namespace {

using Mark = LiteralMark::Kind;

bool is_counted(const LiteralMark& mark) {
  return mark.kind == Mark::octets || mark.kind == Mark::escaped;
}

// How many octets the text of a literal stands for: "{{" is one.
std::size_t octets_of(std::string_view text) {
  std::size_t octets = text.size();
  for (std::size_t at = text.find("{{"); at != std::string_view::npos; at = text.find("{{", at + 2)) --octets;
  return octets;
}

// The text behind its first `octets` octets.
std::string_view behind(std::string_view text, std::uint64_t octets) {
  std::size_t at = 0;
  for (; octets > 0 && at < text.size(); --octets) at += text.substr(at).starts_with("{{") ? 2 : 1;
  return text.substr(std::min(at, text.size()));
}

bool is_status(std::string_view word) {
  return word == "OK" || word == "NO" || word == "BAD";
}

class ImapTurns {
 public:
  explicit ImapTurns(const Section& section) : section_(section) {}

  TurnsOrError read() {
    while (at_ < section_.lines.size()) {
      const Line& line = section_.lines[at_];
      if (line.kind == Line::Kind::wait) {
        turns_.push_back({.kind = Turn::Kind::wait, .first = at_++});
        continue;
      }
      if (auto problem = line.kind == Line::Kind::client ? read_client(line) : read_response(line))
        return *std::move(problem);
    }
    if (left_) return literal_line_->error("this literal has more octets than follow in lines `C:`");
    if (untagged_ != nullptr && pending_ > 0)
      return untagged_->error("untagged data belongs to the tagged answer after it, and there is none");
    return std::move(turns_);
  }

 private:
  // --- What the client says

  Problem read_client(const Line& line) {
    greets_ = false;
    if (left_) return read_literal(line);
    if (std::exchange(responds_, false)) {
      turns_.push_back({.kind = Turn::Kind::response, .first = at_++});
      return std::nullopt;
    }
    if (std::exchange(idles_, false)) {
      turns_.push_back({.kind = Turn::Kind::content, .first = at_++});
      return std::nullopt;
    }
    turns_.push_back({.kind = Turn::Kind::command, .first = at_++});
    const std::string_view tag = word_from(line.text, 0);
    name_ = capitals(word_from(line.text, tag.size() + 1));
    ++pending_;
    ++waiting_[tag];
    return read_mark(line, line.text, 0);
  }

  // Whether a literal follows the text, which begins at octet `begin` of the line's.
  Problem read_mark(const Line& line, std::string_view text, std::size_t begin) {
    const auto mark = find_literal_mark(text);
    if (!mark || mark->kind == Mark::message) return std::nullopt;
    if (mark->kind == Mark::escaped)
      return line.error("this would begin a literal on the wire, where none follows", begin + mark->at);
    left_ = mark->octets;
    announced_ = true;
    next_line_ = mark->kind == Mark::line;
    literal_line_ = &line;
    return std::nullopt;
  }

  // A line of a literal, and what follows the literal in it. A line end that follows is the
  // command's, and not the literal's.
  Problem read_literal(const Line& line) {
    turns_.push_back({.kind = Turn::Kind::content, .first = at_++});
    announced_ = false;
    // A password, whatever its length is.
    const bool hidden = name_ == "LOGIN" && line.text.starts_with("***");
    if (std::exchange(next_line_, false)) {
      left_.reset();
      return std::nullopt;
    }
    const std::size_t octets = hidden ? *left_ : octets_of(line.text);
    if (octets < *left_) {
      if (*left_ - octets < 2) return line.error("the literal ends between CR and LF", line.text.size());
      *left_ -= octets + 2;
      return std::nullopt;
    }
    const std::string_view rest = hidden ? line.text.substr(3) : behind(line.text, *left_);
    left_.reset();
    return read_mark(line, rest, line.text.size() - rest.size());
  }

  // --- What the server says

  Problem read_response(const Line& line) {
    const std::string_view text = without_trailing_blanks(line.text);
    Turn turn{.kind = Turn::Kind::answer, .first = at_};
    Answer& answer = turn.answer;
    const bool greets = std::exchange(greets_, false);
    if (text == "*") {
      answer.kind = Answer::Kind::anything;
      answered();
    } else if (is_challenge(text)) {
      answer = {.kind = Answer::Kind::continuation, .word = "+"};
      if (!left_) {
        responds_ = name_ == "AUTHENTICATE";
        idles_ = name_ == "IDLE";
      }
    } else if (text.starts_with("* ")) {
      answer = {.kind = Answer::Kind::untagged, .word = untagged_kind(text)};
      if (answer.word.empty())
        return line.error("expected a kind of untagged data, as `S: * 3 EXISTS`, not " + quoted(text));
      if (!greets) untagged_ = &line;
    } else {
      answer = {.kind = Answer::Kind::tagged, .word = {}, .tag = word_from(text, 0)};
      answer.word = capitals(word_from(text, answer.tag.size() + 1));
      if (is_status(capitals(answer.tag)))
        return line.error("a tagged answer begins with the tag of its command, as `S: a1 " +
                          capitals(answer.tag) + "`");
      if (!is_status(answer.word) && answer.word != "*")
        return line.error("expected OK, NO or BAD after the tag, or `*`, not " + quoted(answer.word),
                          std::min(answer.tag.size() + 1, text.size()));
      const auto waiting = waiting_.find(answer.tag);
      if (waiting == waiting_.end() || waiting->second == 0)
        return line.error("no `C:` line with the tag " + quoted(answer.tag) + " waits for an answer");
      --waiting->second;
      answered();
    }
    if (auto problem = skip_literals(line)) return problem;
    turn.count = at_ - turn.first;
    turns_.push_back(std::move(turn));
    return std::nullopt;
  }

  // A command was answered, perhaps before all of it was said.
  void answered() {
    untagged_ = nullptr;
    responds_ = idles_ = false;
    if (pending_ > 0) --pending_;
    if (announced_) left_.reset();
  }

  // The lines of the response's literals, and those in which a long one is shown.
  Problem skip_literals(const Line& line) {
    std::string_view text = section_.lines[at_++].text;
    for (;;) {
      const auto mark = find_literal_mark(text);
      if (!mark || !is_counted(*mark)) {
        if (text.size() < kShownOctetsMax || !is_server()) return std::nullopt;
        text = section_.lines[at_++].text;
        continue;
      }
      std::uint64_t left = mark->octets;
      for (bool whole = false; !whole;) {
        if (!is_server())
          return line.error(
              "the " + std::to_string(mark->octets) +
              " octets of this literal do not follow in lines `S:`: leave out what is after the "
              "kind of the data");
        const std::string_view next = section_.lines[at_++].text;
        const std::size_t octets = said_by_server(next).size();
        whole = left <= octets;
        if (whole) text = next.substr(next.size() - (octets - static_cast<std::size_t>(left)));
        if (!whole) left -= std::min<std::uint64_t>(left, octets + 2);
      }
    }
  }

  [[nodiscard]] bool is_server() const {
    return at_ < section_.lines.size() && section_.lines[at_].kind == Line::Kind::server;
  }

  const Section& section_;
  std::vector<Turn> turns_;
  std::size_t at_ = 0;
  bool greets_ = true;                               // nobody has said anything yet
  std::string name_;                                 // of the last command, in capitals
  std::size_t pending_ = 0;                          // commands without an answer
  std::map<std::string_view, std::size_t> waiting_;  // how many of each tag
  std::optional<std::uint64_t> left_;                // of the client's literal, to come
  bool announced_ = false;                           // none of it has come yet
  bool next_line_ = false;                           // it is all of the next line
  const Line* literal_line_ = nullptr;
  bool responds_ = false;           // the next line of the client answers a challenge
  bool idles_ = false;              // it is DONE
  const Line* untagged_ = nullptr;  // the last one without a tagged answer behind it
};

}  // namespace

TurnsOrError read_imap_turns(const Section& section) {
  return ImapTurns(section).read();
}

}  // namespace backtalk::script
