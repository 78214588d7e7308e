// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/server.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "net/clock.hpp"
#include "net/probe.hpp"

namespace backtalk::serve {
namespace {

constexpr unsigned kRingEntries = 4096;
constexpr int kListenQueue = 4096;
constexpr std::uint64_t kLookAroundNs = 100'000'000;  // how often `stop` is checked

}  // namespace

Server::Server(ServerPlan plan, ServerSessionFactory make_session)
    : plan_(std::move(plan)), clients_(plan_, std::move(make_session), ring_) {}

Server::~Server() {
  if (listener_ >= 0) {
    // A pending accept in the kernel would keep the port in use for some milliseconds after
    // `close`.
    ::shutdown(listener_, SHUT_RDWR);
    ::close(listener_);
  }
  if (bound_ && plan_.at.family() == AF_UNIX)
    ::unlink(reinterpret_cast<const sockaddr_un*>(plan_.at.get())->sun_path);
}

std::optional<std::string> Server::listen() {
  listener_ = socket(plan_.at.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener_ < 0) return fmt::format("no socket: {}", std::strerror(errno));
  const int on = 1;
  if (plan_.at.family() != AF_UNIX) {
    setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (plan_.shared_port) setsockopt(listener_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  }
  bound_ = bind(listener_, plan_.at.get(), plan_.at.octets) == 0;
  if (!bound_ && errno == EADDRINUSE && plan_.at.family() == AF_UNIX) {
    return "the socket file exists already; remove it if no server is using it";
  }
  if (!bound_ || ::listen(listener_, kListenQueue) != 0) {
    return fmt::format("cannot listen on this address: {}", std::strerror(errno));
  }
  if (plan_.at.family() != AF_UNIX) {
    getsockname(listener_, reinterpret_cast<sockaddr*>(&plan_.at.address), &plan_.at.octets);
  }
  return std::nullopt;
}

std::optional<std::string> Server::run(const std::atomic<bool>& stop) {
  prctl(PR_SET_TIMERSLACK, 1UL);
  if (auto problem = ring_.open(kRingEntries)) return problem;
  if (const int result = clients_.prepare(); result < 0) {
    return fmt::format("io_uring refuses the receive buffers: {}", std::strerror(-result));
  }
  started_ = net::now_ns();
  while (!stop.load(std::memory_order_relaxed)) {
    if (!accepting_ && net::now_ns() >= accept_from_) arm_accept();
    stall_if_due();
    clients_.run_alarms();
    clients_.run_turns();
    clients_.settle();
    ring_.submit();
    reap_completions();  // of sends
    if (const int result = wait(); result < 0) return net::explain_enter_failure(-result);
    reap_completions();
  }
  return std::nullopt;
}

unsigned Server::reap_completions() {
  const unsigned taken = ring_.drain([this](const io_uring_cqe& cqe) { handle(cqe); });
  clients_.settle();
  return taken;
}

void Server::handle(const io_uring_cqe& cqe) {
  const net::Tag tag = net::Tag::unpack(cqe.user_data);
  const auto operation = static_cast<net::Operation>(tag.operation);
  if (operation == net::Operation::accept) {
    accepting_ = (cqe.flags & IORING_CQE_F_MORE) != 0;
    accepted(cqe.res);
  } else if (operation == net::Operation::wake) {
    clients_.bell_rang(cqe);
  } else {
    clients_.completed(tag.slot, operation, cqe);
  }
}

void Server::arm_accept() {
  io_uring_sqe* sqe = ring_.entry();
  io_uring_prep_multishot_accept(sqe, listener_, nullptr, nullptr, SOCK_CLOEXEC);
  sqe->user_data = net::pack_tag(net::Operation::accept, 0);
  accepting_ = true;
}

void Server::accepted(int result) {
  if (result >= 0) {
    clients_.accept(result);
  } else {
    // Too many open files, or the client left while it waited. Accepting again at once would keep
    // the core busy.
    accept_from_ = net::now_ns() + kLookAroundNs;
  }
}

// --- Waiting

int Server::wait() {
  if (clients_.has_turns()) {
    ring_.poll();
    return 0;
  }
  const std::uint64_t wake = next_wake();
  if (clients_.has_alarms()) return wait_for_alarm(wake);
  ring_.wake_at(wake);
  return ring_.submit_and_wait(1);
}

// Timers fire late, and service times may be shorter than that delay. So the timer is set early,
// and the rest is spent polling the clock.
int Server::wait_for_alarm(std::uint64_t wake) {
  const std::uint64_t set_for = wake - std::min(wake, lead_.ns());
  const std::uint64_t wait_from = net::now_ns();
  if (set_for > wait_from) {
    const int result = ring_.submit_and_wait(1, set_for - wait_from);
    const std::uint64_t woke = net::now_ns();
    if (reap_completions() > 0 || woke < set_for) return result;
    lead_.rang(woke - set_for);
  }
  do {
    ring_.poll();
  } while (reap_completions() == 0 && net::now_ns() < wake);
  return 0;
}

std::uint64_t Server::next_wake() const {
  std::uint64_t wake = std::min(net::now_ns() + kLookAroundNs, clients_.next_alarm());
  if (plan_.faults.stall_period_ns > 0)
    wake = std::min(wake, started_ + (stalls_ + 1) * plan_.faults.stall_period_ns);
  return wake;
}

void Server::stall_if_due() {
  if (plan_.faults.stall_period_ns == 0) return;
  const std::uint64_t passed = (net::now_ns() - started_) / plan_.faults.stall_period_ns;
  if (passed <= stalls_) return;
  stalls_ = passed;
  std::this_thread::sleep_for(std::chrono::nanoseconds(plan_.faults.stall_ns));
}

}  // namespace backtalk::serve
