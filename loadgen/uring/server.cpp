#include "uring/server.hpp"

#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "uring/clock.hpp"

namespace backtalk::uring {
namespace {

constexpr unsigned kRingEntries = 4096;
constexpr unsigned kBuffers = 128;
constexpr std::size_t kBufferOctets = 32768;
constexpr int kBufferGroup = 0;
constexpr int kListenQueue = 4096;
constexpr std::size_t kUnreadMax = std::size_t{4}
                                   << 20;  // replies that a client leaves unread before it is left alone
constexpr std::uint64_t kLookAroundNs = 100'000'000;  // how often `stop` is looked at

}  // namespace

Server::Server(const ServerPlan& plan, ServerSessionFactory make_session)
    : plan_(plan), make_session_(std::move(make_session)) {}

Server::~Server() {
  for (const std::unique_ptr<Peer>& peer : peers_) {
    if (peer->descriptor >= 0) ::close(peer->descriptor);
  }
  if (listener_ >= 0) ::close(listener_);
}

std::optional<std::string> Server::listen() {
  listener_ = socket(plan_.at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) return fmt::format("no socket: {}", std::strerror(errno));
  const int on = 1;
  if (plan_.at.family() != AF_UNIX) {
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (plan_.shared_port) setsockopt(listener_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  }
  if (bind(listener_, plan_.at.get(), plan_.at.octets) != 0 || ::listen(listener_, kListenQueue) != 0) {
    return fmt::format("cannot listen there: {}", std::strerror(errno));
  }
  if (plan_.at.family() != AF_UNIX) {
    getsockname(listener_, reinterpret_cast<sockaddr*>(&plan_.at.address), &plan_.at.octets);
  }
  return std::nullopt;
}

std::optional<std::string> Server::run(const std::atomic<bool>& stop) {
  prctl(PR_SET_TIMERSLACK, 1UL);
  if (auto problem = ring_.open(kRingEntries)) return problem;
  if (const int result = buffers_.open(ring_, kBufferGroup, kBuffers, kBufferOctets); result < 0) {
    return fmt::format("io_uring refuses the receive buffers: {}", std::strerror(-result));
  }
  started_ = now_ns();
  while (!stop.load(std::memory_order_relaxed)) {
    if (!accepting_ && now_ns() >= accept_from_) arm_accept();
    stall_if_due();
    release_held();
    ring_.submit();
    ring_.drain([this](const io_uring_cqe& cqe) { handle(cqe); });  // of sends
    ring_.wake_at(next_wake());
    ring_.submit_and_wait(1);
    ring_.drain([this](const io_uring_cqe& cqe) { handle(cqe); });
  }
  return std::nullopt;
}

std::uint64_t Server::next_wake() const {
  std::uint64_t wake = now_ns() + kLookAroundNs;
  if (!held_.empty()) wake = std::min(wake, held_.front().due);
  if (plan_.stall_period_ns > 0) wake = std::min(wake, started_ + (stalls_ + 1) * plan_.stall_period_ns);
  return wake;
}

void Server::handle(const io_uring_cqe& cqe) {
  const Tag tag = Tag::unpack(cqe.user_data);
  const auto operation = static_cast<Operation>(tag.operation);
  if (operation == Operation::accept) {
    accepting_ = (cqe.flags & IORING_CQE_F_MORE) != 0;
    accepted(cqe.res);
    return;
  }
  Peer& peer = *peers_[tag.slot];
  switch (operation) {
    case Operation::receive: received(peer, cqe); break;
    case Operation::send: sent(peer, cqe.res); break;
    case Operation::cancel:
      peer.cancel_pending = false;
      if (peer.paused && !peer.closing) flush(peer);
      break;
    case Operation::accept: break;
  }
  if (peer.closing && peer.descriptor >= 0 && !peer.has_operations()) release(peer);
}

void Server::arm_accept() {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_multishot_accept(sqe, listener_, nullptr, nullptr, SOCK_CLOEXEC);
  sqe->user_data = Tag{static_cast<std::uint8_t>(Operation::accept), 0}.pack();
  accepting_ = true;
}

void Server::accepted(int result) {
  if (result < 0) {                           // too many open files, or the client left while it waited
    accept_from_ = now_ns() + kLookAroundNs;  // to ask again at once would keep the core busy with it
    return;
  }
  if (vacant_.empty()) {
    if (peers_.size() >= plan_.connections_max) {
      ::close(result);
      return;
    }
    vacant_.push_back(static_cast<std::uint32_t>(peers_.size()));
    peers_.push_back(std::make_unique<Peer>());
    peers_.back()->session = make_session_();
  }
  Peer& peer = *peers_[vacant_.back()];
  peer.slot = vacant_.back();
  vacant_.pop_back();
  peer.descriptor = result;
  peer.connection = ++connections_;
  peer.held = 0;
  peer.paused = peer.closing = false;
  peer.ready.clear();
  peer.sent.clear();
  peer.sent_at = 0;
  if (plan_.at.family() != AF_UNIX) {
    const int on = 1;
    setsockopt(result, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  peer.session->restart();
  arm_receive(peer);
  take_output(peer);
  flush(peer);
}

void Server::arm_receive(Peer& peer) {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_recv_multishot(sqe, peer.descriptor, nullptr, 0, 0);
  sqe->flags |= IOSQE_BUFFER_SELECT;
  sqe->buf_group = kBufferGroup;
  sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
  sqe->user_data = Tag{static_cast<std::uint8_t>(Operation::receive), peer.slot}.pack();
  peer.receiving = true;
}

void Server::received(Peer& peer, const io_uring_cqe& cqe) {
  if ((cqe.flags & IORING_CQE_F_MORE) == 0) peer.receiving = false;
  const bool has_buffer = (cqe.flags & IORING_CQE_F_BUFFER) != 0;
  const unsigned buffer = cqe.flags >> IORING_CQE_BUFFER_SHIFT;
  if (!peer.closing) {
    if (cqe.res > 0) {
      peer.session->consume(buffers_.view(buffer, static_cast<std::size_t>(cqe.res)));
      take_output(peer);
      flush(peer);
      if (!peer.receiving && !peer.closing && !peer.paused) arm_receive(peer);
    } else if (cqe.res == -ENOBUFS) {
      arm_receive(peer);
    } else if (cqe.res != -ECANCELED || !peer.paused) {
      close(peer);
    }
  }
  if (has_buffer) buffers_.recycle(buffer);
}

// What the session put out becomes ready to be sent, at once or when its delay is over.
void Server::take_output(Peer& peer) {
  std::string& output = peer.session->output();
  if (output.empty()) return;
  if (plan_.delay_ns > 0) {
    held_.push_back({now_ns() + plan_.delay_ns, peer.slot, peer.connection, std::move(output)});
    ++peer.held;
  } else if (peer.ready.empty()) {
    peer.ready.swap(output);
  } else {
    peer.ready.append(output);
  }
  output.clear();
}

void Server::release_held() {
  const std::uint64_t now = now_ns();
  while (!held_.empty() && held_.front().due <= now) {
    Peer& peer = *peers_[held_.front().slot];
    if (peer.connection == held_.front().connection && !peer.closing) {
      peer.ready.append(held_.front().octets);
      --peer.held;
      flush(peer);
    }
    held_.pop_front();
  }
}

// Sends what is ready, closes when all is said, and looks away from a client that does not read.
void Server::flush(Peer& peer) {
  if (!peer.sending) {
    if (peer.sent_at == peer.sent.size()) {
      peer.sent.clear();
      peer.sent_at = 0;
      peer.sent.swap(peer.ready);
    }
    if (peer.sent_at < peer.sent.size()) {
      start_send(peer);
    } else if (peer.session->over() && peer.held == 0) {
      close(peer);
      return;
    }
  }
  const std::size_t unread = peer.ready.size() + (peer.sent.size() - peer.sent_at);
  if (unread > kUnreadMax && peer.receiving && !peer.cancel_pending) {
    peer.paused = true;
    io_uring_sqe* sqe = ring_.entry();
    io_uring_prep_cancel64(sqe, Tag{static_cast<std::uint8_t>(Operation::receive), peer.slot}.pack(), 0);
    sqe->user_data = Tag{static_cast<std::uint8_t>(Operation::cancel), peer.slot}.pack();
    peer.cancel_pending = true;
  } else if (peer.paused && unread <= kUnreadMax / 2 && !peer.receiving && !peer.cancel_pending) {
    peer.paused = false;
    arm_receive(peer);
  }
}

void Server::start_send(Peer& peer) {
  std::size_t octets = peer.sent.size() - peer.sent_at;
  if (plan_.split_octets > 0) octets = std::min<std::size_t>(octets, plan_.split_octets);
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_send(sqe, peer.descriptor, peer.sent.data() + peer.sent_at, octets, MSG_NOSIGNAL);
  sqe->user_data = Tag{static_cast<std::uint8_t>(Operation::send), peer.slot}.pack();
  peer.sending = true;
}

void Server::sent(Peer& peer, int result) {
  peer.sending = false;
  if (peer.closing) return;
  if (result < 0) {
    close(peer);
    return;
  }
  peer.sent_at += static_cast<std::size_t>(result);
  flush(peer);
}

void Server::close(Peer& peer) {
  peer.closing = true;
  if (peer.session->wants_reset()) {
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    setsockopt(peer.descriptor, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  }
  if (!peer.has_operations()) {
    release(peer);
  } else if (!peer.cancel_pending) {
    io_uring_sqe* sqe = ring_.entry();
    io_uring_prep_cancel_fd(sqe, peer.descriptor, IORING_ASYNC_CANCEL_ALL);
    sqe->user_data = Tag{static_cast<std::uint8_t>(Operation::cancel), peer.slot}.pack();
    peer.cancel_pending = true;
  }
}

void Server::release(Peer& peer) {
  ::close(peer.descriptor);
  peer.descriptor = -1;
  vacant_.push_back(peer.slot);
}

void Server::stall_if_due() {
  if (plan_.stall_period_ns == 0) return;
  const std::uint64_t passed = (now_ns() - started_) / plan_.stall_period_ns;
  if (passed <= stalls_) return;
  stalls_ = passed;
  std::this_thread::sleep_for(std::chrono::nanoseconds(plan_.stall_ns));
}

}  // namespace backtalk::uring
