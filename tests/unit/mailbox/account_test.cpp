// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/account.hpp"

#include <gtest/gtest.h>

namespace backtalk::mailbox {
namespace {

using Names = std::vector<std::string>;

class AccountTest : public testing::Test {
 protected:
  Budget budget_{1'000'000};
  std::atomic<std::uint32_t> uid_validity_{5};
  Account account_{budget_, uid_validity_, View({{1, 0, std::make_shared<const Message>("m\r\n")}}, {kSeen})};
};

TEST_F(AccountTest, HasAnInboxOfAnyCase) {
  EXPECT_EQ(account_.find("inBox"), account_.inbox());
  EXPECT_EQ(account_.names(), Names{"INBOX"});
  EXPECT_EQ(account_.create("inbox"), Renaming::exists);
  EXPECT_EQ(account_.remove("INBOX"), Renaming::not_allowed);
  EXPECT_EQ(account_.find("other"), nullptr);
}

TEST_F(AccountTest, CreatesAndRemoves) {
  EXPECT_EQ(account_.create("a/b/"), Renaming::done);
  EXPECT_EQ(account_.create("a/b"), Renaming::exists);
  EXPECT_EQ(account_.names(), (Names{"INBOX", "a", "a/b"}));
  EXPECT_EQ(account_.remove("a"), Renaming::has_children);
  const std::uint32_t validity = account_.find("a/b")->uid_validity();
  EXPECT_EQ(account_.remove("a/b"), Renaming::done);
  EXPECT_EQ(account_.remove("a/b"), Renaming::missing);
  EXPECT_EQ(account_.create("a/b"), Renaming::done);
  EXPECT_NE(account_.find("a/b")->uid_validity(), validity);  // its UIDs begin again
  EXPECT_EQ(account_.remove("a/b"), Renaming::done);
  EXPECT_EQ(account_.remove("a"), Renaming::done);
  EXPECT_EQ(budget_.used(), 0U);
}

TEST_F(AccountTest, RefusesNamesThatAreNone) {
  EXPECT_EQ(account_.create(""), Renaming::not_allowed);
  EXPECT_EQ(account_.create("/"), Renaming::not_allowed);
  EXPECT_EQ(account_.create("/a"), Renaming::not_allowed);
  EXPECT_EQ(account_.create("a//b"), Renaming::not_allowed);
  EXPECT_EQ(account_.create(std::string(256, 'a')), Renaming::not_allowed);
}

TEST_F(AccountTest, IsBounded) {
  std::size_t made = 0;
  while (account_.create("m" + std::to_string(made)) == Renaming::done) ++made;
  EXPECT_LT(made, Account::kMailboxesMax);
  EXPECT_EQ(account_.create("more"), Renaming::full);
  EXPECT_EQ(account_.subscribe("more"), Renaming::full);
}

TEST_F(AccountTest, RenamesWithWhatIsBelow) {
  for (const char* const name : {"a", "a/b", "a/b/c", "ab"}) EXPECT_EQ(account_.create(name), Renaming::done);
  EXPECT_EQ(account_.rename("a", "a/x"), Renaming::not_allowed);
  EXPECT_EQ(account_.rename("a", "ab"), Renaming::exists);
  EXPECT_EQ(account_.rename("z", "y"), Renaming::missing);
  EXPECT_EQ(account_.rename("a", "z"), Renaming::done);
  EXPECT_EQ(account_.names(), (Names{"INBOX", "ab", "z", "z/b", "z/b/c"}));
  EXPECT_EQ(account_.rename("z", "a" + std::string(253, 'a')), Renaming::not_allowed);
}

// RFC 3501 6.3.5
TEST_F(AccountTest, RenamingInboxMovesItsMessages) {
  EXPECT_EQ(account_.rename("INBOX", "old"), Renaming::done);
  EXPECT_EQ(account_.inbox()->view().size(), 0U);
  ASSERT_EQ(account_.find("old")->view().size(), 1U);
  EXPECT_EQ(account_.find("old")->view().flags(0), kSeen);
}

TEST_F(AccountTest, Subscribes) {
  EXPECT_EQ(account_.subscribe("inbox"), Renaming::done);
  EXPECT_EQ(account_.subscribe("not/there"), Renaming::done);
  EXPECT_EQ(account_.subscribe("not/there"), Renaming::done);
  EXPECT_EQ(account_.subscriptions(), (Names{"INBOX", "not/there"}));
  EXPECT_EQ(account_.unsubscribe("not/there"), Renaming::done);
  EXPECT_EQ(account_.unsubscribe("not/there"), Renaming::missing);
}

}  // namespace
}  // namespace backtalk::mailbox
