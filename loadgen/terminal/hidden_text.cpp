// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/hidden_text.hpp"

#include <algorithm>

namespace backtalk::terminal {
namespace {

constexpr wchar_t control(char letter) {
  return static_cast<wchar_t>(letter & 0x1F);
}
constexpr wchar_t kEscape = 0x1B;
constexpr wchar_t kDelete = 0x7F;

}  // namespace

HiddenText::Event HiddenText::take(wchar_t key) {
  // Arrows and other keys that send a sequence (ECMA-48 5.4) have no meaning in what is not shown.
  if (at_ == At::escape) {
    at_ = key == L'[' || key == L'O' ? At::sequence : At::text;
    return Event::taken;
  }
  if (at_ == At::sequence) {
    if (key >= 0x40 && key <= 0x7E) at_ = At::text;
    return Event::taken;
  }
  if (key == L'\r' || key == L'\n') return Event::complete;
  if (key == kDelete || key == control('H')) {
    if (text_.empty()) return Event::left;
    text_.pop_back();
    return Event::taken;
  }
  if (key == control('U')) {
    if (text_.empty()) return Event::left;
    clear();
    return Event::taken;
  }
  if (key == control('D') && text_.empty()) return Event::left;
  if (key == kEscape) {
    at_ = At::escape;
    return Event::taken;
  }
  if (key >= L' ') text_ += key;
  return Event::taken;
}

// Not left behind in memory longer than it has to be.
void HiddenText::clear() {
  std::ranges::fill(text_, L'\0');
  text_.clear();
  at_ = At::text;
}

}  // namespace backtalk::terminal
