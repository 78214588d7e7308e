// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/message.hpp"

#include <gtest/gtest.h>

#include <string>

namespace backtalk::mailbox {
namespace {

using namespace std::string_literals;

TEST(MailboxMessage, IsHeaderAndBody) {
  const Message message("A: b\r\n\r\nbody\r\n");
  EXPECT_EQ(message.header(), "A: b\r\n\r\n");
  EXPECT_EQ(message.body(), "body\r\n");
  EXPECT_EQ(Message("\r\nbody\r\n").header(), "\r\n");
  EXPECT_EQ(Message("A: b\r\n").body(), "");
}

// What lists the fields of a header reads all of it at once.
TEST(MailboxMessage, AnEndlessHeaderIsBodyFromSomeLineOn) {
  std::string text;
  while (text.size() <= kHeaderOctetsMax) text += "a: b\r\nccc: d\r\n";
  const Message message(text);
  EXPECT_LE(message.header().size(), kHeaderOctetsMax);
  EXPECT_GT(message.header().size(), kHeaderOctetsMax - 10);
  EXPECT_TRUE(message.header().ends_with("\r\n"));
  EXPECT_EQ(std::string(message.header()) + std::string(message.body()), text);
  EXPECT_EQ(Message(std::string(kHeaderOctetsMax + 1, 'a')).body(), "a") << "one line";
  EXPECT_EQ(Message(std::string(kHeaderOctetsMax, 'a')).body(), "");
}

TEST(MailboxMessage, HasCrlfAtTheEndOfEachLine) {
  for (const auto& [given, wanted] : {std::pair{"a\r\nb\r\n", "a\r\nb\r\n"},
                                      {"a\nb", "a\r\nb\r\n"},
                                      {"a\rb\r", "a\r\nb\r\n"},
                                      {"a\r\r\nb\n\n", "a\r\n\r\nb\r\n\r\n"},
                                      {"", ""},
                                      {"\r", "\r\n"},
                                      {"\n\r", "\r\n\r\n"},
                                      {"\r\n\r\na", "\r\n\r\na\r\n"}}) {
    std::string text = given;
    EXPECT_TRUE(normalize_lines(text));
    EXPECT_EQ(text, wanted);
  }
}

TEST(MailboxMessage, HasNoNul) {
  std::string text = "a\0b\r\n"s;
  EXPECT_FALSE(normalize_lines(text));
}

TEST(MailboxBudget, GivesBackWhatAMessageTook) {
  Budget budget(10);
  Reservation taken(budget);
  EXPECT_TRUE(taken.extend(10));
  EXPECT_FALSE(taken.extend(1));
  {
    const Message message("ten octets", std::move(taken));
    EXPECT_EQ(budget.used(), 10U);
  }
  EXPECT_EQ(budget.used(), 0U);
  EXPECT_FALSE(budget.take(11));
  EXPECT_EQ(budget.used(), 0U);
}

}  // namespace
}  // namespace backtalk::mailbox
