// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/wanted_text.hpp"

#include <algorithm>
#include <utility>

#include "text/letter_case.hpp"

namespace backtalk::serve {

WantedText::WantedText(std::string wanted) : wanted_(std::move(wanted)), borders_(wanted_.size() + 1) {
  std::ranges::transform(wanted_, wanted_.begin(), text::lower);
  std::size_t border = 0;
  for (std::size_t end = 1; end < wanted_.size(); ++end) {
    while (border > 0 && wanted_[end] != wanted_[border]) border = borders_[border];
    if (wanted_[end] == wanted_[border]) ++border;
    borders_[end + 1] = static_cast<std::uint32_t>(border);
  }
}

std::optional<bool> WantedText::is_in(std::string_view text, Place& place, std::size_t& share) const {
  if (wanted_.empty()) return true;
  const std::size_t stop = place.at + std::min(share, text.size() - place.at);
  share -= stop - place.at;
  while (place.at < stop) {
    const char c = text::lower(text[place.at++]);
    while (place.matched > 0 && wanted_[place.matched] != c) place.matched = borders_[place.matched];
    if (wanted_[place.matched] != c) continue;
    ++place.matched;
    if (place.matched == wanted_.size()) return true;
  }
  if (place.at < text.size()) return std::nullopt;
  return false;
}

bool WantedText::is_in(std::string_view text) const {
  Place place;
  std::size_t share = text.size();
  return is_in(text, place, share).value_or(false);
}

}  // namespace backtalk::serve
