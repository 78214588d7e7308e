// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/command_writer.hpp"

#include "session/captured_words.hpp"

namespace backtalk::session {

CommandWriter& CommandWriter::add_value(std::string_view value) noexcept {
  if (value.size() > CommandTemplate::kValueOctetsMax || !is_one_line(value)) return refuse();
  return add(value);
}

CommandWriter& CommandWriter::add(const CommandTemplate& text, const CommandValues& values) noexcept {
  const std::string_view literals = text.text_;
  std::size_t at = 0;
  for (const CommandTemplate::Piece& piece : text.pieces_) {
    add(literals.substr(at, piece.text_end - at));
    add_field(piece.field, piece.slot, values);
    at = piece.text_end;
  }
  return add(literals.substr(at));
}

CommandWriter& CommandWriter::add_field(CommandTemplate::Field field, unsigned slot,
                                        const CommandValues& values) noexcept {
  switch (field) {
    case CommandTemplate::Field::number: return add_number(values.number);
    case CommandTemplate::Field::user: return add_value(values.user);
    case CommandTemplate::Field::password: return add_value(values.password);
    case CommandTemplate::Field::random:
      BACKTALK_EXPECT(values.random != nullptr);
      return add_random(*values.random);
    case CommandTemplate::Field::message_number: return add_message_number(values.message_number);
    case CommandTemplate::Field::uid: return add_message_number(values.uid);
    case CommandTemplate::Field::from:
      BACKTALK_EXPECT(values.from != nullptr);
      return add(*values.from, values);
    case CommandTemplate::Field::to: BACKTALK_EXPECT(values.to != nullptr); return add(*values.to, values);
    case CommandTemplate::Field::content_octets: return add_number(values.content_octets);
    case CommandTemplate::Field::now: return add_number(values.now);
    case CommandTemplate::Field::captured: return add_captured(values, slot);
  }
  return refuse();
}

CommandWriter& CommandWriter::add_captured(const CommandValues& values, unsigned slot) noexcept {
  BACKTALK_EXPECT(values.captured != nullptr);
  const std::string_view word = values.captured->word(values.captured_row, slot);
  return word.empty() ? refuse() : add(word);
}

CommandWriter& CommandWriter::add_random(SplitMix64& random) noexcept {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr unsigned kDigitBits = 4;
  if (octets_ - used_ < kRandomOctets) return refuse();
  std::uint64_t number = random.next();
  for (std::size_t i = kRandomOctets; i > 0; --i, number >>= kDigitBits) {
    out_[used_ + i - 1] = kDigits[number % kDigits.size()];
  }
  used_ += kRandomOctets;
  return *this;
}

}  // namespace backtalk::session
