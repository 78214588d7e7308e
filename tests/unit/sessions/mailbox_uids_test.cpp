// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/mailbox_uids.hpp"

#include <gtest/gtest.h>

namespace backtalk::session {
namespace {

TEST(MailboxUids, NamesThoseItWasToldInTurn) {
  MailboxUids uids;
  EXPECT_EQ(uids.in_turn(0), 0U);
  for (const std::uint32_t uid : {7U, 9U, 7U}) uids.add(uid);
  EXPECT_EQ(uids.in_turn(0), 7U);
  EXPECT_EQ(uids.in_turn(1), 9U);
  EXPECT_EQ(uids.in_turn(2), 7U);
  uids.forget();
  EXPECT_EQ(uids.in_turn(1), 0U);
}

TEST(MailboxUids, ZeroIsNone) {
  MailboxUids uids;
  uids.add(0);
  EXPECT_EQ(uids.in_turn(0), 0U);
}

TEST(MailboxUids, RemembersTheFirstOfMany) {
  MailboxUids uids;
  for (std::uint32_t uid = 1; uid <= 10'000; ++uid) uids.add(uid);
  EXPECT_EQ(uids.in_turn(MailboxUids::kMax - 1), MailboxUids::kMax);
  EXPECT_EQ(uids.in_turn(MailboxUids::kMax), 1U);
}

TEST(MailboxUids, MessageNumbersComeInTurn) {
  EXPECT_EQ(message_in_turn(0, 3), 1U);
  EXPECT_EQ(message_in_turn(2, 3), 3U);
  EXPECT_EQ(message_in_turn(3, 3), 1U);
  EXPECT_EQ(message_in_turn(5, 0), 0U);
  EXPECT_EQ(message_in_turn(~std::uint64_t{0}, ~std::uint32_t{0}), 1U)
      << "2^64 - 1 is a multiple of 2^32 - 1";
}

}  // namespace
}  // namespace backtalk::session
