// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/wait.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "text/blanks.hpp"
#include "text/duration.hpp"

namespace backtalk::script {
namespace {

using session::Nanoseconds;
using session::ThinkTime;

using text::kBlanks;
constexpr std::string_view kTo = "..";

// The first word, which is taken off with the blanks behind it.
std::string_view take_first(std::string_view& text) {
  const std::size_t end = std::min(text.find_first_of(kBlanks), text.size());
  const std::string_view word = text.substr(0, end);
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks, end), text.size()));
  return word;
}

std::optional<ThinkTime> read_range(std::string_view text, std::size_t to) {
  const auto low = text::read_duration(text.substr(0, to));
  const auto high = text::read_duration(text.substr(to + kTo.size()));
  if (!low || !high || *low > *high) return std::nullopt;
  return ThinkTime::uniform(*low, *high);
}

std::optional<ThinkTime> read_normal(std::string_view text) {
  const auto mean = text::read_duration(take_first(text));
  const auto deviation = text::read_duration(text);
  if (!mean || !deviation) return std::nullopt;
  return ThinkTime::normal(*mean, *deviation);
}

}  // namespace

std::variant<ThinkTime, std::string> read_think_time(std::string_view text) {
  std::string_view rest = text;
  const std::string_view word = take_first(rest);
  if (word == "exp") {
    if (const auto mean = text::read_duration(rest)) return ThinkTime::exponential(*mean);
    return "expected the mean of an exponential distribution, as `wait exp 5s`";
  }
  if (word == "normal") {
    if (const auto normal = read_normal(rest)) return *normal;
    return "expected the mean and the standard deviation of a normal distribution, as `wait normal 10s 5s`";
  }
  if (const std::size_t to = text.find(kTo); to != std::string_view::npos) {
    if (const auto range = read_range(text, to)) return *range;
    return "expected the shortest and the longest time, as `wait 2s..8s`";
  }
  if (const auto time = text::read_duration(text)) return ThinkTime::constant(*time);
  return "expected a time such as `wait 500ms`";
}

std::optional<std::size_t> find_number_without_unit(std::string_view text) {
  for (std::size_t at = text.find_first_not_of(kBlanks); at < text.size();) {
    const std::size_t end = std::min({text.find_first_of(kBlanks, at), text.find(kTo, at), text.size()});
    const std::string_view word = text.substr(at, end - at);
    const bool bare = word.find_first_not_of("0123456789.") == std::string_view::npos;
    if (bare && text::read_duration(word)) return at;
    const bool is_range = text.substr(end).starts_with(kTo);
    at = text.find_first_not_of(kBlanks, is_range ? end + kTo.size() : end);
  }
  return std::nullopt;
}

ThinkTime take_last_wait(Section& section) {
  const bool is_pass = section.is_connection() || section.part == Section::Part::pass;
  if (!is_pass || section.lines.empty() || section.lines.back().kind != Line::Kind::wait) return {};
  const ThinkTime wait = section.lines.back().wait;
  section.lines.pop_back();
  return wait;
}

Problem WaitBefore::read(const Line& line, const Section& section) {
  if (!section.is_connection() && section.part != Section::Part::pass)
    return line.error("`wait` stands in a pass, or before the `C: DONE` of an IDLE");
  if (line_ != nullptr) return line.error("this `wait` follows another: one line says how long");
  line_ = &line;
  return std::nullopt;
}

Problem WaitBefore::check_answer(const Line& line) const {
  if (line_ == nullptr) return std::nullopt;
  return line.error("the `wait` in line " + std::to_string(line_->number) +
                    " comes after this line: it lasts from the answer on");
}

void WaitBefore::give(session::ScriptCommand& command) {
  if (line_ != nullptr) command.wait = std::exchange(line_, nullptr)->wait;
}

Problem WaitBefore::check_own(std::string_view name, bool goodbye) const {
  if (line_ == nullptr) return std::nullopt;
  return line_->error("backtalk says " + std::string(name) +
                      (goodbye ? " itself: leave it out, and a `wait` in the last line is before it"
                               : " itself, without a wait"));
}

}  // namespace backtalk::script
