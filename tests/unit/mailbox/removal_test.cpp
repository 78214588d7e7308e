// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/removal.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace backtalk::mailbox {
namespace {

using Uids = std::vector<std::uint32_t>;

Uids uids_in(const View& view) {
  Uids found;
  for (const Item& item : view.items()) found.push_back(item.uid);
  return found;
}

// Messages 1 to 6, of which those with even numbers have \Deleted.
class RemovalTest : public testing::Test {
 protected:
  static View six() {
    std::vector<Item> items;
    for (std::uint32_t uid = 1; uid <= 6; ++uid)
      items.push_back({uid, 0, std::make_shared<const Message>("m\r\n")});
    return {std::move(items), {0, kDeleted, 0, kDeleted, 0, kDeleted}};
  }
  void add() {
    const NewItem item{std::make_shared<const Message>("new\r\n"), kDeleted, 7};
    ASSERT_TRUE(box_.append({&item, 1}));
  }
  void change(std::size_t index, FlagChange change) {
    View view = box_.view();
    box_.change_flags(view, std::vector<std::size_t>{index}, change);
  }
  // Until it is done; how many steps that takes.
  static int finish(Removal& removal, std::size_t portion) {
    int steps = 1;
    while (!removal.step(portion)) ++steps;
    return steps;
  }

  Budget budget_{10'000};
  Mailbox box_{budget_, 17, six()};
};

TEST_F(RemovalTest, NothingIsGoneBeforeTheLastStep) {
  Removal removal = removal_of_deleted(box_);
  EXPECT_FALSE(removal.step(3));
  EXPECT_FALSE(removal.step(2));
  EXPECT_EQ(box_.view().size(), 6U);
  const std::uint64_t version = box_.version();
  EXPECT_TRUE(removal.step(1));
  EXPECT_EQ(uids_in(box_.view()), (Uids{1, 3, 5}));
  EXPECT_EQ(box_.version(), version + 1);
}

TEST_F(RemovalTest, OnlyTheUidsThatAreNamedGo) {
  Removal named = removal_of(box_, {1, 2, 9}, true);
  EXPECT_EQ(finish(named, 1), 6);
  EXPECT_EQ(uids_in(box_.view()), (Uids{1, 3, 4, 5, 6}));
  Removal all = removal_of(box_, {1, 4}, false);
  finish(all, 100);
  EXPECT_EQ(uids_in(box_.view()), (Uids{3, 5, 6}));
}

TEST_F(RemovalTest, WithoutAnythingToRemoveNothingChanges) {
  const std::uint64_t version = box_.version();
  Removal removal = removal_of(box_, {9}, false);
  EXPECT_EQ(finish(removal, 4), 2);
  EXPECT_EQ(box_.version(), version);
}

// --- Others work on the mailbox in between

TEST_F(RemovalTest, WhatHasComeMeanwhileStays) {
  Removal removal = removal_of_deleted(box_);
  EXPECT_FALSE(removal.step(4));
  add();
  finish(removal, 4);
  EXPECT_EQ(uids_in(box_.view()), (Uids{1, 3, 5, 7})) << "the last was not there when it began";
  EXPECT_EQ(box_.view().flags(3), kDeleted);
}

TEST_F(RemovalTest, FlagsThatHaveChangedMeanwhileAreKept) {
  Removal removal = removal_of_deleted(box_);
  EXPECT_FALSE(removal.step(5));
  change(0, {.add = kSeen});
  change(4, {.add = kFlagged});
  finish(removal, 5);
  EXPECT_EQ(box_.view().flags(0), kSeen);
  EXPECT_EQ(box_.view().flags(1), 0U);
  EXPECT_EQ(box_.view().flags(2), kFlagged);
}

TEST_F(RemovalTest, ItBeginsAgainIfOthersRemoveMessages) {
  Removal removal = removal_of_deleted(box_);
  EXPECT_FALSE(removal.step(5));
  box_.expunge(Uids{1}, false);
  EXPECT_EQ(finish(removal, 5), 2);
  EXPECT_EQ(uids_in(box_.view()), (Uids{3, 5}));
}

TEST_F(RemovalTest, OthersCannotKeepItFromBeingDone) {
  Removal removal = removal_of_deleted(box_);
  std::uint32_t uid = 1;
  int steps = 0;
  for (; steps < 100 && !removal.step(1); ++steps) {
    add();
    box_.expunge(Uids{uid++}, false);
  }
  EXPECT_LT(steps, 50);
  const View view = box_.view();
  for (std::size_t i = 0; i < view.size(); ++i)
    EXPECT_TRUE(view.flags(i) != kDeleted || view.item(i).uid > 6);
}

}  // namespace
}  // namespace backtalk::mailbox
