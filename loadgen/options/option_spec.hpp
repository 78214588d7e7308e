// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An option of the program, declared once: the command line, --help, the manual page, completion,
/// the tables in docs/load.md and the `workload` object of a result are made from it.
///
///     struct PingOptions : options::Values {
///       std::uint64_t size = 56;
///     };
///     constexpr std::array kPingOptions{OptionSpec{
///         "-s,--size", kind::Number{member<&PingOptions::size>(), 1, 65507}, "octets of a ping"}};
///     constexpr OptionGroup kPingGroup{"Ping", kPingOptions, &make_values<PingOptions>};
#pragma once

#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "options/choice.hpp"
#include "options/condition.hpp"
#include "options/values.hpp"

namespace backtalk::options {

/// A sentence for the user about a value that cannot be used; nullopt if all is well.
using Problem = std::optional<std::string>;

/// What an option takes, and the member that it sets.
namespace kind {

struct Flag {
  Member<bool> member;
};

/// A whole number of `min` to `max`.
struct Number {
  Member<std::uint64_t> member;
  std::uint64_t min = 0;
  std::uint64_t max = std::numeric_limits<std::uint64_t>::max();
  /// Several may be given, as "1,2,4": where they go. `member` gets the largest. Null: only one.
  std::vector<std::uint64_t>& (*several)(Values& values) = nullptr;
};

/// A whole number of at least `min`. nullopt: not given, unless the member has another default.
struct OptionalNumber {
  Member<std::optional<std::uint64_t>> member;
  std::uint64_t min = 0;
};

/// Transactions per second, above zero and at most `max`. nullopt: not given.
struct Rate {
  Member<std::optional<double>> member;
  double max;
  /// Several may be given, as "100,200": where they go. `member` gets the largest. Null: only one.
  std::vector<double>& (*several)(Values& values) = nullptr;
};

enum class TimeUnit : std::uint8_t { seconds, whole_microseconds };

/// A span of time. The member is in nanoseconds, the setting in `unit`.
struct Time {
  Member<std::uint64_t> member;
  bool may_be_zero;
  TimeUnit unit = TimeUnit::seconds;
};

/// A span of time above zero. nullopt: not given.
struct OptionalTime {
  Member<std::optional<std::uint64_t>> member;
};

/// From 0 to 1, as "1%" or "0.01".
struct Share {
  Member<double> member;
};

struct Text {
  Member<std::string> member;
  std::string_view value = "TEXT";  ///< how --help shows it
  bool may_be_empty = false;        ///< otherwise it would be as if it were not given: refused
};

/// A repeatable text. The given texts replace the default.
struct Texts {
  Member<std::vector<std::string>> member;
};

/// A file to read; the member is empty if there is none.
struct InputFile {
  Member<std::string> member;
};

/// A file to write, or "-"; empty if there is none.
struct OutputFile {
  Member<std::string> member;
};

/// One of several words. Made by `one_of`.
struct Word {
  std::vector<std::string> (*words)();
  bool (*set)(std::string_view word, Values& values);  ///< false: an unknown word
  std::string_view (*get)(const Values& values);
};

/// A word of the table `kChoices`, for the value of `kPointer`.
template <auto kPointer, const auto& kChoices>
[[nodiscard]] constexpr Word one_of() {
  return {.words =
              [] {
                std::vector<std::string> words;
                for (const auto& one : kChoices) words.emplace_back(one.word);
                return words;
              },
          .set =
              [](std::string_view word, Values& values) {
                const auto value = read_choice(kChoices, word);
                if (value) member<kPointer>().in(values) = *value;
                return value.has_value();
              },
          .get = [](const Values& values) { return word_of(kChoices, member<kPointer>().of(values)); }};
}

/// A text with a grammar of its own.
struct Parsed {
  std::string_view value;  ///< how --help shows it: "NAME=N"
  Problem (*read)(const std::string& text, Values& values);
  bool repeatable = false;  ///< `read` is called for each text
  /// What completion offers: "delay=", or a whole word.
  std::vector<std::string> (*beginnings)() = nullptr;
};

}  // namespace kind

using Kind = std::variant<kind::Flag, kind::Number, kind::OptionalNumber, kind::Rate, kind::Time,
                          kind::OptionalTime, kind::Share, kind::Text, kind::Texts, kind::InputFile,
                          kind::OutputFile, kind::Word, kind::Parsed>;

struct OptionSpec {
  std::string_view
      names;  ///< "-c,--connections", "--size"; "URL" for an argument, which goes by its position
  Kind kind;
  std::string_view help;
  std::string_view key = {};  ///< in the `workload` object of a result; empty: it is not there
  /// All of them must hold for the option to have an effect.
  std::span<const Condition> conditions = {};
  bool divided = false;  ///< the parts of a run that processes share add up to the value
  bool required = false;
  /// Of kind::Texts: returns what a result may have of a text in which a secret can stand. Null:
  /// all of it.
  std::string (*shown)(std::string_view text) = nullptr;

  [[nodiscard]] constexpr bool is_positional() const { return !names.starts_with('-'); }
  /// "--connections", or "URL".
  [[nodiscard]] constexpr std::string_view long_name() const {
    return is_positional() ? names : names.substr(names.find("--"));
  }
};

template <class Struct>
[[nodiscard]] std::shared_ptr<Values> make_values() {
  return std::make_shared<Struct>();
}

/// Options of one concern, under one heading of --help.
struct OptionGroup {
  std::string_view title;
  std::span<const OptionSpec> options;  ///< static storage
  /// Returns an object of the struct that they set, with the defaults.
  std::shared_ptr<Values> (*make)();
};

/// Sets what the user gave: one text, or several for a repeatable option; none for a flag.
[[nodiscard]] Problem set(const OptionSpec& spec, std::span<const std::string> given, Values& values);

/// Returns the value as the option takes it. Empty if there is no value, and for a flag.
[[nodiscard]] std::vector<std::string> show(const OptionSpec& spec, const Values& values);

/// The type of the value and its bounds, as --help shows them: "UINT:UINT in [1 - 1024]"; empty for
/// a flag.
[[nodiscard]] std::string type_of(const OptionSpec& spec);

/// The words that the option takes. Empty if it takes others as well.
[[nodiscard]] std::vector<std::string> words_of(const OptionSpec& spec);

/// What completion offers for the value: words, or beginnings of them. Empty if there is nothing to
/// offer.
[[nodiscard]] std::vector<std::string> completions_of(const OptionSpec& spec);

[[nodiscard]] bool is_flag(const OptionSpec& spec);
[[nodiscard]] bool is_repeatable(const OptionSpec& spec);

/// Returns a name or a key that two of the options have, if there is one.
[[nodiscard]] std::optional<std::string> find_duplicate(std::span<const OptionGroup> groups);

}  // namespace backtalk::options
