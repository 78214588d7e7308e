// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/bad_streams.hpp"

#include <algorithm>
#include <utility>

#include "session/sent_secrets.hpp"

namespace backtalk::engine {

void BadStreams::keep(std::string_view name, std::string_view octets) {
  const std::lock_guard lock(mutex_);
  const auto of_name = std::ranges::count(streams_, name, &BadStream::name);
  const bool is_known = std::ranges::any_of(
      streams_, [&](const BadStream& one) { return one.name == name && one.octets == octets; });
  if (is_known || streams_.size() >= kMax || static_cast<std::size_t>(of_name) >= kOfNameMax) return;
  streams_.push_back({.name = name, .octets = std::string(octets)});
}

std::vector<BadStream> BadStreams::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(streams_, {});
}

// Old octets are removed in large portions, so that this costs little a receive.
void StreamKeeper::received(std::string_view octets) {
  if (octets_.size() + octets.size() > 2 * octets_max_) {
    const std::size_t kept = std::min(octets_.size(), octets_max_);
    begins_ += octets_.size() - kept;
    octets_.erase(0, octets_.size() - kept);
  }
  const std::size_t skipped = octets.size() - std::min(octets.size(), octets_max_);
  if (skipped > 0) {
    begins_ += octets_.size() + skipped;
    octets_.clear();
  }
  octets_.append(octets.substr(skipped));
}

void StreamKeeper::server_said(const session::ServerWords& words) {
  next().server_said(words);
  if (!words.name.starts_with("protocol-") && !words.in_message) return;
  std::string_view octets = octets_;
  if (begins_ > 0 || octets.size() > octets_max_) {
    const std::uint64_t from = std::clamp(words.message_offset, begins_, begins_ + octets.size());
    octets.remove_prefix(static_cast<std::size_t>(from - begins_));
    if (octets.size() > octets_max_) octets.remove_prefix(octets.size() - octets_max_);
  }
  if (words.secrets == nullptr) {
    bad_.keep(words.name, octets);
    return;
  }
  std::string kept(octets);
  words.secrets->hide_in(kept);
  bad_.keep(words.name, kept);
}

}  // namespace backtalk::engine
