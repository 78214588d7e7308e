// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mutators/line_mutator.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <memory>
#include <vector>

#include "engine/split_mix64.hpp"
#include "engine/trailer.hpp"
#include "mutators/grammar.hpp"
#include "mutators/phrases.hpp"

namespace backtalk::fuzz {
namespace {

using namespace std::string_view_literals;

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// The lines of one input, each with its line end, which the last may lack. They are views of the
// input, except for those that are changed.
class Lines {
 public:
  explicit Lines(std::string_view input) {
    lines_.reserve(static_cast<std::size_t>(std::ranges::count(input, '\n')) + 1);
    while (!input.empty()) {
      const std::size_t end = std::min(input.find('\n'), input.size() - 1) + 1;
      lines_.push_back(input.substr(0, end));
      input.remove_prefix(end);
    }
    if (lines_.empty()) lines_.emplace_back();
  }

  // Calls `change(std::string&, SplitMix64&)` with one of the lines.
  template <class Change>
  void change_any(SplitMix64& random, Change change) {
    std::string_view& line = any(random);
    std::string& changed = *changed_.emplace_back(std::make_unique<std::string>(line));
    change(changed, random);
    line = changed;
  }
  void duplicate(SplitMix64& random) {
    // Rarely, so many times that a limit is exceeded.
    if (random.one_in(16)) return insert(random, any(random), 1 + random.below(60));
    if (random.one_in(2)) return insert(random, any(random), 1);
    // Lines that may belong together: a size and what it counts, a line and its folds.
    const std::size_t first = random.below(lines_.size());
    const std::size_t count = std::min<std::size_t>(lines_.size() - first, 2 + random.below(3));
    const std::vector<std::string_view> run(lines_.begin() + place(first),
                                            lines_.begin() + place(first + count));
    lines_.insert(lines_.begin() + place(first), run.begin(), run.end());
  }
  void drop(SplitMix64& random) {
    if (lines_.size() > 1) lines_.erase(lines_.begin() + place(random.below(lines_.size())));
  }
  // Keeps a few lines of a long transcript.
  void excerpt(SplitMix64& random) {
    const std::size_t first = random.below(lines_.size());
    const std::size_t count = 1 + random.below(std::min<std::size_t>(lines_.size() - first, 24));
    lines_.erase(lines_.begin() + place(first + count), lines_.end());
    lines_.erase(lines_.begin(), lines_.begin() + place(first));
  }
  void swap(SplitMix64& random) { std::swap(any(random), any(random)); }
  void splice(SplitMix64& random) {
    const std::string_view other = any(random);
    change_any(random, [other](std::string& line, SplitMix64& by) {
      line.resize(by.below(line.size() + 1));
      line += other.substr(by.below(other.size() + 1));
    });
  }
  // `line` must outlive this object.
  void insert(SplitMix64& random, std::string_view line, std::size_t times = 1) {
    lines_.insert(lines_.begin() + place(random.below(lines_.size() + 1)), times, line);
  }

  [[nodiscard]] std::string joined() const {
    std::size_t size = 0;
    for (const std::string_view line : lines_) size += line.size();
    std::string all;
    all.reserve(size);
    for (const std::string_view line : lines_) all += line;
    return all;
  }

