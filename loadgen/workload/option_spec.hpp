// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An option of `backtalk load`, declared once: the command line, --help, the manual page, completion, the
/// `workload` object of the JSON and the table in docs/load.md are made from it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "workload/choice.hpp"
#include "workload/load_options.hpp"

namespace backtalk::workload {

/// A value as the JSON has it. monostate: not given.
using SettingValue =
    std::variant<std::monostate, bool, std::uint64_t, double, std::string, std::vector<std::string>>;

/// What an option takes, and the member of LoadOptions that it sets.
namespace kind {

struct Flag {
  bool LoadOptions::* member;
};

/// A whole number of `min` to `max`.
struct Count {
  unsigned LoadOptions::* member;
  unsigned min;
  unsigned max;
};

/// Any whole number of 64 bits.
struct Number {
  std::uint64_t LoadOptions::* member;
};

/// A whole number of at least 1, or nothing if the option is not given.
struct OptionalNumber {
  std::optional<std::uint64_t> LoadOptions::* member;
};

/// Transactions per second, above zero and at most `max`; nothing if the option is not given.
struct Rate {
  std::optional<double> LoadOptions::* member;
  double max;
};

/// A span of time. The member is in nanoseconds, the JSON in seconds.
struct Time {
  std::uint64_t LoadOptions::* member;
  bool may_be_zero;
};

/// A span of time above zero, or nothing if the option is not given.
struct OptionalTime {
  std::optional<std::uint64_t> LoadOptions::* member;
};

/// From 0 to 1, as "1%" or "0.01".
struct Share {
  double LoadOptions::* member;
};

struct Text {
  std::string LoadOptions::* member;
};

/// A repeatable text. What is given replaces the default.
struct Texts {
  std::vector<std::string> LoadOptions::* member;
};

/// A file to read; empty if there is none.
struct InputFile {
  std::string LoadOptions::* member;
};

/// A file to write, or "-"; empty if there is none.
struct OutputFile {
  std::string LoadOptions::* member;
};

/// One of several words. Made by `one_of`.
struct Word {
  std::vector<std::string_view> (*words)();
  bool (*set)(std::string_view word, LoadOptions& options);  ///< false: an unknown word
  std::string_view (*get)(const LoadOptions& options);
};

/// A word of the table `kChoices`, for the value of `kMember`.
template <auto kMember, const auto& kChoices>
[[nodiscard]] constexpr Word one_of() {
  return {.words =
              [] {
                std::vector<std::string_view> words;
                for (const auto& one : kChoices) words.push_back(one.word);
                return words;
              },
          .set =
              [](std::string_view word, LoadOptions& options) {
                const auto value = read_choice(kChoices, word);
                if (value) options.*kMember = *value;
                return value.has_value();
              },
          .get = [](const LoadOptions& options) { return word_of(kChoices, options.*kMember); }};
}

}  // namespace kind

using Kind = std::variant<kind::Flag, kind::Count, kind::Number, kind::OptionalNumber, kind::Rate, kind::Time,
                          kind::OptionalTime, kind::Share, kind::Text, kind::Texts, kind::InputFile,
                          kind::OutputFile, kind::Word>;

struct OptionSpec {
  std::string_view names;  ///< "-c,--connections" or "--size"
  Kind kind;
  std::string_view help;
  std::string_view key = {};  ///< in the `workload` object of the JSON; empty: it is not there

  /// "--connections"
  [[nodiscard]] constexpr std::string_view long_name() const { return names.substr(names.find("--")); }
};

/// Options of one concern, under one heading of --help.
struct OptionGroup {
  std::string_view title;
  std::span<const OptionSpec> options;  ///< static storage
};

/// What the user gave: one text, or several for a repeatable option; nothing for a flag. Returns what is wrong
/// with it, as a sentence for the user.
[[nodiscard]] std::optional<std::string> set(const OptionSpec& spec, std::span<const std::string> given,
                                             LoadOptions& options);

/// The value, as the option takes it. None if there is no value, and for a flag.
[[nodiscard]] std::vector<std::string> show(const OptionSpec& spec, const LoadOptions& options);

[[nodiscard]] SettingValue setting_value(const OptionSpec& spec, const LoadOptions& options);

/// The type of value and its bounds, as --help shows them: "UINT in [1 - 1024]"; empty for a flag.
[[nodiscard]] std::string type_of(const OptionSpec& spec);

[[nodiscard]] bool is_flag(const OptionSpec& spec);
[[nodiscard]] bool is_repeatable(const OptionSpec& spec);

/// A name or a key that two of the options have, if there is one.
[[nodiscard]] std::optional<std::string> find_duplicate(std::span<const OptionGroup> groups);

}  // namespace backtalk::workload
