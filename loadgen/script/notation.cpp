// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/notation.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "script/limits.hpp"
#include "script/message_sizes.hpp"
#include "script/wait.hpp"
#include "text/blanks.hpp"
#include "text/whole_number.hpp"

namespace backtalk::script {
namespace {

using text::kBlanks;
using text::without_blanks;
constexpr const char* kOneOrTheOther = "a script has sections or conversations, and not both";

// The first word, which is taken off.
std::string_view take_word(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view word = text.substr(0, end);
  text = without_blanks(text.substr(end));
  return word;
}

// "3", "x 3", "3x" or "X3" at the beginning of a pass's name: a weight that is not written as one.
// Its digits; empty if the name is a name.
std::string_view mistaken_weight(std::string_view name) {
  const auto take_x = [&name] {
    const bool crossed = name.starts_with('x') || name.starts_with('X');
    if (crossed) name.remove_prefix(1);
    return crossed;
  };
  const bool crossed = take_x();
  if (crossed) name = without_blanks(name);
  const std::string_view digits = name.substr(0, name.find_first_not_of("0123456789"));
  name.remove_prefix(digits.size());
  if (!crossed) take_x();
  const bool word_ends = name.empty() || kBlanks.find(name.front()) != std::string_view::npos;
  return word_ends ? digits : std::string_view();  // "3rd" is a name
}

class Reader {
 public:
  std::variant<Sections, Error> read(std::string_view text) {
    if (text.size() > kScriptOctetsMax)
      return Error{1, 1, "a script has at most " + std::to_string(kScriptOctetsMax) + " octets"};
    if (text.starts_with("\xEF\xBB\xBF"))
      return Error{1, 1, "the file begins with a byte order mark (UTF-8): remove it"};
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('\n'), text.size());
      if (auto problem = read_line(text.substr(0, end))) return *std::move(problem);
      text.remove_prefix(std::min(end + 1, text.size()));
      ++number_;
    }
    if (auto problem = end_section()) return *std::move(problem);
    if (sections_.empty()) return Error{1, 1, "the script is empty: expected a line such as `C: NOOP`"};
    sections_.front().sizes = std::move(sizes_);
    if (has_sections() && passes_ == 0)
      return Error{sections_.front().number, 1, "there is no section `== pass`, which is what a run repeats"};
    return std::move(sections_);
  }

 private:
  struct Repeat {
    std::uint64_t times = 1;
    std::size_t begin = 0;  // in the section's lines
    std::uint32_t number = 1;
    bool of_messages = false;  // as often as there are messages: the session repeats it
  };

  [[nodiscard]] Error error(std::string sentence, std::size_t at = 0) const {
    return {number_, static_cast<std::uint32_t>(indent_ + at + 1), std::move(sentence)};
  }

