// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/long_text.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace backtalk::session {

bool LongText::last_can_grow() const noexcept {
  if (stretches_.empty()) return false;
  const Stretch& last = stretches_.back();
  const bool repeats = last.end - last.begin != last.block.size();
  return !repeats && last.block.size() < kStretchOctets;
}

void LongText::append(std::string_view text) {
  while (!text.empty()) {
    if (!last_can_grow()) {
      // A short text grows as strings do; after a full stretch there is likely to be another.
      const bool is_long = !stretches_.empty() && stretches_.back().block.size() == kStretchOctets;
      stretches_.push_back({.block = {}, .begin = octets_, .end = octets_});
      if (is_long) stretches_.back().block.reserve(kStretchOctets);
    }
    const std::size_t count = std::min(text.size(), kStretchOctets - stretches_.back().block.size());
    append_to_last(text.substr(0, count));
    text.remove_prefix(count);
  }
}

void LongText::prepend(std::string_view text) {
  if (text.empty()) return;
  for (Stretch& one : stretches_) {
    one.begin += text.size();
    one.end += text.size();
  }
  stretches_.insert(stretches_.begin(), {.block = std::string(text), .begin = 0, .end = text.size()});
  octets_ += text.size();
}

void LongText::append_to_last(std::string_view text) {
  stretches_.back().block.append(text);
  stretches_.back().end += text.size();
  octets_ += text.size();
}

void LongText::append_repeated(std::string block, std::uint64_t octets) {
  if (octets == 0) return;
  stretches_.push_back({.block = std::move(block), .begin = octets_, .end = octets_ + octets});
  octets_ += octets;
}

std::size_t LongText::copy(std::uint64_t offset, std::span<char> out) const noexcept {
  const auto holds_offset = [offset](const Stretch& stretch) { return stretch.end <= offset; };
  auto stretch = std::ranges::partition_point(stretches_, holds_offset);
  std::size_t copied = 0;
  while (stretch != stretches_.end() && copied < out.size()) {
    const std::string& block = stretch->block;
    const auto at = static_cast<std::size_t>((offset - stretch->begin) % block.size());
    const std::uint64_t left = std::min<std::uint64_t>(stretch->end - offset, block.size() - at);
    const std::size_t count = std::min<std::uint64_t>(left, out.size() - copied);
    std::memcpy(out.data() + copied, block.data() + at, count);
    copied += count;
    offset += count;
    if (offset == stretch->end) ++stretch;
  }
  return copied;
}

}  // namespace backtalk::session
