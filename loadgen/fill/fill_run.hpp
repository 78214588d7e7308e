// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A filling under way: threads, each with one mailbox at a time.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "fill/fill_plan.hpp"
#include "fill/fill_result.hpp"

namespace backtalk::fill {

class FillRun {
 public:
  /// Begins. The plan outlives it.
  explicit FillRun(const FillPlan& plan);
  ~FillRun();
  FillRun(const FillRun&) = delete;
  FillRun& operator=(const FillRun&) = delete;

  /// All mailboxes have ended.
  [[nodiscard]] bool done() const { return running_.load() == 0; }
  /// What is in flight may be answered; nothing else is begun.
  void stop() { stop_ = true; }
  /// Waits for the end. To be called once.
  [[nodiscard]] FillResult join();

 private:
  void work();

  const FillPlan& plan_;
  const std::uint64_t began_;
  std::atomic<std::uint64_t> next_{0};  // the user who comes next
  std::atomic<bool> stop_{false};
  std::atomic<std::size_t> running_;
  std::mutex mutex_;
  FillResult result_;
  std::vector<std::thread> threads_;
};

}  // namespace backtalk::fill
