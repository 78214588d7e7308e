// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/option_spec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <limits>
#include <set>
#include <system_error>

#include "text/duration.hpp"
#include "text/share.hpp"
#include "text/whole_number.hpp"

namespace backtalk::workload {
namespace {

template <class... Functions>
struct Overloaded : Functions... {
  using Functions::operator()...;
};
template <class... Functions>
Overloaded(Functions...) -> Overloaded<Functions...>;

using Problem = std::optional<std::string>;

std::optional<double> read_rate(std::string_view text, double max) {
  double rate = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, rate);
  const bool whole = failure == std::errc{} && stop == end;
  return whole && rate > 0 && rate <= max ? std::optional(rate) : std::nullopt;
}

// Sets the member that a kind of option names. What is wrong is said about `name`.
class Setter {
 public:
  Setter(std::string_view name, std::span<const std::string> given, LoadOptions& options)
      : name_(name), given_(given), text_(given.empty() ? std::string_view() : given.front()), to_(options) {}

  Problem operator()(const kind::Flag& flag) const {
    to_.*flag.member = true;
    return std::nullopt;
  }
  Problem operator()(const kind::Count& count) const {
    const auto number = text::read_whole_number(text_);
    if (!number) return no_number();
    if (*number < count.min || *number > count.max)
      return fmt::format("{}: Value {} not in range {} to {}", name_, text_, count.min, count.max);
    to_.*count.member = static_cast<unsigned>(*number);
    return std::nullopt;
  }
  Problem operator()(const kind::Number& number) const {
    const auto read = text::read_whole_number(text_);
    if (!read) return no_number();
    to_.*number.member = *read;
    return std::nullopt;
  }
  Problem operator()(const kind::OptionalNumber& number) const {
    const auto read = text::read_whole_number(text_);
    if (!read) return no_number();
    if (*read == 0) return fmt::format("{} must be at least 1", name_);
    to_.*number.member = read;
    return std::nullopt;
  }
  Problem operator()(const kind::Rate& rate) const {
    const auto read = read_rate(text_, rate.max);
    if (!read)
      return fmt::format("{} must be greater than zero and at most {:.0f} transactions per second", name_,
                         rate.max);
    to_.*rate.member = read;
    return std::nullopt;
  }
  Problem operator()(const kind::Time& time) const { return set_time(to_.*time.member, time.may_be_zero); }
  Problem operator()(const kind::OptionalTime& time) const {
    std::uint64_t ns = 0;
    if (auto problem = set_time(ns, false)) return problem;
    to_.*time.member = ns;
    return std::nullopt;
  }
  Problem operator()(const kind::Share& share) const {
    const auto read = text::read_share(text_);
    if (!read) return fmt::format("{} `{}`: expected a share such as 1% or 0.01", name_, text_);
    to_.*share.member = *read;
    return std::nullopt;
  }
  Problem operator()(const kind::Text& text) const {
    to_.*text.member = text_;
    return std::nullopt;
  }
  Problem operator()(const kind::Texts& texts) const {
    (to_.*texts.member).assign(given_.begin(), given_.end());
    return std::nullopt;
  }
  Problem operator()(const kind::InputFile& file) const {
    to_.*file.member = text_;
    return std::nullopt;
  }
  Problem operator()(const kind::OutputFile& file) const {
    if (text_.empty()) return fmt::format("{} needs a file name, or - for standard output", name_);
    to_.*file.member = text_;
    return std::nullopt;
  }
  Problem operator()(const kind::Word& word) const {
    if (word.set(text_, to_)) return std::nullopt;
    return fmt::format("{}: {} not in {{{}}}", name_, text_, fmt::join(word.words(), ","));
  }

 private:
  [[nodiscard]] std::string no_number() const {
    return fmt::format("{}: `{}` is not a whole number from 0 to {}", name_, text_,
                       std::numeric_limits<std::uint64_t>::max());
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
  LoadOptions& to_;
};

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

std::vector<std::string> texts_of(std::uint64_t number) {
  return {fmt::to_string(number)};
}

std::vector<std::string> texts_of(unsigned number) {
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

SettingValue setting_of(unsigned number) {
  return std::uint64_t{number};
}

template <class Value>
SettingValue setting_of(const Value& value) {
  return value;
}

template <class Value>
SettingValue setting_of(const std::optional<Value>& value) {
  return value ? SettingValue{*value} : SettingValue{};
}

SettingValue file_setting(const std::string& path) {
  return path.empty() ? SettingValue{} : SettingValue{path};
}

}  // namespace

std::optional<std::string> set(const OptionSpec& spec, std::span<const std::string> given,
                               LoadOptions& options) {
  return std::visit(Setter(spec.long_name(), given, options), spec.kind);
}

std::vector<std::string> show(const OptionSpec& spec, const LoadOptions& options) {
  using Shown = std::vector<std::string>;
  return std::visit(
      Overloaded{
          [](const kind::Flag&) { return Shown{}; },
          [&](const kind::Time& of) { return Shown{text::show_duration(options.*of.member)}; },
          [&](const kind::OptionalTime& of) {
            const auto& ns = options.*of.member;
            return ns ? Shown{text::show_duration(*ns)} : Shown{};
          },
          [&](const kind::Share& of) { return Shown{fmt::format("{:g}%", options.*of.member * 100)}; },
          [&](const kind::Word& of) { return Shown{std::string(of.get(options))}; },
          [&](const auto& of) { return texts_of(options.*of.member); },
      },
      spec.kind);
}

SettingValue setting_value(const OptionSpec& spec, const LoadOptions& options) {
  return std::visit(Overloaded{
                        [&](const kind::Time& of) { return SettingValue{seconds(options.*of.member)}; },
                        [&](const kind::OptionalTime& of) {
                          const auto& ns = options.*of.member;
                          return ns ? SettingValue{seconds(*ns)} : SettingValue{};
                        },
                        [&](const kind::InputFile& of) { return file_setting(options.*of.member); },
                        [&](const kind::OutputFile& of) { return file_setting(options.*of.member); },
                        [&](const kind::Word& of) { return SettingValue{std::string(of.get(options))}; },
                        [&](const auto& of) { return setting_of(options.*of.member); },
                    },
                    spec.kind);
}

std::string type_of(const OptionSpec& spec) {
  return std::visit(
      Overloaded{
          [](const kind::Flag&) { return std::string(); },
          [](const kind::Count& of) { return fmt::format("UINT:UINT in [{} - {}]", of.min, of.max); },
          [](const kind::Number&) { return std::string("UINT"); },
          [](const kind::OptionalNumber&) { return std::string("UINT"); },
          [](const kind::Rate&) { return std::string("FLOAT"); },
          [](const kind::Word& of) { return fmt::format("TEXT:{{{}}}", fmt::join(of.words(), ",")); },
          [](const auto&) { return std::string("TEXT"); },
      },
      spec.kind);
}

bool is_flag(const OptionSpec& spec) {
  return std::holds_alternative<kind::Flag>(spec.kind);
}

bool is_repeatable(const OptionSpec& spec) {
  return std::holds_alternative<kind::Texts>(spec.kind);
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

}  // namespace backtalk::workload
