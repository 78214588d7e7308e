// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The names of a script's captured words: "{name:=2}" keeps one, "{name}" uses it. And those of
/// texts that are the same throughout a run.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::script {

/// What "{name}" stands for throughout the run. In the text, "{n}" is the transaction's number.
struct Constant {
  std::string_view name;
  std::string_view text;
};

/// Each name has one slot in the whole script. A word is known to the lines behind the one that
/// keeps it, to the end of its section, and if that is `once` to the end of the script.
class Words {
 public:
  Words() = default;
  /// The constants outlive the object.
  explicit Words(std::span<const Constant> constants) : constants_(constants) {}

  /// The slot of a name, for an answer that keeps it. nullopt: there are too many names.
  std::optional<unsigned> keep(std::string_view name);
  /// The slot of a name that is known here.
  [[nodiscard]] std::optional<unsigned> find(std::string_view name) const;
  /// The names that are known here, those of constants too.
  [[nodiscard]] std::vector<std::string> known() const;
  /// The text of a constant.
  [[nodiscard]] std::optional<std::string_view> constant(std::string_view name) const;

  /// The section `once` has ended: all sections behind it know its words.
  void end_once();
  /// Another section has ended.
  void end_section();

  /// How many slots there are.
  [[nodiscard]] unsigned slots() const { return static_cast<unsigned>(names_.size()); }

 private:
  struct Name {
    std::string name;
    bool of_once = false;
    bool known = false;
  };
  std::vector<Name> names_;  // by slot
  std::span<const Constant> constants_;
};

}  // namespace backtalk::script
