// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/link.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "net/failure_names.hpp"

namespace backtalk::net {

void Link::secure(std::unique_ptr<Transport> transport) {
  transport_ = std::move(transport);
  transport_->restart();
  flush();
}

void Link::send(std::string_view plain) {
  plain_.append(plain);
  flush();
}

// As much as the transport and the socket take now.
void Link::flush() {
  if (transport_ == nullptr) {
    wire_.append(std::exchange(plain_, {}));
  } else {
    wire_.append(transport_->output());
    while (!plain_.empty() && transport_->can_write() && !transport_->failed()) {
      const std::size_t octets = std::min(plain_.size(), Transport::kWriteMax);
      transport_->write(std::string_view(plain_).substr(0, octets));
      plain_.erase(0, octets);
      wire_.append(transport_->output());
    }
    if (transport_->failed() && failure_.empty()) failure_ = transport_->failure();
  }
  while (!wire_.empty()) {
    const PolledSocket::Done sent = socket_.send(wire_);
    wire_.erase(0, sent.octets);
    if (sent.error != 0) {
      // What the server said before it went can still be read.
      wire_.clear();
      plain_.clear();
    }
    if (sent.would_block || sent.error != 0) return;
  }
}

bool Link::wait(int other, std::optional<std::uint64_t> timeout_ns) {
  const PolledSocket::Ready ready = socket_.wait(!wire_.empty(), other, timeout_ns);
  ready_ = ready.socket;
  return ready.other;
}

std::string_view Link::receive() {
  received_.clear();
  if (!std::exchange(ready_, false) || ended()) return received_;
  flush();
  std::array<char, 65536> room{};
  const PolledSocket::Done got = socket_.receive(room);
  if (got.would_block) return received_;
  if (got.error != 0) {
    failure_ = transfer_failure(got.error);
  } else if (got.octets == 0) {
    ended_ = true;
    if (transport_ != nullptr) transport_->end_of_stream();
  } else {
    take_wire({room.data(), got.octets});
  }
  if (transport_ != nullptr) {
    ended_ = ended_ || transport_->ended();
    if (transport_->failed() && failure_.empty()) failure_ = transport_->failure();
  }
  flush();
  return received_;
}

void Link::take_wire(std::string_view wire) {
  if (transport_ == nullptr) {
    received_.append(wire);
    return;
  }
  transport_->receive(wire);
  std::array<char, 16384> room{};
  while (const std::size_t octets = transport_->read(room)) received_.append(room.data(), octets);
}

void Link::close() {
  if (transport_ == nullptr) return;
  transport_->close();
  flush();
}

}  // namespace backtalk::net
