// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/channel.hpp"

#include <array>
#include <cstddef>
#include <system_error>

namespace backtalk::ranks {

void Channel::send(Kind kind, std::string_view body) {
  output_ += to_octets(kind, body);
  flush();
}

void Channel::flush() {
  while (!output_.empty() && !ended_) {
    const auto done = socket_->send(output_);
    output_.erase(0, done.octets);
    if (done.would_block) return;
    if (done.error == 0) continue;
    error_ = done.error;
    ended_ = true;
  }
}

void Channel::pump() {
  constexpr std::size_t kPiece = std::size_t{64} << 10;
  static thread_local std::array<char, kPiece> piece;
  while (!ended()) {
    const auto done = socket_->receive(piece);
    if (done.would_block) break;
    if (done.octets == 0) {
      error_ = done.error;
      ended_ = true;
      break;
    }
    reader_.feed(std::string_view(piece.data(), done.octets));
  }
  flush();
}

std::string Channel::why() const {
  if (reader_.broken()) return "it did not say what a rank says";
  return error_ == 0 ? std::string() : std::generic_category().message(error_);
}

}  // namespace backtalk::ranks
