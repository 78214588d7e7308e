// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/mime.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "mailbox/message.hpp"

namespace backtalk::mailbox {
namespace {

// A text in four multiparts, each in the one before: five parts in all.
std::string deep_text(std::size_t octets) {
  std::string text;
  for (const char boundary : {'a', 'b', 'c', 'd'}) {
    text.append("Content-Type: multipart/mixed; boundary=") += boundary;
    text.append("\r\n\r\n--") += boundary;
    text += "\r\n";
  }
  text += "\r\n";
  text.resize(octets, 'x');
  return text;
}

TEST(MailboxMime, OctetsThatLieDeepAreNotLookedThroughAgainAndAgain) {
  EXPECT_EQ(read_mime_parts(deep_text(1000)).size(), 5U);
  const std::string big = deep_text(kMimeOctetsMax / 5 * 2);
  const auto parts = read_mime_parts(big);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_TRUE(parts[1].is_multipart());
  EXPECT_FALSE(parts[2].is_multipart()) << "it is not looked into";
  EXPECT_EQ(parts[2].count, 0U);
}

std::string multipart(std::string_view body) {
  return "Content-Type: multipart/mixed; boundary=b\r\n\r\n" + std::string(body);
}

TEST(MailboxMime, ABoundaryIsALineOfItsOwn) {
  const std::string text =
      multipart("x --b\r\n--bx\r\n--b \r\n\r\none --b\r\n--b\r\n\r\ntwo\r\n--b-- \n--b\r\n");
  const auto parts = read_mime_parts(text);
  ASSERT_EQ(parts.size(), 3U);
  EXPECT_EQ(parts[1].body, "one --b");
  EXPECT_EQ(parts[2].body, "two");
  EXPECT_EQ(read_mime_parts(multipart("--b")).size(), 2U) << "an empty part";
  EXPECT_EQ(read_mime_parts(multipart("")).size(), 1U);
  EXPECT_EQ(read_mime_parts(multipart("\n--b\n\nx")).size(), 2U);
}

TEST(MailboxMime, LinesThatOnlyBeginLikeABoundaryAreBounded) {
  const auto with_others = [](int count) {
    std::string body = "--b\r\n\r\n";
    for (int i = 0; i < count; ++i) body += i % 2 == 0 ? "--bx\r\n" : "--\r\n";
    return multipart(body + "--b\r\n\r\nlast\r\n");
  };
  EXPECT_EQ(read_mime_parts(with_others(999'999)).size(), 3U);
  EXPECT_EQ(read_mime_parts(with_others(1'000'000)).size(), 2U) << "the rest is the first part's";
}

TEST(MailboxMime, AnEndlessHeaderOfAPartIsBodyFromSomeLineOn) {
  const std::string field = "Content-Type: text/html\r\n";
  std::string text = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + field;
  while (text.size() < kPartHeaderOctetsMax + 1000) text += "a: b\r\n";
  const auto parts = read_mime_parts(text);
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_LE(parts[1].header.size(), kPartHeaderOctetsMax);
  EXPECT_GT(parts[1].header.size(), kPartHeaderOctetsMax - 10);
  EXPECT_EQ(parts[1].type.subtype, "html");
}

}  // namespace
}  // namespace backtalk::mailbox
