// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "options/option_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <system_error>

#include "options/overloaded.hpp"
#include "text/duration.hpp"
#include "text/share.hpp"
#include "text/whole_number.hpp"

namespace backtalk::options {
namespace {

constexpr std::uint64_t kNumberMax = std::numeric_limits<std::uint64_t>::max();

// 0 if a double cannot hold it: no option takes that, and it is a number all the same.
std::optional<double> read_decimal(std::string_view text) {
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number);
  if (failure == std::errc::result_out_of_range && stop == end) return 0;
  return failure == std::errc{} && stop == end ? std::optional(number) : std::nullopt;
}

// Sets the member of each kind of option. Problems are about `name`.
class Setter {
 public:
  Setter(std::string_view name, std::span<const std::string> given, Values& values)
      : name_(name),
        given_(given),
        text_(given.empty() ? std::string_view() : std::string_view(given.front())),
        to_(values) {}

  Problem operator()(const kind::Flag& of) const {
    of.member.in(to_) = true;
    return std::nullopt;
  }
  Problem operator()(const kind::Number& of) const {
    if (of.several != nullptr) return set_several(of);
    return set_number(of, text_, of.member.in(to_));
  }
  Problem operator()(const kind::OptionalNumber& of) const {
    const auto number = text::read_whole_number(text_);
    if (!number) return no_number(text_, of.min, kNumberMax);
    if (*number < of.min) return fmt::format("{} must be at least {}", name_, of.min);
    of.member.in(to_) = number;
    return std::nullopt;
  }
  Problem operator()(const kind::Rate& of) const {
    if (of.several != nullptr) return set_several(of);
    double rate = 0;
    if (auto problem = set_rate(of, text_, rate)) return problem;
    of.member.in(to_) = rate;
    return std::nullopt;
  }
  Problem operator()(const kind::Time& of) const { return set_time(of.member.in(to_), of.may_be_zero); }
  Problem operator()(const kind::OptionalTime& of) const {
    std::uint64_t ns = 0;
    if (auto problem = set_time(ns, false)) return problem;
    of.member.in(to_) = ns;
    return std::nullopt;
  }
  Problem operator()(const kind::Share& of) const {
    const auto share = text::read_share(text_);
    if (!share) return fmt::format("{} `{}`: expected a share such as 1% or 0.01", name_, text_);
    of.member.in(to_) = *share;
    return std::nullopt;
  }
  Problem operator()(const kind::Text& of) const {
    if (text_.empty() && !of.may_be_empty) return is_empty(of.value == "TEXT" ? "a value" : of.value);
    of.member.in(to_) = text_;
    return std::nullopt;
  }
  Problem operator()(const kind::Texts& of) const {
    of.member.in(to_).assign(given_.begin(), given_.end());
    return std::nullopt;
  }
  Problem operator()(const kind::InputFile& of) const {
    if (text_.empty()) return is_empty("a file name");
    of.member.in(to_) = text_;
    return std::nullopt;
  }
  Problem operator()(const kind::OutputFile& of) const {
    if (text_.empty()) return fmt::format("{} needs a file name, or - for standard output", name_);
    of.member.in(to_) = text_;
    return std::nullopt;
  }
  Problem operator()(const kind::Word& of) const {
    if (of.set(text_, to_)) return std::nullopt;
    return fmt::format("{}: `{}` is not one of {}", name_, text_, fmt::join(of.words(), ", "));
  }
  Problem operator()(const kind::Parsed& of) const {
    for (const std::string& text : given_) {
      if (auto problem = of.read(text, to_)) return problem;
    }
    return std::nullopt;
  }

 private:
  [[nodiscard]] std::string is_empty(std::string_view needed) const {
    return fmt::format("{} needs {}: it is empty", name_, needed);
  }
  [[nodiscard]] std::string no_number(std::string_view text, std::uint64_t min, std::uint64_t max) const {
    return fmt::format("{}: `{}` is not a whole number from {} to {}", name_, text, min, max);
  }
  [[nodiscard]] Problem set_number(const kind::Number& of, std::string_view text, std::uint64_t& to) const {
    const auto number = text::read_whole_number(text);
    if (number && *number < of.min && of.max == kNumberMax)
      return fmt::format("{} must be at least {}", name_, of.min);
    if (!number || *number < of.min || *number > of.max) return no_number(text, of.min, of.max);
    to = *number;
    return std::nullopt;
  }
  [[nodiscard]] Problem set_rate(const kind::Rate& of, std::string_view text, double& to) const {
    const auto rate = read_decimal(text);
    if (!rate)
      return fmt::format(
          "{}: `{}` is not a number: write how many a second, without a unit, such as 5000 or 0.5", name_,
          text);
    const bool fits = *rate > 0 && *rate <= of.max;
    if (!fits)
      return fmt::format("{} must be greater than zero and at most {:.0f} transactions per second", name_,
                         of.max);
    to = *rate;
    return std::nullopt;
  }
  // Each of several values, with commas between them, which differ.
  template <class Value, class Set>
  [[nodiscard]] Problem set_each(std::vector<Value>& all, Set set_one) const {
    constexpr std::size_t kMax = 32;
    all.clear();
    for (std::string_view left = text_;;) {
      const std::size_t end = left.find(',');
      if (auto problem = set_one(left.substr(0, end), all.emplace_back())) return problem;
      if (std::ranges::count(all, all.back()) > 1)
        return fmt::format("{}: {} is there twice", name_, all.back());
      if (all.size() > kMax) return fmt::format("{}: {} at most", name_, kMax);
      if (end == std::string_view::npos) return std::nullopt;
      left.remove_prefix(end + 1);
    }
  }
  [[nodiscard]] Problem set_several(const kind::Number& of) const {
    std::vector<std::uint64_t>& all = of.several(to_);
    if (auto problem =
            set_each(all, [&](std::string_view text, std::uint64_t& to) { return set_number(of, text, to); }))
      return problem;
    of.member.in(to_) = std::ranges::max(all);
    return std::nullopt;
  }
  [[nodiscard]] Problem set_several(const kind::Rate& of) const {
    std::vector<double>& all = of.several(to_);
    if (auto problem =
            set_each(all, [&](std::string_view text, double& to) { return set_rate(of, text, to); }))
      return problem;
    of.member.in(to_) = std::ranges::max(all);
    return std::nullopt;
  }
  [[nodiscard]] Problem set_time(std::uint64_t& ns, bool may_be_zero) const {
    const auto read = text::read_duration(text_);
    if (!read)
      return fmt::format(
          "{} `{}`: expected a time such as 10s, 250ms, 1.5m or 100us; a number without a unit is in seconds",
          name_, text_);
    if (*read == 0 && !may_be_zero)
      return fmt::format("{} must be greater than zero, for example 10s", name_);
    ns = *read;
    return std::nullopt;
  }

