// SPDX-License-Identifier: Apache-2.0 OR MIT
// Mail that comes some time after it was accepted.
#include "mailbox/late_mail.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <memory>
#include <string>

#include "mailbox/budget.hpp"
#include "mailbox/message.hpp"
#include "mailbox/store.hpp"

namespace backtalk::mailbox {
namespace {

using std::chrono_literals::operator""h;

NewItem item_of(std::string text) {
  return {.message = std::make_shared<const Message>(std::move(text), Reservation())};
}

// Is told when so many messages have come.
class Arrival final : public Watcher {
 public:
  explicit Arrival(std::ptrdiff_t messages) : left_(messages) {}
  void changed() override { left_.count_down(); }
  void wait() { left_.wait(); }

 private:
  std::latch left_;
};

TEST(LateMail, ComesInOrder) {
  Store store({.messages = 0, .deliver_after_ns = 1'000'000});
  const auto inbox = store.open("u1").account->inbox();
  Arrival both(2);
  inbox->watch(both);
  ASSERT_TRUE(store.deliver(inbox, item_of("first")));
  ASSERT_TRUE(store.deliver(inbox, item_of("second")));
  both.wait();
  inbox->unwatch(both);
  const View view = inbox->view();
  ASSERT_EQ(view.size(), 2U);
  EXPECT_EQ(view.item(0).message->octets(), "first");
}

TEST(LateMail, IsNotThereBefore) {
  Store store({.messages = 0, .deliver_after_ns = std::chrono::nanoseconds(1h).count()});
  const auto inbox = store.open("u1").account->inbox();
  ASSERT_TRUE(store.deliver(inbox, item_of("x")));
  EXPECT_EQ(inbox->view().size(), 0U) << "and whoever closes the store does not wait for it";
}

}  // namespace
}  // namespace backtalk::mailbox
