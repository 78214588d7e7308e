// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/command_template.hpp"

#include <algorithm>
#include <limits>

#include "backtalk/detail/expect.hpp"
#include "session/command_writer.hpp"

namespace backtalk::session {
namespace {

using Field = CommandTemplate::Field;

constexpr std::size_t kNumberOctetsMax = std::numeric_limits<std::uint64_t>::digits10 + 1;

constexpr std::string_view placeholder(Field field) {
  switch (field) {
    case Field::number: return "{n}";
    case Field::user: return "{user}";
    case Field::password: return "{password}";
    case Field::random: return "{random}";
  }
  return {};
}

constexpr std::size_t octets_max_of(Field field) {
  switch (field) {
    case Field::number: return kNumberOctetsMax;
    case Field::user:
    case Field::password: return CommandTemplate::kValueOctetsMax;
    case Field::random: return CommandWriter::kRandomOctets;
  }
  return 0;
}

}  // namespace

CommandTemplate::CommandTemplate(std::string_view text, std::initializer_list<Field> fields) {
  std::size_t literal = 0;  // what is not appended yet begins here
  for (std::size_t at = text.find('{'); at != std::string_view::npos; at = text.find('{', at)) {
    const auto* const field = std::ranges::find_if(
        fields, [&](Field one) { return text.substr(at).starts_with(placeholder(one)); });
    if (field == fields.end()) {
      ++at;
      continue;
    }
    append(text.substr(literal, at - literal));
    append(*field);
    at = literal = at + placeholder(*field).size();
  }
  append(text.substr(literal));
}

void CommandTemplate::append(std::string_view text) {
  BACKTALK_EXPECT(is_one_line(text));
  text_.append(text);
}

void CommandTemplate::append(Field field) {
  pieces_.push_back({.text_end = static_cast<std::uint32_t>(text_.size()), .field = field});
}

std::size_t CommandTemplate::octets_max() const noexcept {
  std::size_t octets = text_.size();
  for (const Piece& piece : pieces_) octets += octets_max_of(piece.field);
  return octets;
}

}  // namespace backtalk::session
