// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/mailbox.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace backtalk::mailbox {
namespace {

MessagePointer message_of(std::string text) {
  return std::make_shared<const Message>(std::move(text));
}

std::vector<std::uint32_t> uids(const View& view) {
  std::vector<std::uint32_t> found;
  for (const Item& item : view.items()) found.push_back(item.uid);
  return found;
}

View three() {
  std::vector<Item> items;
  for (const std::uint32_t uid : {1U, 2U, 3U}) items.push_back({uid, 0, message_of("m\r\n")});
  return {std::move(items), {0, 0, 0}};
}

class MailboxTest : public testing::Test {
 protected:
  std::uint32_t add(std::string text, FlagSet flags = 0) {
    const NewItem item{message_of(std::move(text)), flags, 7};
    return box_.append({&item, 1}).value_or(0);
  }

  Budget budget_{10'000};
  Mailbox box_{budget_, 17, three()};
};

TEST_F(MailboxTest, AViewStaysAsItIs) {
  const View before = box_.view();
  EXPECT_EQ(add("new\r\n"), 4U);
  EXPECT_EQ(add("newer\r\n"), 5U);
  const View after = box_.view();
  box_.expunge(std::vector<std::uint32_t>{1, 4, 9}, false);
  EXPECT_EQ(uids(before), (std::vector<std::uint32_t>{1, 2, 3}));
  EXPECT_EQ(uids(after), (std::vector<std::uint32_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(uids(box_.view()), (std::vector<std::uint32_t>{2, 3, 5}));
  EXPECT_EQ(box_.view().uid_next(), 6U);
  EXPECT_NE(before.version(), box_.version());
  EXPECT_EQ(box_.view().version(), box_.version());
  EXPECT_EQ(add("last\r\n"), 6U);
}

TEST_F(MailboxTest, MailboxesThatBeginAlikeGoTheirOwnWays) {
  const View initial = three();
  Mailbox one(budget_, 1, initial);
  Mailbox other(budget_, 2, initial);
  const NewItem item{message_of("new\r\n"), 0, 0};
  EXPECT_EQ(one.append({&item, 1}), 4U);
  EXPECT_EQ(other.view().size(), 3U);
  View view = one.view();
  const std::size_t first = 0;
  one.change_flags(view, {&first, 1}, {.add = kSeen});
  EXPECT_EQ(one.view().flags(0), kSeen);
  EXPECT_EQ(other.view().flags(0), 0U);
  EXPECT_EQ(initial.flags(0), 0U);
}

TEST_F(MailboxTest, FlagsAreChangedInTheViewTooAndNothingElseIs) {
  View view = box_.view();
  const View other = view;
  add("new\r\n");
  const std::vector<std::size_t> indices{0, 2};
  box_.change_flags(view, indices, {.add = kSeen | kDeleted});
  EXPECT_EQ(view.size(), 3U);
  EXPECT_EQ(view.flags(0), kSeen | kDeleted);
  EXPECT_EQ(view.flags(1), 0U);
  EXPECT_NE(view.version(), box_.version());  // it has not seen the new message
  EXPECT_EQ(other.flags(0), 0U);
  const View now = box_.view();
  EXPECT_EQ(now.flags(2), kSeen | kDeleted);
  EXPECT_EQ(now.flags(3), 0U);
  box_.change_flags(view, indices, {.remove = ~FlagSet{0}, .add = kDraft});
  EXPECT_EQ(box_.view().flags(0), kDraft);
}

TEST_F(MailboxTest, AViewThatSawAllIsUpToDateAfterItsOwnChange) {
  View view = box_.view();
  const std::size_t first = 0;
  box_.change_flags(view, {&first, 1}, {.add = kSeen});
  EXPECT_EQ(view.version(), box_.version());
  EXPECT_TRUE(view.has_same_flags(box_.view()));
}

TEST_F(MailboxTest, FlagsOfWhatIsGoneChangeNowhereButInTheView) {
  View view = box_.view();
  box_.expunge(std::vector<std::uint32_t>{2}, false);
  const std::size_t second = 1;
  box_.change_flags(view, {&second, 1}, {.add = kSeen});
  EXPECT_EQ(view.flags(1), kSeen);
  EXPECT_EQ(box_.view().flags(1), 0U);
}

TEST_F(MailboxTest, ExpungesWhatIsDeleted) {
  add("gone\r\n", kDeleted);
  add("stays\r\n");
  add("gone\r\n", kDeleted);
  box_.expunge(std::vector<std::uint32_t>{1, 4}, true);
  EXPECT_EQ(uids(box_.view()), (std::vector<std::uint32_t>{1, 2, 3, 5, 6}));
  box_.expunge_deleted();
  EXPECT_EQ(uids(box_.view()), (std::vector<std::uint32_t>{1, 2, 3, 5}));
  const std::uint64_t version = box_.version();
  box_.expunge_deleted();
  EXPECT_EQ(box_.version(), version);
}

TEST_F(MailboxTest, TheBudgetBoundsHowManyThereAre) {
  std::size_t taken = 0;
  while (add("m\r\n") != 0) ++taken;
  EXPECT_GT(taken, 100U);
  EXPECT_LT(taken, 1000U);
  std::vector<std::uint32_t> all = uids(box_.view());
  box_.expunge(all, false);
  EXPECT_EQ(budget_.used(), 0U);
  EXPECT_NE(add("m\r\n"), 0U);
}

TEST_F(MailboxTest, KeywordsHaveOneBitEachAndNotTooMany) {
  const FlagSet junk = box_.keyword("$Junk");
  EXPECT_NE(junk, 0U);
  EXPECT_EQ(box_.keyword("$JUNK"), junk);
  EXPECT_EQ(box_.view().keywords().size(), 1U);
  for (std::size_t i = 1; i < Mailbox::kKeywordsMax; ++i)
    EXPECT_NE(box_.keyword("k" + std::to_string(i)), 0U);
  EXPECT_EQ(box_.keyword("one-more"), 0U);
  EXPECT_EQ(box_.keyword(std::string(1000, 'x')), 0U);
}

TEST_F(MailboxTest, OneSessionClaimsWhatIsRecent) {
  EXPECT_EQ(box_.claim_recent(), 1U);
  EXPECT_EQ(box_.first_recent(), 4U);
  add("new\r\n");
  EXPECT_EQ(box_.claim_recent(), 4U);
  EXPECT_EQ(box_.claim_recent(), 5U);
}

struct Bell final : Watcher {
  void changed() override { ++rung; }
  int rung = 0;
};

TEST_F(MailboxTest, TellsWatchersOfChanges) {
  Bell bell;
  box_.watch(bell);
  add("new\r\n");
  box_.expunge(std::vector<std::uint32_t>{99}, false);  // changes nothing
  EXPECT_EQ(bell.rung, 1);
  box_.unwatch(bell);
  add("new\r\n");
  EXPECT_EQ(bell.rung, 1);
}

TEST(MailboxThreads, ReadAndWriteAtTheSameTime) {
  Budget budget(1'000'000);
  Mailbox box(budget, 1, three());
  std::vector<std::thread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&box, i] {
      const NewItem item{message_of("m\r\n"), 0, 0};
      for (int round = 0; round < 500; ++round) {
        (void)box.append({&item, 1});
        View view = box.view();
        std::uint32_t last = 0;
        for (std::size_t at = 0; at < view.size(); ++at) {
          EXPECT_GT(view.item(at).uid, last);
          last = view.item(at).uid;
          EXPECT_LE(view.flags(at), kDeleted);
        }
        const std::size_t some = view.size() / 2;
        if (i == 0 && round % 10 == 0) box.change_flags(view, {&some, 1}, {.add = kDeleted});
        if (i == 1 && round % 50 == 0) box.expunge_deleted();
      }
    });
  }
  for (std::thread& one : threads) one.join();
  EXPECT_EQ(box.view().uid_next(), 2004U);
}

}  // namespace
}  // namespace backtalk::mailbox
