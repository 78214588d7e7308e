// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/http/field.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "http/octets.hpp"

namespace backtalk::http {
namespace {

std::string_view trim(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

bool lists(std::string_view value, std::string_view element) {
  while (true) {
    const std::size_t comma = std::min(value.find(','), value.size());
    if (ascii::equals(trim(value.substr(0, comma)), element)) return true;
    if (comma == value.size()) return false;
    value.remove_prefix(comma + 1);
  }
}

}  // namespace

std::optional<std::string_view> find_field(std::span<const Field> fields, std::string_view name) noexcept {
  for (const Field& field : fields) {
    if (ascii::equals(field.name, name)) return field.value;
  }
  return std::nullopt;
}

bool field_lists(std::span<const Field> fields, std::string_view name, std::string_view element) noexcept {
  return std::ranges::any_of(fields, [&](const Field& field) {
    return ascii::equals(field.name, name) && lists(field.value, element);
  });
}

}  // namespace backtalk::http