  std::string_view name_;
  std::span<const std::string> given_;
  std::string_view text_;
  Values& to_;
};

std::vector<std::string> texts_of(std::uint64_t number) {
  return {fmt::to_string(number)};
}

std::vector<std::string> texts_of(double number) {
  return {fmt::to_string(number)};
}

std::vector<std::string> texts_of(const std::string& text) {
  return text.empty() ? std::vector<std::string>{} : std::vector{text};
}

std::vector<std::string> texts_of(const std::vector<std::string>& texts) {
  return texts;
}

template <class Value>
std::vector<std::string> texts_of(const std::optional<Value>& value) {
  return value ? texts_of(*value) : std::vector<std::string>{};
}

}  // namespace

Problem set(const OptionSpec& spec, std::span<const std::string> given, Values& values) {
  return std::visit(Setter(spec.long_name(), given, values), spec.kind);
}

std::vector<std::string> show(const OptionSpec& spec, const Values& values) {
  using Shown = std::vector<std::string>;
  return std::visit(
      Overloaded{
          [](const kind::Flag&) { return Shown{}; },
          [](const kind::Parsed&) { return Shown{}; },
          [&](const kind::Time& of) { return Shown{text::show_duration(of.member.of(values))}; },
          [&](const kind::OptionalTime& of) {
            const auto& ns = of.member.of(values);
            return ns ? Shown{text::show_duration(*ns)} : Shown{};
          },
          [&](const kind::Share& of) { return Shown{fmt::format("{:g}%", of.member.of(values) * 100)}; },
          [&](const kind::Word& of) {
            const auto word = of.get(values);
            return word.empty() ? Shown{} : Shown{std::string(word)};
          },
          [&](const auto& of) { return texts_of(of.member.of(values)); },
      },
      spec.kind);
}

std::string type_of(const OptionSpec& spec) {
  return std::visit(
      Overloaded{
          [](const kind::Flag&) { return std::string(); },
          [](const kind::Number& of) {
            return of.max == kNumberMax ? std::string("UINT")
                                        : fmt::format("UINT:UINT in [{} - {}]", of.min, of.max);
          },
          [](const kind::OptionalNumber&) { return std::string("UINT"); },
          [](const kind::Rate&) { return std::string("FLOAT"); },
          [](const kind::Word& of) { return fmt::format("TEXT:{{{}}}", fmt::join(of.words(), ",")); },
          [](const kind::Parsed& of) { return std::string(of.value); },
          [](const kind::Time&) { return std::string("TIME"); },
          [](const kind::OptionalTime&) { return std::string("TIME"); },
          [](const kind::Share&) { return std::string("SHARE"); },
          [](const kind::InputFile&) { return std::string("FILE"); },
          [](const kind::OutputFile&) { return std::string("FILE"); },
          [](const kind::Text& of) { return std::string(of.value); },
          [](const kind::Texts&) { return std::string("TEXT"); },
      },
      spec.kind);
}

std::vector<std::string> words_of(const OptionSpec& spec) {
  const auto* const word = std::get_if<kind::Word>(&spec.kind);
  return word == nullptr ? std::vector<std::string>{} : word->words();
}

std::vector<std::string> completions_of(const OptionSpec& spec) {
  const auto* const parsed = std::get_if<kind::Parsed>(&spec.kind);
  return parsed == nullptr || parsed->beginnings == nullptr ? words_of(spec) : parsed->beginnings();
}

bool is_flag(const OptionSpec& spec) {
  return std::holds_alternative<kind::Flag>(spec.kind);
}

bool is_repeatable(const OptionSpec& spec) {
  const auto* const parsed = std::get_if<kind::Parsed>(&spec.kind);
  return parsed == nullptr ? std::holds_alternative<kind::Texts>(spec.kind) : parsed->repeatable;
}

std::optional<std::string> find_duplicate(std::span<const OptionGroup> groups) {
  std::set<std::string_view> names;
  std::set<std::string_view> keys;
  for (const OptionGroup& group : groups) {
    for (const OptionSpec& spec : group.options) {
      for (std::string_view rest = spec.names; !rest.empty();) {
        const std::string_view name = rest.substr(0, rest.find(','));
        if (!names.insert(name).second) return std::string(name);
        rest.remove_prefix(std::min(name.size() + 1, rest.size()));
      }
      if (!spec.key.empty() && !keys.insert(spec.key).second) return std::string(spec.key);
    }
  }
  return std::nullopt;
}

}  // namespace backtalk::options
