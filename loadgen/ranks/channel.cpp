// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/channel.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <system_error>

namespace backtalk::ranks {

void Channel::send(Kind kind, std::string_view body) {
  output_ += to_octets(kind, body);
  flush();
}

void Channel::flush() {
  while (!output_.empty() && !ended_ && !mute_) {
    const auto done = socket_->send(output_);
    output_.erase(0, done.octets);
    if (done.would_block) return;
    if (done.error == 0) continue;
    error_ = done.error;
    mute_ = true;
  }
  if (mute_) output_.clear();
}

bool Channel::pump(std::size_t octets_max) {
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  static thread_local std::array<char, kPiece> piece;
  std::size_t octets = 0;
  while (!ended() && octets < octets_max) {
    const auto done = socket_->receive(std::span(piece).first(std::min(kPiece, octets_max - octets)));
    if (done.would_block) {
      ended_ = mute_;
      break;
    }
    if (done.octets == 0) {
      if (done.error != 0) error_ = done.error;
      ended_ = true;
      break;
    }
    reader_.feed(std::string_view(piece.data(), done.octets));
    octets += done.octets;
  }
  flush();
  return octets > 0;
}

std::string Channel::why() const {
  if (reader_.broken()) return "it did not say what a rank says";
  return error_ == 0 ? std::string() : std::generic_category().message(error_);
}

}  // namespace backtalk::ranks
