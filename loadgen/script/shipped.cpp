// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/shipped.hpp"

#include <algorithm>
#include <array>

#include "text/nearest.hpp"

namespace backtalk::script {
namespace {

constexpr std::array kTexts = std::to_array<ShippedScript>({
#include "shipped_texts.inc"
});

std::string full_name(const ShippedScript& script) {
  return std::string(script.protocol) + "/" + std::string(script.name);
}

std::string list_of(std::span<const std::string> names) {
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "" : ", ") + name;
  return list;
}

std::string no_such_script(std::string_view protocol, std::string_view name) {
  std::vector<std::string> names;
  for (const ShippedScript& one : kTexts) {
    if (protocol.empty()) names.push_back(full_name(one));
    if (protocol == one.protocol) names.emplace_back(one.name);
  }
  std::string sentence = "no script is called `" + std::string(name) + "`: ";
  if (const auto meant = text::nearest(name, names)) return sentence + "did you mean `" + *meant + "`?";
  return sentence + "the scripts are " + list_of(names);
}

}  // namespace

std::span<const ShippedScript> shipped_scripts() {
  return kTexts;
}

const ShippedScript* find_shipped(std::string_view protocol, std::string_view name) {
  const auto* const found = std::ranges::find_if(
      kTexts, [&](const ShippedScript& one) { return one.protocol == protocol && one.name == name; });
  return found == kTexts.end() ? nullptr : found;
}

std::vector<std::string> shipped_names(std::string_view protocol) {
  std::vector<std::string> names;
  for (const ShippedScript& one : kTexts) {
    if (one.protocol == protocol) names.emplace_back(one.name);
  }
  return names;
}

std::variant<const ShippedScript*, std::string> look_up_shipped(std::string_view protocol,
                                                                std::string_view name) {
  if (const ShippedScript* found = find_shipped(protocol, name)) return found;
  std::vector<std::string> same;  // of other protocols
  const ShippedScript* found = nullptr;
  for (const ShippedScript& one : kTexts) {
    if (full_name(one) == name) return &one;
    if (one.name != name) continue;
    same.push_back(full_name(one));
    found = &one;
  }
  if (!protocol.empty() || same.empty()) return no_such_script(protocol, name);
  if (same.size() == 1) return found;
  return "several protocols have a script `" + std::string(name) + "`: " + list_of(same);
}

}  // namespace backtalk::script
