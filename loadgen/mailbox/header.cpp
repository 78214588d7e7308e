// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/header.hpp"

#include <algorithm>

namespace backtalk::mailbox {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t';
}

// Where the field ends that begins the text: before the first line that does not go on.
std::size_t field_end(std::string_view text) {
  std::size_t at = 0;
  do {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) return text.size();
    at = end + 1;
  } while (at < text.size() && is_space(text[at]));
  return at;
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return a.size() == b.size() && std::ranges::equal(a, b, {}, lower, lower);
}

bool HeaderFields::next(HeaderField& field) {
  while (!rest_.empty() && !rest_.starts_with("\r\n")) {
    field.all = rest_.substr(0, field_end(rest_));
    rest_.remove_prefix(field.all.size());
    const std::size_t colon = field.all.find(':');
    if (colon == std::string_view::npos || colon == 0) continue;
    field.name = field.all.substr(0, colon);
    while (!field.name.empty() && is_space(field.name.back())) field.name.remove_suffix(1);
    if (field.name.find_first_of(" \t\r\n") != std::string_view::npos) continue;
    field.value = field.all.substr(colon + 1);
    if (field.value.ends_with("\r\n")) field.value.remove_suffix(2);
    return true;
  }
  return false;
}

std::optional<std::string> find_field(std::string_view header, std::string_view name) {
  HeaderFields fields(header);
  for (HeaderField field; fields.next(field);) {
    if (!equals_ignoring_case(field.name, name)) continue;
    std::string value;
    value.reserve(field.value.size());
    for (const char c : field.value) {
      if (c != '\r' && c != '\n') value += c;
    }
    const std::size_t first = value.find_first_not_of(" \t");
    if (first == std::string_view::npos) return std::string{};
    return value.substr(first, value.find_last_not_of(" \t") + 1 - first);
  }
  return std::nullopt;
}

void append_fields(std::string& out, std::string_view header, std::span<const std::string> names,
                   bool wanted) {
  HeaderFields fields(header);
  for (HeaderField field; fields.next(field);) {
    const bool named = std::ranges::any_of(
        names, [&](const std::string& name) { return equals_ignoring_case(name, field.name); });
    if (named == wanted) out.append(field.all);
  }
  out.append("\r\n");
}

}  // namespace backtalk::mailbox
