// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/words.hpp"

#include <algorithm>

#include "session/captured_words.hpp"

namespace backtalk::script {

std::optional<unsigned> Words::keep(std::string_view name) {
  auto found = std::ranges::find(names_, name, &Name::name);
  if (found == names_.end()) {
    if (names_.size() == session::CapturedWords::kSlotsMax) return std::nullopt;
    names_.push_back({.name = std::string(name)});
    found = names_.end() - 1;
  }
  found->known = true;
  return static_cast<unsigned>(found - names_.begin());
}

std::optional<unsigned> Words::find(std::string_view name) const {
  const auto found = std::ranges::find(names_, name, &Name::name);
  if (found == names_.end() || !found->known) return std::nullopt;
  return static_cast<unsigned>(found - names_.begin());
}

std::optional<std::string_view> Words::constant(std::string_view name) const {
  const auto found = std::ranges::find(constants_, name, &Constant::name);
  if (found == constants_.end()) return std::nullopt;
  return found->text;
}

std::vector<std::string> Words::known() const {
  std::vector<std::string> names;
  for (const Constant& one : constants_) names.emplace_back(one.name);
  for (const Name& one : names_) {
    if (one.known) names.push_back(one.name);
  }
  return names;
}

void Words::end_once() {
  for (Name& one : names_) one.of_once = one.known;
}

void Words::end_section() {
  for (Name& one : names_) one.known = one.of_once;
}

}  // namespace backtalk::script
