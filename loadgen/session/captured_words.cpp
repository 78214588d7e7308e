// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/captured_words.hpp"

#include <cstring>

#include "backtalk/detail/expect.hpp"
#include "session/command_template.hpp"
#include "session/script.hpp"

namespace backtalk::session {

std::optional<std::string_view> nth_word(std::string_view line, unsigned n,
                                         std::string_view separators) noexcept {
  std::size_t end = 0;
  for (; n > 0; --n) {
    const std::size_t begin = line.find_first_not_of(separators, end);
    if (begin == std::string_view::npos) return std::nullopt;
    end = line.find_first_of(separators, begin);
    if (end == std::string_view::npos) end = line.size();
    if (n == 1) return line.substr(begin, end - begin);
  }
  return std::nullopt;
}

CapturedWords::CapturedWords(unsigned slots, std::size_t transactions)
    : slots_(slots), transactions_(transactions), words_(slots * (transactions + 1)) {
  BACKTALK_EXPECT(slots <= kSlotsMax);
}

void CapturedWords::restart() noexcept {
  for (Word& word : words_) {
    word.octets = 0;
    word.too_long = false;
  }
}

void CapturedWords::begin(std::size_t row) noexcept {
  for (unsigned slot = 0; slot < slots_; ++slot) keep(row, slot, word(connection_row(), slot));
}

bool CapturedWords::keep(std::size_t row, unsigned slot, std::string_view word) noexcept {
  BACKTALK_EXPECT(row <= transactions_ && slot < slots_);
  Word& kept = at(row, slot);
  kept.octets = 0;
  kept.too_long = word.size() > kOctetsMax;
  if (word.empty() || word.size() > kOctetsMax || !is_one_line(word)) return false;
  std::memcpy(kept.text.data(), word.data(), word.size());
  kept.octets = static_cast<std::uint8_t>(word.size());
  return true;
}

std::string_view CapturedWords::why_missing(std::size_t row) const noexcept {
  for (std::size_t slot = 0; slot < slots_; ++slot) {
    if (words_[row * slots_ + slot].too_long) return kWordTooLong;
  }
  return kUnexpectedReply;
}

std::string_view CapturedWords::word(std::size_t row, unsigned slot) const noexcept {
  BACKTALK_EXPECT(row <= transactions_ && slot < slots_);
  const Word& kept = at(row, slot);
  return {kept.text.data(), kept.octets};
}

}  // namespace backtalk::session
