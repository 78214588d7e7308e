// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/store.hpp"

#include <gtest/gtest.h>

namespace backtalk::mailbox {
namespace {

using Entry = Store::Entry;

TEST(MailboxStore, WhoeverAsksIsAUser) {
  Store store({.messages = 3});
  const auto one = store.login("one", "anything");
  ASSERT_EQ(one.entry, Entry::open);
  EXPECT_EQ(one.account->inbox()->view().size(), 3U);
  EXPECT_EQ(store.login("one", "something else").account, one.account);
  EXPECT_NE(store.login("two", "").account, one.account);
  EXPECT_EQ(store.login("", "x").entry, Entry::refused);
  EXPECT_EQ(store.login(std::string(1000, 'x'), "x").entry, Entry::refused);
}

TEST(MailboxStore, UsersOfAListNeedTheirPasswords) {
  Store store({.passwords = Passwords{{"one", "secret"}}});
  EXPECT_EQ(store.login("one", "secret").entry, Entry::open);
  EXPECT_EQ(store.login("one@example.org", "secret").entry, Entry::open);
  EXPECT_EQ(store.login("one", "Secret").entry, Entry::refused);
  EXPECT_EQ(store.login("two", "secret").entry, Entry::refused);
  EXPECT_EQ(store.open("two@example.org").entry, Entry::refused);
  ASSERT_NE(store.password("one"), nullptr);
  EXPECT_EQ(*store.password("one"), "secret");
  EXPECT_EQ(store.password("two"), nullptr);
}

TEST(MailboxStore, AnAccountIsNamedByTheLocalPart) {
  EXPECT_EQ(Store::account_name("user@example.org"), "user");
  EXPECT_EQ(Store::account_name("postmaster"), "postmaster");
  EXPECT_EQ(Store::account_name("\"john doe\"@example.org"), "john doe");
  EXPECT_EQ(Store::account_name("\"a@b\\\"c\"@example.org"), "a@b\"c");
  EXPECT_EQ(Store::account_name("@example.org"), "@example.org");
  EXPECT_EQ(Store::account_name("\""), "\"");
}

TEST(MailboxStore, AccountsAreBounded) {
  Store store({.messages = 1000, .octets_max = 100'000});
  std::size_t made = 0;
  while (store.open("user" + std::to_string(made)).entry == Entry::open) ++made;
  EXPECT_GT(made, 50U);
  EXPECT_LT(made, 100U);
  EXPECT_EQ(store.open("more").entry, Entry::full);
  EXPECT_EQ(store.open("user1").entry, Entry::open);
}

TEST(MailboxStore, AThousandUsersShareTheirFirstMessages) {
  Store store({.messages = 10'000, .message_octets = 400});
  const View first = store.open("0").account->inbox()->view();
  for (int i = 1; i < 1000; ++i)
    EXPECT_TRUE(store.open(std::to_string(i)).account->inbox()->view().has_same_items(first));
}

}  // namespace
}  // namespace backtalk::mailbox
