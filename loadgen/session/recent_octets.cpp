// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/recent_octets.hpp"

#include <algorithm>

namespace backtalk::session {

// Appends what the piece adds to the octets that are held, as far as there is room.
void RecentOctets::extend_held() noexcept {
  if (held_end() < piece_begin_ || held_end() > end()) return;
  const std::string_view more = piece_.substr(static_cast<std::size_t>(held_end() - piece_begin_));
  held_octets_ += more.copy(held_.data() + held_octets_, kMax - held_octets_);
}

void RecentOctets::retain_from(std::uint64_t offset) noexcept {
  if (held_octets_ == 0 || offset != held_begin_) {
    held_begin_ = std::max(offset, piece_begin_);
    held_octets_ = 0;
  }
  extend_held();
  piece_begin_ = end();
  piece_ = {};
}

std::string_view RecentOctets::quote(std::uint64_t offset, std::size_t octets_max) noexcept {
  if (offset >= piece_begin_) {
    const std::uint64_t skipped = std::min<std::uint64_t>(offset - piece_begin_, piece_.size());
    return piece_.substr(static_cast<std::size_t>(skipped), octets_max);
  }
  extend_held();
  if (offset < held_begin_ || offset >= held_end()) return {};
  const std::string_view held(held_.data(), held_octets_);
  return held.substr(static_cast<std::size_t>(offset - held_begin_), octets_max);
}

RecentOctets::Quote RecentOctets::quote_line(std::uint64_t offset, std::size_t octets_max) noexcept {
  if (held_octets_ != 0) extend_held();
  const bool is_held = held_octets_ != 0 && offset >= held_begin_ && offset < held_end();
  const std::string_view octets = is_held ? std::string_view(held_.data(), held_octets_) : piece_;
  const std::uint64_t octets_begin = is_held ? held_begin_ : piece_begin_;
  if (offset < octets_begin) return {.octets = {}, .offset = offset};
  const auto at = static_cast<std::size_t>(std::min<std::uint64_t>(offset - octets_begin, octets.size()));
  const std::size_t before = octets.substr(0, at).rfind('\n');
  std::size_t begin = before == std::string_view::npos ? 0 : before + 1;
  std::size_t end = std::min(octets.find('\n', at), octets.size());
  if (end == at && end < octets.size()) {
    ++end;
  } else if (end > begin && end < octets.size() && octets[end - 1] == '\r') {
    --end;
  }
  // What comes before an octet says more about it than what follows.
  const std::size_t behind = octets_max / 4;
  if (at - begin >= octets_max) begin = at - (octets_max - behind);
  return {.octets = octets.substr(begin, std::min(end - begin, octets_max)), .offset = octets_begin + begin};
}

}  // namespace backtalk::session
