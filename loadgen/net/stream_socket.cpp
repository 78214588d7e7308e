// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/stream_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <cerrno>

namespace backtalk::net {

void StreamSocket::adopt(int descriptor, int family, std::uint32_t slot) {
  descriptor_ = descriptor;
  slot_ = slot;
  given_up_ = false;
  if (descriptor < 0 || family == AF_UNIX) return;
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void StreamSocket::connect(Ring& ring, const Endpoint& target) {
  io_uring_sqe* sqe = ring.entry();
  io_uring_prep_connect(sqe, descriptor_, target.get(), target.octets);
  sqe->user_data = pack_tag(Operation::connect, slot_);
  connecting_ = true;
}

void StreamSocket::receive(Ring& ring, int buffer_group) {
  io_uring_sqe* sqe = ring.entry();
  io_uring_prep_recv_multishot(sqe, descriptor_, nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = static_cast<std::uint16_t>(buffer_group);
  sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
  sqe->user_data = pack_tag(Operation::receive, slot_);
  receiving_ = true;
}

void StreamSocket::send(Ring& ring, std::string_view octets) {
  io_uring_sqe* sqe = ring.entry();
  io_uring_prep_send(sqe, descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL);
  sqe->user_data = pack_tag(Operation::send, slot_);
  sending_ = true;
}

int StreamSocket::send_now(std::string_view octets) const {
  const ssize_t sent = ::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  return sent < 0 ? -errno : static_cast<int>(sent);
}

Endpoint StreamSocket::local() const {
  Endpoint endpoint;
  endpoint.octets = sizeof endpoint.address;
  if (getsockname(descriptor_, reinterpret_cast<sockaddr*>(&endpoint.address), &endpoint.octets) != 0)
    return {};
  return endpoint;
}

void StreamSocket::cancel_receive(Ring& ring) {
  if (!receiving_ || cancelling_) return;
  // The kernel finds an operation by its tag at once; by descriptor it searches all operations.
  io_uring_sqe* sqe = ring.entry();
  io_uring_prep_cancel64(sqe, pack_tag(Operation::receive, slot_), 0);
  sqe->user_data = pack_tag(Operation::cancel, slot_);
  cancelling_ = true;
}

void StreamSocket::cancel_all(Ring& ring) {
  if (cancelling_) {
    given_up_ = true;
  } else {
    cancel(ring);
  }
}

void StreamSocket::cancel(Ring& ring) {
  if (idle()) return;
  if (!sending_ && !connecting_) {
    cancel_receive(ring);
    return;
  }
  io_uring_sqe* sqe = ring.entry();
  io_uring_prep_cancel_fd(sqe, descriptor_, IORING_ASYNC_CANCEL_ALL);
  sqe->user_data = pack_tag(Operation::cancel, slot_);
  cancelling_ = true;
}

void StreamSocket::completed(Ring& ring, Operation operation, const io_uring_cqe& cqe) {
  switch (operation) {
    case Operation::connect: connecting_ = false; break;
    case Operation::receive: receiving_ = (cqe.flags & IORING_CQE_F_MORE) != 0; break;
    case Operation::send: sending_ = false; break;
    case Operation::cancel:
      cancelling_ = false;
      if (!given_up_) break;
      given_up_ = false;
      cancel(ring);
      break;
    case Operation::accept:
    case Operation::wake: break;
  }
}

void StreamSocket::acknowledge_at_once() const {
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof on);
}

void StreamSocket::end_sending() const {
  ::shutdown(descriptor_, SHUT_WR);
}

void StreamSocket::reset_when_closed() const {
  const linger at_once{.l_onoff = 1, .l_linger = 0};
  setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

void StreamSocket::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace backtalk::net
