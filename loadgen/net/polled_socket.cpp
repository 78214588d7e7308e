// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/polled_socket.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>

#include "net/clock.hpp"

namespace backtalk::net {
namespace {

constexpr std::uint64_t kNsPerMs = 1'000'000;
// How often a wait looks at whether the caller wants no more.
constexpr std::uint64_t kLookNs = 100 * kNsPerMs;

// In whole milliseconds, rounded up, so that a wait is not cut into many short ones.
int milliseconds(std::optional<std::uint64_t> ns) {
  if (!ns) return -1;
  constexpr std::uint64_t kMax = std::numeric_limits<int>::max();
  return static_cast<int>(std::min(kMax, *ns / kNsPerMs + (*ns % kNsPerMs == 0 ? 0 : 1)));
}

PolledSocket::Done done(ssize_t result) {
  if (result >= 0) return {.octets = static_cast<std::size_t>(result)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {.would_block = true};
  return {.error = errno};
}

// The result of a connect that was under way.
int connected(int descriptor) {
  int error = 0;
  socklen_t octets = sizeof error;
  return getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &octets) == 0 ? error : errno;
}

}  // namespace

PolledSocket::PolledSocket(int connected) : descriptor_(connected) {
  const int on = 1;
  setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

PolledSocket::~PolledSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

int PolledSocket::connect(const Endpoint& to, std::uint64_t timeout_ns, const std::atomic<bool>* stop) {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = ::socket(to.family(), SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (descriptor_ < 0) return errno;
  if (to.family() != AF_UNIX) {
    const int on = 1;
    setsockopt(descriptor_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  if (::connect(descriptor_, to.get(), to.octets) == 0) return 0;
  if (errno != EINPROGRESS && errno != EINTR) return errno;
  const std::uint64_t deadline = now_ns() + timeout_ns;
  while (true) {
    pollfd socket{.fd = descriptor_, .events = POLLOUT, .revents = 0};
    const std::uint64_t now = now_ns();
    if (now >= deadline) return ETIMEDOUT;
    if (stop != nullptr && stop->load(std::memory_order_relaxed)) return ECANCELED;
    const std::uint64_t wait = stop != nullptr ? std::min(deadline - now, kLookNs) : deadline - now;
    if (::poll(&socket, 1, milliseconds(wait)) > 0) return connected(descriptor_);
  }
}

PolledSocket::Done PolledSocket::send(std::string_view octets) {
  return done(::send(descriptor_, octets.data(), octets.size(), MSG_NOSIGNAL));
}

PolledSocket::Done PolledSocket::receive(std::span<char> room) {
  return done(::recv(descriptor_, room.data(), room.size(), 0));
}

PolledSocket::Ready PolledSocket::wait(bool to_send, int other,
                                       std::optional<std::uint64_t> timeout_ns) const {
  const auto events = static_cast<short>(POLLIN | (to_send ? POLLOUT : 0));
  std::array waiting{pollfd{.fd = descriptor_, .events = events, .revents = 0},
                     pollfd{.fd = other, .events = POLLIN, .revents = 0}};
  if (::poll(waiting.data(), waiting.size(), milliseconds(timeout_ns)) <= 0) return {};
  return {.socket = waiting[0].revents != 0, .other = waiting[1].revents != 0};
}

bool is_readable(int descriptor) {
  pollfd one{.fd = descriptor, .events = POLLIN, .revents = 0};
  return ::poll(&one, 1, 0) > 0;
}

}  // namespace backtalk::net
