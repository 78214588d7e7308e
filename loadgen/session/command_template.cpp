// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/command_template.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

#include "backtalk/detail/expect.hpp"
#include "session/captured_words.hpp"
#include "session/command_writer.hpp"

namespace backtalk::session {
namespace {

using Field = CommandTemplate::Field;

constexpr std::size_t kNumberOctetsMax = std::numeric_limits<std::uint64_t>::digits10 + 1;
constexpr std::size_t kMessageNumberOctetsMax = std::numeric_limits<std::uint32_t>::digits10 + 1;

constexpr std::string_view placeholder(Field field) {
  switch (field) {
    case Field::number: return "{n}";
    case Field::user: return "{user}";
    case Field::password: return "{password}";
    case Field::random: return "{random}";
    case Field::message_number: return "{number}";
    case Field::uid: return "{uid}";
    case Field::from: return "{from}";
    case Field::to: return "{to}";
    case Field::now: return "{now}";
    case Field::content_octets:
    case Field::captured: break;  // scripts have notations of their own for them
  }
  return {};
}

constexpr std::size_t octets_max_of(Field field) {
  switch (field) {
    case Field::number:
    case Field::now:
    case Field::content_octets: return kNumberOctetsMax;
    case Field::user:
    case Field::password: return CommandTemplate::kValueOctetsMax;
    case Field::random: return CommandWriter::kRandomOctets;
    case Field::message_number:
    case Field::uid: return kMessageNumberOctetsMax;
    case Field::from:
    case Field::to: return CommandTemplate::kPathOctetsMax;
    case Field::captured: return CapturedWords::kOctetsMax;
  }
  return 0;
}

std::size_t digits_of(std::uint64_t number) {
  std::array<char, kNumberOctetsMax> digits{};
  return static_cast<std::size_t>(std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr -
                                  digits.data());
}

std::optional<std::size_t> octets_of_message(std::uint32_t number) {
  if (number == 0) return std::nullopt;
  return digits_of(number);
}

std::optional<std::size_t> octets_of_value(std::string_view value) {
  if (value.size() > CommandTemplate::kValueOctetsMax || !is_one_line(value)) return std::nullopt;
  return value.size();
}

std::optional<std::size_t> octets_of_captured(const CommandValues& values, unsigned slot) {
  BACKTALK_EXPECT(values.captured != nullptr);
  const std::size_t octets = values.captured->word(values.captured_row, slot).size();
  if (octets == 0) return std::nullopt;
  return octets;
}

std::optional<std::size_t> octets_of_path(const CommandTemplate* path, const CommandValues& values) {
  BACKTALK_EXPECT(path != nullptr);
  return path->octets(values);
}

std::optional<std::size_t> octets_of(Field field, unsigned slot, const CommandValues& values) {
  switch (field) {
    case Field::number: return digits_of(values.number);
    case Field::user: return octets_of_value(values.user);
    case Field::password: return octets_of_value(values.password);
    case Field::random: return CommandWriter::kRandomOctets;
    case Field::message_number: return octets_of_message(values.message_number);
    case Field::uid: return octets_of_message(values.uid);
    case Field::from: return octets_of_path(values.from, values);
    case Field::to: return octets_of_path(values.to, values);
    case Field::content_octets: return digits_of(values.content_octets);
    case Field::now: return digits_of(values.now);
    case Field::captured: return octets_of_captured(values, slot);
  }
  return std::nullopt;
}

}  // namespace

bool is_one_line(std::string_view text) noexcept {
  return std::ranges::none_of(text, [](char c) { return c == '\r' || c == '\n' || c == '\0'; });
}

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

void CommandTemplate::append_lines(std::string_view text) {
  BACKTALK_EXPECT(text.find('\0') == std::string_view::npos);
  text_.append(text);
}

void CommandTemplate::append(Field field) {
  BACKTALK_EXPECT(field != Field::captured);
  append_piece(field, 0);
}

void CommandTemplate::append_captured(unsigned slot) {
  BACKTALK_EXPECT(slot < CapturedWords::kSlotsMax);
  append_piece(Field::captured, static_cast<std::uint8_t>(slot));
}

void CommandTemplate::append_piece(Field field, std::uint8_t slot) {
  pieces_.push_back({.text_end = static_cast<std::uint32_t>(text_.size()), .field = field, .slot = slot});
  fields_ |= bit(field);
}

void CommandTemplate::append(const CommandTemplate& other) {
  const auto begin = static_cast<std::uint32_t>(text_.size());
  text_.append(other.text_);
  for (Piece piece : other.pieces_) {
    piece.text_end += begin;
    pieces_.push_back(piece);
  }
  fields_ |= other.fields_;
}

void CommandTemplate::fill_in(Field field, const CommandTemplate& with) {
  if (!uses(field)) return;
  CommandTemplate filled;
  std::size_t at = 0;
  for (const Piece& piece : pieces_) {
    filled.text_.append(text_, at, piece.text_end - at);
    at = piece.text_end;
    if (piece.field == field) {
      filled.append(with);
    } else {
      filled.append_piece(piece.field, piece.slot);
    }
  }
  filled.text_.append(text_, at);
  *this = std::move(filled);
}

std::string CommandTemplate::take_tail() {
  const std::size_t begin = pieces_.empty() ? 0 : pieces_.back().text_end;
  std::string tail = text_.substr(begin);
  text_.resize(begin);
  return tail;
}

std::size_t CommandTemplate::octets_max() const noexcept {
  std::size_t octets = text_.size();
  for (const Piece& piece : pieces_) octets += octets_max_of(piece.field);
  return octets;
}

std::optional<std::size_t> CommandTemplate::octets(const CommandValues& values) const noexcept {
  std::size_t octets = text_.size();
  for (const Piece& piece : pieces_) {
    const std::optional<std::size_t> filled_in = octets_of(piece.field, piece.slot, values);
    if (!filled_in) return std::nullopt;
    octets += *filled_in;
  }
  return octets;
}

}  // namespace backtalk::session
