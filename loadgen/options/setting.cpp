// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "options/setting.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "options/overloaded.hpp"

namespace backtalk::options {
namespace {

using kind::TimeUnit;

double seconds(std::uint64_t ns) {
  return static_cast<double>(ns) / 1e9;
}

Setting file_setting(const std::string& path) {
  return path.empty() ? Setting{} : Setting{path};
}

template <class Value>
Setting or_nothing(const std::optional<Value>& value) {
  return value ? Setting{*value} : Setting{};
}

// A number, whole or not.
std::optional<double> number(const Setting& setting) {
  if (const auto* const real = std::get_if<double>(&setting)) return *real;
  if (const auto* const whole = std::get_if<std::uint64_t>(&setting)) return static_cast<double>(*whole);
  return std::nullopt;
}

std::optional<std::uint64_t> from_seconds(const Setting& setting) {
  constexpr double kSecondsMax = 1e9;  // thirty years
  const double seconds = number(setting).value_or(-1);
  const bool in_range = seconds >= 0 && seconds <= kSecondsMax;
  if (!in_range) return std::nullopt;
  return static_cast<std::uint64_t>(std::llround(static_cast<long double>(seconds) * 1e9L));
}

std::optional<std::uint64_t> from_microseconds(const Setting& setting) {
  constexpr std::uint64_t kNanoseconds = 1000;
  const auto* const whole = std::get_if<std::uint64_t>(&setting);
  if (whole == nullptr || *whole > std::numeric_limits<std::uint64_t>::max() / kNanoseconds)
    return std::nullopt;
  return *whole * kNanoseconds;
}

bool is_none(const Setting& setting) {
  return std::holds_alternative<std::monostate>(setting);
}

template <class Value>
Problem copy(const Setting& setting, Value& value, const char* expected) {
  const auto* const found = std::get_if<Value>(&setting);
  if (found == nullptr) return expected;
  value = *found;
  return std::nullopt;
}

constexpr const char* kNumberExpected = "a whole number from 0 to 2^64 - 1 is expected";
constexpr const char* kTimeExpected = "a time is expected";
constexpr const char* kTextExpected = "a string is expected";

// Sets the member of each kind of option.
class Restorer {
 public:
  Restorer(const Setting& setting, Values& values) : setting_(setting), to_(values) {}

  Problem operator()(const kind::Flag& of) const {
    return copy(setting_, of.member.in(to_), "true or false is expected");
  }
  Problem operator()(const kind::Number& of) const {
    return copy(setting_, of.member.in(to_), kNumberExpected);
  }
  Problem operator()(const kind::OptionalNumber& of) const {
    auto& value = of.member.in(to_);
    value.reset();
    return is_none(setting_) ? std::nullopt : copy(setting_, value.emplace(), kNumberExpected);
  }
  Problem operator()(const kind::Rate& of) const {
    of.member.in(to_).reset();
    if (is_none(setting_)) return std::nullopt;
    // As the schedule stores it.
    const double rate = std::round(number(setting_).value_or(0) * 1e6) / 1e6;
    constexpr double kMost = 1e9;  // as the schedule takes it
    if (!(rate > 0)) return "a rate above 0 is expected";
    if (rate > kMost) return "a rate of at most 10^9 is expected";
    of.member.in(to_) = rate;
    return std::nullopt;
  }
  Problem operator()(const kind::Time& of) const {
    const auto ns = of.unit == TimeUnit::seconds ? from_seconds(setting_) : from_microseconds(setting_);
    if (!ns) return kTimeExpected;
    of.member.in(to_) = *ns;
    return std::nullopt;
  }
  Problem operator()(const kind::OptionalTime& of) const {
    auto& value = of.member.in(to_);
    value = from_seconds(setting_);
    return value || is_none(setting_) ? Problem{} : kTimeExpected;
  }
  Problem operator()(const kind::Share& of) const {
    const double share = std::round(number(setting_).value_or(-1) * 1e9) / 1e9;
    const bool in_range = share >= 0 && share <= 1;
    if (!in_range) return "a share from 0 to 1 is expected";
    of.member.in(to_) = share;
    return std::nullopt;
  }
  Problem operator()(const kind::Text& of) const { return copy(setting_, of.member.in(to_), kTextExpected); }
  Problem operator()(const kind::Texts& of) const {
    return copy(setting_, of.member.in(to_), "an array of strings is expected");
  }
  Problem operator()(const kind::InputFile& of) const { return file(of.member.in(to_)); }
  Problem operator()(const kind::OutputFile& of) const { return file(of.member.in(to_)); }
  Problem operator()(const kind::Word& of) const {
    const auto* const word = std::get_if<std::string>(&setting_);
    if (word != nullptr && of.set(*word, to_)) return std::nullopt;
    std::string expected;
    for (const std::string& one : of.words()) expected.append(expected.empty() ? "" : " or ").append(one);
    return expected + " is expected";
  }
  // Its texts are not kept, so there is nothing to restore.
  Problem operator()(const kind::Parsed&) const { return std::nullopt; }

 private:
  [[nodiscard]] Problem file(std::string& path) const {
    path.clear();
    return is_none(setting_) ? std::nullopt : copy(setting_, path, kTextExpected);
  }

  const Setting& setting_;
  Values& to_;
};

}  // namespace

Setting setting_of(const OptionSpec& spec, const Values& values) {
  return std::visit(Overloaded{
                        [&](const kind::OptionalNumber& of) { return or_nothing(of.member.of(values)); },
                        [&](const kind::Rate& of) { return or_nothing(of.member.of(values)); },
                        [&](const kind::Time& of) {
                          const std::uint64_t ns = of.member.of(values);
                          return of.unit == TimeUnit::seconds ? Setting{seconds(ns)} : Setting{ns / 1000};
                        },
                        [&](const kind::OptionalTime& of) {
                          const auto& ns = of.member.of(values);
                          return ns ? Setting{seconds(*ns)} : Setting{};
                        },
                        [&](const kind::InputFile& of) { return file_setting(of.member.of(values)); },
                        [&](const kind::OutputFile& of) { return file_setting(of.member.of(values)); },
                        [&](const kind::Word& of) { return Setting{std::string(of.get(values))}; },
                        [&](const kind::Parsed&) { return Setting{}; },
                        [&](const kind::Texts& of) {
                          std::vector<std::string> texts = of.member.of(values);
                          if (spec.shown != nullptr) std::ranges::transform(texts, texts.begin(), spec.shown);
                          return Setting{std::move(texts)};
                        },
                        [&](const auto& of) { return Setting{of.member.of(values)}; },
                    },
                    spec.kind);
}

Problem restore(const OptionSpec& spec, const Setting& setting, Values& values) {
  return std::visit(Restorer(setting, values), spec.kind);
}

}  // namespace backtalk::options
