// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_words.hpp"

#include <cstdint>
#include <optional>

#include "backtalk/http/field.hpp"
#include "session/captured_words.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kSpacesAndTabs = " \t";

std::string_view nth_of(std::string_view text, unsigned n) {
  const std::string_view word = nth_word(text, n, kSpacesAndTabs).value_or(std::string_view{});
  return word.substr(0, word.find_last_not_of(";,") + 1);
}

// "HTTP/1.1 200 reason": the parser has read the first two.
std::string_view of_status_line(const http::ResponseHead& head, unsigned n, HttpWordRoom& room) {
  constexpr unsigned kBase = 10;
  constexpr std::size_t kStatusDigits = 3;
  if (n > 2) return nth_of(head.reason, n - 2);
  if (n == 1) {
    room = {'H', 'T', 'T', 'P', '/', '1', '.', static_cast<char>('0' + head.minor % kBase)};
    return {room.data(), room.size()};
  }
  unsigned left = head.status;
  for (std::size_t i = kStatusDigits; i > 0; --i, left /= kBase) {
    room[i - 1] = static_cast<char>('0' + left % kBase);
  }
  return {room.data(), kStatusDigits};
}

}  // namespace

std::string_view word_of(const http::ResponseHead& head, const Capture& capture,
                         HttpWordRoom& room) noexcept {
  if (capture.field.empty()) return of_status_line(head, capture.word, room);
  const std::optional<std::string_view> value = http::find_field(head.fields, capture.field);
  if (!value) return {};
  return capture.word == 1 ? std::string_view(capture.field) : nth_of(*value, capture.word - 1);
}

}  // namespace backtalk::session
