// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/late_mail.hpp"

#include <utility>

namespace backtalk::mailbox {

LateMail::LateMail(std::chrono::nanoseconds after) : after_(after), thread_([this] { run(); }) {}

LateMail::~LateMail() {
  {
    const std::lock_guard guard(lock_);
    over_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void LateMail::add(std::shared_ptr<Mailbox> mailbox, NewItem item) {
  {
    const std::lock_guard guard(lock_);
    queue_.push_back({.due = Clock::now() + after_, .mailbox = std::move(mailbox), .item = std::move(item)});
  }
  changed_.notify_one();
}

void LateMail::run() {
  std::unique_lock guard(lock_);
  while (!over_) {
    if (queue_.empty()) {
      changed_.wait(guard);
    } else if (const Clock::time_point due = queue_.front().due; Clock::now() < due) {
      changed_.wait_until(guard, due);
    } else {
      const Queued next = std::move(queue_.front());
      queue_.pop_front();
      guard.unlock();
      // A mailbox that is full by now does not get it: that is what loses mail.
      static_cast<void>(next.mailbox->append({&next.item, 1}));
      guard.lock();
    }
  }
}

}  // namespace backtalk::mailbox