 private:
  std::string_view& any(SplitMix64& random) { return lines_[random.below(lines_.size())]; }
  static std::ptrdiff_t place(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

  std::vector<std::string_view> lines_;
  std::vector<std::unique_ptr<std::string>> changed_;
};

void change_code(std::string& line, SplitMix64& random) {
  constexpr std::array kCodes{"220"sv, "250"sv, "354"sv, "421"sv, "450"sv,
                              "550"sv, "199"sv, "560"sv, "260"sv};
  if (line.size() < 3) return;
  if (random.one_in(3) && line.size() > 3) {
    line[3] = line[3] == '-' ? ' ' : '-';
  } else {
    line.replace(0, 3, kCodes[random.below(kCodes.size())]);
  }
}

void stuff_dots(std::string& line, SplitMix64& random) {
  constexpr std::array kDots{"."sv, ".."sv, ".\r"sv, ".\r\n"sv, "\n.\r\n"sv, "\r.\r\n"sv};
  line.insert(0, kDots[random.below(kDots.size())]);
}

void change_line_end(std::string& line, SplitMix64& random) {
  constexpr std::array kEnds{"\r\n"sv, "\n"sv, "\r"sv, ""sv, "\r\r\n"sv, "\n\r"sv, " \r\n"sv, "\0\r\n"sv};
  while (line.ends_with('\n') || line.ends_with('\r')) line.pop_back();
  line += kEnds[random.below(kEnds.size())];
}

// Makes a number, such as the size of a literal, chunk or body, slightly wrong or absurd.
void change_number(std::string& line, SplitMix64& random) {
  constexpr std::array kAbsurd{"0"sv,
                               "00"sv,
                               "4294967295"sv,
                               "4294967296"sv,
                               "9223372036854775807"sv,
                               "18446744073709551615"sv,
                               "18446744073709551616"sv,
                               "99999999999999999999"sv};
  std::vector<std::size_t> starts;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_digit(line[i]) && (i == 0 || !is_digit(line[i - 1]))) starts.push_back(i);
  }
  if (starts.empty()) return;
  const std::size_t start = starts[random.below(starts.size())];
  std::size_t end = start;
  while (end < line.size() && is_digit(line[end])) ++end;
  std::uint64_t value = 0;
  std::from_chars(line.data() + start, line.data() + end, value);
  const std::string near = std::to_string(random.one_in(2) ? value + 1 : value - (value > 0 ? 1 : 0));
  line.replace(start, end - start, random.one_in(2) ? near : kAbsurd[random.below(kAbsurd.size())]);
}

// Repeats one octet many times, so that a line exceeds its limit or brackets nest deeply.
void lengthen(std::string& line, SplitMix64& random) {
  if (line.empty()) return;
  std::size_t at = random.below(line.size());
  const std::size_t bracket = line.find_first_of("([");
  if (random.one_in(3) && bracket != std::string::npos) at = bracket;
  line.insert(at, std::string(1 + random.below(random.one_in(8) ? 5000 : 60), line[at]));
}

// Adds a cut between CR and LF to the trailer.
std::string with_cut_in_line_end(const std::string& input, SplitMix64& random) {
  if (input.empty()) return input;
  const std::size_t at = input.find("\r\n", random.below(input.size()));
  if (at == std::string::npos || !input.ends_with('\n')) return input;
  return input + "#! cuts=" + std::to_string(at + 1);
}

}  // namespace

std::string mutated(std::string_view input, std::string_view protocol, unsigned seed) {
  SplitMix64 random(seed);
  Lines lines(input);
  const auto phrases = phrases_of(protocol);
  constexpr std::size_t kLong = 2048;
  if (input.size() > kLong && random.one_in(2)) lines.excerpt(random);
  for (std::size_t count = 1 + random.below(3); count > 0; --count) {
    switch (random.below(12)) {
      case 0: lines.duplicate(random); break;
      case 1: lines.drop(random); break;
      case 2: lines.swap(random); break;
      case 3: lines.splice(random); break;
      case 4: lines.change_any(random, change_code); break;
      case 5: lines.change_any(random, stuff_dots); break;
      case 6: lines.change_any(random, change_line_end); break;
      case 7: lines.change_any(random, change_number); break;
      case 8: lines.change_any(random, lengthen); break;
      case 9: return with_cut_in_line_end(lines.joined(), random);
      default:
        if (!phrases.empty()) lines.insert(random, phrases[random.below(phrases.size())]);
        break;
    }
  }
  return lines.joined();
}

