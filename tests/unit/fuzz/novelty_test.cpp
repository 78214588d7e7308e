// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is news: not once more what was seen, and everything of a new kind.
#include "engine/novelty.hpp"

#include <gtest/gtest.h>

namespace backtalk::fuzz {
namespace {

Report reply(unsigned code, std::string_view line) {
  Report report;
  report.event("reply", 0).number(code).text(line);
  report.ended(false);
  return report;
}

TEST(Novelty, TheSameInputIsNotNew) {
  Novelty novelty;
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
  EXPECT_FALSE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
}

TEST(Novelty, ASimilarInputIsNotNew) {
  Novelty novelty;
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
  EXPECT_FALSE(novelty.is_news("251 no\r\n", {}, reply(251, "no")));
}

TEST(Novelty, AnErrorIsNew) {
  Novelty novelty;
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
  Report refused = reply(250, "ok");
  refused.refuse("bad-code", 8);
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, refused));
}

TEST(Novelty, AnOctetInPlaceOfNothingIsNew) {
  Novelty novelty;
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
  EXPECT_TRUE(novelty.is_news("250 o\rk\r\n", {}, reply(250, "ok")));
}

TEST(Novelty, AMuchLongerTextIsNew) {
  Novelty novelty;
  const std::string text(300, 'a');
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, text)));
}

TEST(Novelty, AShortTextOfAnotherLengthIsNew) {
  Novelty novelty;
  EXPECT_TRUE(novelty.is_news("250 eight...\r\n", {}, reply(250, "eight...")));
  EXPECT_TRUE(novelty.is_news("250 eleven.....\r\n", {}, reply(250, "eleven.....")));
}

TEST(Novelty, AnotherSettingIsNew) {
  Novelty novelty;
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {}, reply(250, "ok")));
  EXPECT_TRUE(novelty.is_news("250 ok\r\n", {.tolerances = {}, .small_limits = true}, reply(250, "ok")));
}

}  // namespace
}  // namespace backtalk::fuzz
