// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/fill_run.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include "fill/mailbox_connection.hpp"
#include "net/clock.hpp"

namespace backtalk::fill {
namespace {

constexpr std::string_view kRevealed =
    "passwords went out in clear text, and the server is neither loopback nor private: anyone who sees the "
    "traffic can read them. Use TLS, --starttls, or --auth scram-sha-256";

}  // namespace

FillRun::FillRun(const FillPlan& plan) : plan_(plan), began_(net::now_ns()), running_(plan.connections) {
  threads_.reserve(plan.connections);
  for (std::size_t i = 0; i < plan.connections; ++i) threads_.emplace_back([this] { work(); });
}

FillRun::~FillRun() {
  stop();
  for (std::thread& thread : threads_) thread.join();
}

void FillRun::work() {
  for (;;) {
    const std::uint64_t user = next_++;
    if (user >= plan_.login.users.size()) break;
    FillResult one;
    if (stop_) {
      one.mailboxes = {.asked = 1, .unfinished = 1};
      one.messages = {.asked = plan_.shape.messages, .unfinished = plan_.shape.messages};
      one.interrupted = true;
    } else {
      one = fill_mailbox(plan_, user, stop_);
    }
    const std::lock_guard lock(mutex_);
    result_.add(one);
  }
  --running_;
}

FillResult FillRun::join() {
  for (std::thread& thread : std::exchange(threads_, {})) thread.join();
  result_.elapsed_ns = net::now_ns() - began_;
  if (plan_.transport.negotiated) result_.tls = plan_.transport.negotiated();
  const bool far = std::ranges::any_of(plan_.addresses, [](const auto& one) { return !one.is_near(); });
  if (far && plan_.reveals_passwords) result_.notes.emplace_back(kRevealed);
  return std::move(result_);
}

}  // namespace backtalk::fill
