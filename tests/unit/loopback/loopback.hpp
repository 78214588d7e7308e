// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Whole runs of the client's engine against the built-in servers' engine, in one process.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>

#include "engine/client.hpp"
#include "net/url.hpp"
#include "serve/server.hpp"

namespace backtalk::engine {

/// A server on a free port of the loopback, for as long as this lives.
class Loopback {
 public:
  explicit Loopback(serve::ServerSessionFactory make_session, serve::ServerPlan plan = {})
      : server_(on_loopback(std::move(plan)), std::move(make_session)) {
    problem_ = server_.listen();
    if (!problem_) thread_ = std::thread([this] { problem_ = server_.run(stop_); });
  }
  ~Loopback() {
    stop();
    EXPECT_FALSE(problem_) << *problem_;
  }
  Loopback(const Loopback&) = delete;
  Loopback& operator=(const Loopback&) = delete;

  /// Ends the server; what its sessions counted may be read afterwards.
  void stop() {
    stop_.store(true);
    if (thread_.joinable()) thread_.join();
  }

  [[nodiscard]] const net::Endpoint& at() const { return server_.listens_at(); }

 private:
  static serve::ServerPlan on_loopback(serve::ServerPlan plan) {
    const auto url = net::read_url("smtp://127.0.0.1:0");
    plan.at = std::get<net::Endpoint>(net::resolve(std::get<net::Url>(url)));
    return plan;
  }

  serve::Server server_;
  std::optional<std::string> problem_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

/// Carries out the run; what it counted, or nothing, and the test fails, if it could not be carried
/// out.
inline std::optional<stats::Tally> run_to_its_end(const ClientPlan& plan,
                                                  session::SessionFactory make_session) {
  ClientRun run(plan, std::move(make_session));
  if (const auto problem = run.prepare()) {
    ADD_FAILURE() << *problem;
    return std::nullopt;
  }
  run.begin();
  auto result = run.join();
  if (const auto* problem = std::get_if<std::string>(&result)) {
    ADD_FAILURE() << *problem;
    return std::nullopt;
  }
  return std::get<stats::Tally>(std::move(result));
}

/// started = completed + failed + unfinished.
inline void expect_books_balance(const stats::Tally& tally) {
  for (const stats::TransactionTally& one : {tally.measured(), tally.warmup()})
    EXPECT_EQ(one.started, one.completed + one.failed + one.unfinished);
}

}  // namespace backtalk::engine
