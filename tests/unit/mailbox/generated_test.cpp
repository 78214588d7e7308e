// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/generated.hpp"

#include <gtest/gtest.h>

namespace backtalk::mailbox {
namespace {

TEST(MailboxGenerated, HasExactlyTheSizeAskedFor) {
  for (const std::size_t octets : {320U, 321U, 322U, 323U, 400U, 1535U, 1536U, 1537U, 4096U, 70'000U}) {
    for (const std::uint64_t number : {1U, 4U, 8U, 1'000'000U}) {
      std::string text = generate_message(number, octets, 1'795'954'419);
      EXPECT_EQ(text.size(), octets) << number;
      const std::string before = text;
      EXPECT_TRUE(normalize_lines(text));
      EXPECT_EQ(text, before);
    }
  }
}

TEST(MailboxGenerated, HasLinesThatBeginWithADotAndParts) {
  const auto has = [](std::uint64_t number, std::string_view text) {
    return generate_message(number, 4096, 0).find(text) != std::string::npos;
  };
  EXPECT_TRUE(has(1, "\r\n."));
  EXPECT_FALSE(has(1, "multipart/"));
  EXPECT_TRUE(has(4, "multipart/alternative"));
  EXPECT_TRUE(has(8, "multipart/mixed"));
}

TEST(MailboxGenerated, ContentsRepeatBeforeTheyTakeMuchMemory) {
  const View few = generate_messages(3, 1000, 100);
  ASSERT_EQ(few.size(), 3U);
  EXPECT_NE(few.item(0).message, few.item(1).message);
  EXPECT_EQ(few.item(2).uid, 3U);
  EXPECT_EQ(few.item(2).date, 100);
  EXPECT_EQ(few.item(1).date, 40);
  EXPECT_EQ(few.uid_next(), 4U);
  const View many = generate_messages(100, 1'000'000, 0);
  EXPECT_EQ(many.item(0).message, many.item(16).message);
  EXPECT_EQ(generate_messages(0, 1000, 0).size(), 0U);
}

}  // namespace
}  // namespace backtalk::mailbox