std::string_view excerpt(std::string_view input, std::string_view protocol, SplitMix64& random) {
  constexpr std::size_t kLong = 256;
  constexpr std::size_t kLineMax = 1024;  // longer lines and bodies are cut
  if (input.size() <= kLong || random.one_in(8)) return input;
  // Few lines of HTTP start a message; an excerpt that starts with another is refused at once.
  if (random.one_in(protocol == "http" ? 16 : 2)) {
    const std::size_t line_end = input.find('\n', random.below(input.size()));
    if (line_end < input.size() - 1) input.remove_prefix(line_end + 1);
  }
  const std::size_t wanted = 1 + random.below(kLong);
  const std::size_t line_end = input.substr(0, kLineMax).find('\n', wanted - 1);
  return input.substr(0, line_end == std::string_view::npos ? wanted : line_end + 1);
}

LineMutator::LineMutator(std::string_view protocol) : protocol_(protocol) {
  const char* excerpts = std::getenv("BACKTALK_FUZZ_EXCERPTS");
  excerpts_ = excerpts == nullptr || excerpts != "0"sv;
  const char* wanted = std::getenv("BACKTALK_FUZZ_MUTATOR");
  if (wanted == nullptr) return;
  lines_ = wanted == "lines"sv || wanted == "both"sv;
  grammar_ = wanted == "grammar"sv || wanted == "both"sv;
  excerpts_ = excerpts_ && (lines_ || grammar_);
}

std::size_t LineMutator::shorten(char* data, std::size_t size, unsigned seed) const {
  if (!excerpts_) return size;
  SplitMix64 random(std::uint64_t{seed} << 32U);  // independent of the numbers that `mutate` draws
  const std::string_view input{data, size};
  const std::string_view trailer = trailer_of(input);
  const std::string_view stream = input.substr(0, size - trailer.size());
  const std::string_view left = excerpt(stream, protocol_, random);
  if (left.size() == stream.size()) return size;
  std::string rest(trailer);  // copied, because the output before it may overwrite it
  if (!rest.empty() && !left.ends_with('\n')) {
    // An excerpt that ends inside a line must still do so with a trailer after it.
    if (!says_unended(rest)) rest.insert(kTrailerMark.size(), std::string(kUnended) + ' ');
    rest.insert(rest.begin(), '\n');
  }
  if (left.size() + rest.size() > size) return size;
  const auto end = std::ranges::copy(rest, std::ranges::copy(left, data).out).out;
  return static_cast<std::size_t>(end - data);
}

// Leaves most inputs to the engine, whose byte mutations and dictionary are needed as well.
std::size_t LineMutator::mutate(char* data, std::size_t size, std::size_t size_max, unsigned seed) const {
  if (seed % 4 != 0 || !(lines_ || grammar_)) return 0;
  SplitMix64 random(seed);
  std::string made(data, size);
  const bool by_grammar = grammar_ && (!lines_ || random.one_in(2));
  if (by_grammar && !mutate_by_grammar(made, protocol_, random)) return 0;
  if (!by_grammar) made = mutated({data, size}, protocol_, seed);
  const std::size_t made_size = std::min(made.size(), size_max);
  std::copy_n(made.begin(), made_size, data);
  return made_size;
}

std::size_t LineMutator::cross(std::string_view first, std::string_view second, char* out,
                               std::size_t out_max, unsigned seed) const {
  if (!(lines_ || grammar_) || first.empty() || second.empty()) return 0;
  SplitMix64 random(seed);
  const std::string_view trailer = trailer_of(second);
  second.remove_suffix(trailer.size());
  if (excerpts_) {
    first = excerpt(first, protocol_, random);
    second = excerpt(second, protocol_, random);
  }
  const auto line_end = [&random](std::string_view text) {
    return std::min(text.find('\n', random.below(text.size())), text.size() - 1) + 1;
  };
  const std::string_view head = first.substr(0, line_end(first));
  const std::string_view tail = second.substr(second.empty() || random.one_in(2) ? 0 : line_end(second));
  std::size_t size = 0;
  const auto put = [&](std::string_view part) {
    part = part.substr(0, out_max - size);
    std::ranges::copy(part, out + size);
    size += part.size();
  };
  put(head);
  put(tail);
  // A trailer must start a line.
  if (size > 0 && out[size - 1] == '\n') put(trailer);
  return size;
}

}  // namespace backtalk::fuzz
