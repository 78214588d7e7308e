// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/literal.hpp"

#include "text/whole_number.hpp"

namespace backtalk::script {

std::optional<LiteralMark> find_literal_mark(std::string_view line) {
  if (!line.ends_with('}')) return std::nullopt;
  LiteralMark mark{.at = line.rfind('{')};
  if (mark.at == std::string_view::npos) return std::nullopt;
  std::string_view inside = line.substr(mark.at + 1, line.size() - mark.at - 2);
  if (inside == "*") {
    mark.kind = LiteralMark::Kind::line;
  } else if (inside == "message") {
    mark.kind = LiteralMark::Kind::message;
  } else {
    if (inside.ends_with('+')) inside.remove_suffix(1);
    const auto octets = text::read_whole_number(inside);
    if (!octets) return std::nullopt;
    mark.octets = *octets;
  }
  // An odd number of braces before it: the last of them and this one stand for a brace.
  const std::size_t before = mark.at - (line.substr(0, mark.at).find_last_not_of('{') + 1);
  if (before % 2 != 0) {
    if (mark.kind != LiteralMark::Kind::octets) return std::nullopt;
    mark.kind = LiteralMark::Kind::escaped;
  }
  if (mark.at > 0 && line[mark.at - 1] == '~' && mark.kind == LiteralMark::Kind::octets) --mark.at;
  return mark;
}

}  // namespace backtalk::script