  Problem read_line(std::string_view line) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    indent_ = 0;
    if (line.size() > kLineOctetsMax)
      return error("a line has at most " + std::to_string(kLineOctetsMax) + " octets", kLineOctetsMax);
    const std::size_t bad = line.find_first_of(std::string_view("\r\0", 2));
    if (bad != std::string_view::npos) return error("a CR or NUL cannot be in a line", bad);
    indent_ = std::min(line.find_first_not_of(kBlanks), line.size());
    line.remove_prefix(indent_);
    line_ = line;
    if (line.empty() || line.front() == '#') return std::nullopt;
    if (line.starts_with("C:")) return add(Line::Kind::client, line);
    if (line.starts_with("S:")) return add(Line::Kind::server, line);
    if (line.starts_with("==")) return begin_section(line.substr(2));
    return read_keyword(line);
  }

  Problem read_keyword(std::string_view line) {
    std::string_view rest = line;
    const std::string_view word = take_word(rest);
    if (word == "repeat") return begin_repeat(rest);
    if (word == "end" && rest.empty()) return end_repeat();
    if (word == "wait") return add_wait(rest);
    if (word == "sizes") return read_sizes(rest);
    if (line.starts_with("c:") || line.starts_with("s:")) return error("`C:` and `S:` are capital letters");
    return error("expected `C:`, `S:`, `==`, `repeat`, `end`, `wait`, `sizes` or `#`, not " + quoted(line));
  }

  // Where a part of the current line begins, for `error`.
  [[nodiscard]] std::size_t place_of(std::string_view part) const {
    return static_cast<std::size_t>(part.data() - line_.data());
  }

  // The section that lines belong to; null if they belong to none.
  Section* section() {
    if (sections_.empty()) sections_.push_back({.number = number_});
    return &sections_.back();
  }

  Problem add(Line::Kind kind, std::string_view line) {
    if (++spoken_ > kSpokenLinesMax) return too_many();
    std::size_t begin = 2;
    if (line.size() > begin && line[begin] == ' ') ++begin;
    section()->lines.push_back({.kind = kind,
                                .text = line.substr(begin),
                                .number = number_,
                                .column = static_cast<std::uint32_t>(indent_ + begin + 1),
                                .block = block()});
    return std::nullopt;
  }

  // The line of the `repeat messages` that a line stands in.
  [[nodiscard]] std::uint32_t block() const {
    return !repeats_.empty() && repeats_.back().of_messages ? repeats_.back().number : 0;
  }

  Problem add_wait(std::string_view rest) {
    if (++spoken_ > kSpokenLinesMax) return too_many();
    if (const auto at = find_number_without_unit(rest)) {
      const std::string_view tail = rest.substr(*at);
      const std::string number(tail.substr(0, std::min(tail.find_first_of(kBlanks), tail.find(".."))));
      return error("a wait needs a unit: `wait " + number + "s` or `wait " + number + "ms`", place_of(tail));
    }
    const auto wait = read_think_time(rest);
    if (const auto* sentence = std::get_if<std::string>(&wait)) return error(*sentence);
    section()->lines.push_back({.kind = Line::Kind::wait,
                                .number = number_,
                                .column = static_cast<std::uint32_t>(indent_ + 1),
                                .wait = std::get<session::ThinkTime>(wait),
                                .wait_ns = std::get<session::ThinkTime>(wait).mean(),
                                .block = block()});
    return std::nullopt;
  }

  Problem read_sizes(std::string_view rest) {
    if (!sections_.empty() || !sizes_.empty())
      return error("`sizes` stands once, before all lines and sections: it holds for the whole script");
    auto sizes = read_message_sizes(rest);
    if (const auto* sentence = std::get_if<std::string>(&sizes)) return error(*sentence, place_of(rest));
    sizes_ = std::get<std::vector<session::SizeShare>>(std::move(sizes));
    return std::nullopt;
  }

  [[nodiscard]] static std::string too_long_a_name() {
    return "a name has at most " + std::to_string(kNameOctetsMax) + " octets";
  }

  [[nodiscard]] Error too_many() const {
    return error("a script says at most " + std::to_string(kSpokenLinesMax) +
                 " lines, each as often as it is repeated");
  }

  // --- Sections: "== pass x3 read", also as "== pass ==". Conversations: "== a name ==".

  // True if there are sections, or nothing yet. A script has either sections or conversations.
  [[nodiscard]] bool has_sections() const { return sections_.empty() || !sections_.front().is_connection(); }

  Problem begin_section(std::string_view rest) {
    if (auto problem = end_section()) return problem;
    rest = without_blanks(rest);
    const bool titled = rest.ends_with("==");
    if (titled) rest = without_blanks(rest.substr(0, rest.size() - 2));
    const std::string_view title = rest;
    const std::string_view word = take_word(rest);
    if (!sections_.empty() && sections_.front().part == Section::Part::whole)
      return error("lines before the first section belong to none: a script has sections or it has none");
    const bool of_section = word == "once" || word == "pass" || word == "end";
    if (titled && !title.empty() && !of_section) return begin_conversation(title);
    if (!of_section)
      return error("expected `== once`, `== pass`, `== end`, or `== NAME ==`, which begins a conversation");
    if (!has_sections()) return error(kOneOrTheOther);
    Section section{.number = number_};
    if (word == "pass") return begin_pass(section, rest);
    if (!rest.empty()) return error("nothing follows `== " + std::string(word) + "`");
    section.part = word == "once" ? Section::Part::once : Section::Part::end;
    if (section.part == Section::Part::once && !sections_.empty())
      return error("`== once` is the first section, and there is only one");
    return push(std::move(section));
  }

  Problem begin_conversation(std::string_view title) {
    if (!sections_.empty() && has_sections()) return error(kOneOrTheOther);
    if (title.size() > kNameOctetsMax) return error(too_long_a_name());
    sections_.push_back({.part = Section::Part::conversation, .name = title, .number = number_});
    return std::nullopt;
  }

  Problem begin_pass(Section& section, std::string_view rest) {
    section.part = Section::Part::pass;
    if (++passes_ > kPassesMax)
      return error("a script has at most " + std::to_string(kPassesMax) + " sections `== pass`");
    // A name can begin with x: only "x" and digits are a weight.
    const std::string_view first = rest.substr(0, rest.find_first_of(kBlanks));
    if (first.size() > 1 && first.front() == 'x' &&
        first.find_first_not_of("0123456789", 1) == std::string_view::npos) {
      const auto weight = text::read_whole_number(first.substr(1));
      if (!weight || *weight == 0 || *weight > kWeightMax)
        return error("a weight is a whole number from 1 to " + std::to_string(kWeightMax) +
                     ", as `== pass x3`");
      section.weight = static_cast<unsigned>(*weight);
      take_word(rest);
    } else if (const std::string_view digits = mistaken_weight(rest); !digits.empty()) {
      return error("expected a weight or a name, not " + quoted(rest) + ": did you mean " +
                       quoted("x" + std::string(digits)) + "?",
                   place_of(rest));
    }
    if (rest.size() > kNameOctetsMax) return error(too_long_a_name());
    section.name = rest;
    const auto same = std::ranges::find(sections_, rest, &Section::name);
    if (!rest.empty() && same != sections_.end())
      return error("the pass in line " + std::to_string(same->number) + " is named " + quoted(rest) +
                       " too: choose another name",
                   place_of(rest));
    return push(std::move(section));
  }

  Problem push(Section&& section) {
    if (!sections_.empty() && sections_.back().part == Section::Part::end)
      return error("`== end` is the last section");
    sections_.push_back(std::move(section));
    return std::nullopt;
  }

  Problem end_section() const {
    if (repeats_.empty()) return std::nullopt;
    return Error{repeats_.back().number, 1, "this `repeat` has no line `end`"};
  }

  // --- Repetitions

  Problem begin_repeat(std::string_view rest) {
    if (rest == "messages" || block() != 0) return begin_repeat_of_messages(rest);
    const auto times = text::read_whole_number(rest);
    if (!times || *times == 0 || *times > kRepeatMax)
      return error("expected a number from 1 to " + std::to_string(kRepeatMax) + ", as `repeat 10`");
    if (repeats_.size() == kRepeatDepthMax)
      return error("at most " + std::to_string(kRepeatDepthMax) + " `repeat` within each other");
    repeats_.push_back({.times = *times, .begin = section()->lines.size(), .number = number_});
    return std::nullopt;
  }

  Problem begin_repeat_of_messages(std::string_view rest) {
    if (!repeats_.empty() || rest != "messages")
      return error("`repeat messages` stands in no other `repeat`, and has none within");
    repeats_.push_back({.begin = section()->lines.size(), .number = number_, .of_messages = true});
    return std::nullopt;
  }

  Problem end_repeat() {
    if (repeats_.empty()) return error("there is no `repeat` that this ends");
    const Repeat repeat = repeats_.back();
    repeats_.pop_back();
    std::vector<Line>& lines = section()->lines;
    const std::size_t count = lines.size() - repeat.begin;
    const std::uint64_t more = count * (repeat.times - 1);  // at most 20,000 times 10,000
    if (more > kSpokenLinesMax - spoken_) return too_many();
    spoken_ += more;
    lines.reserve(lines.size() + more);
    for (std::uint64_t i = 1; i < repeat.times; ++i) {
      for (std::size_t k = 0; k < count; ++k) lines.push_back(lines[repeat.begin + k]);
    }
    return std::nullopt;
  }

  Sections sections_;
  std::vector<Repeat> repeats_;
  std::vector<session::SizeShare> sizes_;
  std::uint32_t number_ = 1;
  std::string_view line_;  // without its indentation
  std::size_t indent_ = 0;
  std::size_t spoken_ = 0;
  std::size_t passes_ = 0;
};

}  // namespace

std::variant<Sections, Error> read_notation(std::string_view text) {
  return Reader().read(text);
}

}  // namespace backtalk::script
