// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Mail that is accepted, and comes into its mailbox some time later: what lies in a server's
/// queue.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>

#include "mailbox/mailbox.hpp"

namespace backtalk::mailbox {

/// Threads may share it. Its memory is that of the messages, for which there is a budget.
class LateMail {
 public:
  /// Each message comes so long after it was added.
  explicit LateMail(std::chrono::nanoseconds after);
  LateMail(const LateMail&) = delete;
  LateMail& operator=(const LateMail&) = delete;
  /// What has not come yet is dropped.
  ~LateMail();

  void add(std::shared_ptr<Mailbox> mailbox, NewItem item);

 private:
  using Clock = std::chrono::steady_clock;
  struct Queued {
    Clock::time_point due;
    std::shared_ptr<Mailbox> mailbox;
    NewItem item;
  };

  void run();

  const std::chrono::nanoseconds after_;
  std::mutex lock_;
  std::condition_variable changed_;
  std::deque<Queued> queue_;  // in the order in which they are due
  bool over_ = false;
  std::thread thread_;  // last: it uses all of the others
};

}  // namespace backtalk::mailbox
