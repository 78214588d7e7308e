// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/shape.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <vector>

#include "mailbox/header.hpp"
#include "mailbox/message.hpp"

namespace backtalk::fill {
namespace {

Shape shape_of(std::string_view folders = "INBOX", std::string_view flags = "none") {
  Shape shape{.seed = 7, .messages = 2000, .sizes = Sizes(1000)};
  shape.folders = std::get<std::vector<NamedShare>>(read_folders(folders));
  shape.flags = std::get<std::vector<NamedShare>>(read_flags(flags));
  return shape;
}

bool same(const MadeMessage& one, const MadeMessage& other) {
  return one.folder == other.folder && one.flags == other.flags && one.date == other.date &&
         one.text == other.text;
}

TEST(FillShape, ASeedDecidesEverything) {
  const Shape shape = shape_of("INBOX:80%,Archive:20%", "seen:70%,flagged:5%");
  for (std::uint64_t index = 0; index < 100; ++index)
    EXPECT_TRUE(same(make_message(shape, 3, index), make_message(shape, 3, index))) << index;
}

TEST(FillShape, AnotherSeedUserOrPlaceIsAnotherMessage) {
  Shape other = shape_of();
  other.seed = 8;
  const MadeMessage made = make_message(shape_of(), 0, 0);
  EXPECT_NE(made.text, make_message(other, 0, 0).text);
  EXPECT_NE(made.text, make_message(shape_of(), 1, 0).text);
  EXPECT_NE(made.text, make_message(shape_of(), 0, 1).text);
}

TEST(FillShape, MessageIdsDiffer) {
  std::set<std::string> ids;
  for (std::uint64_t user = 0; user < 5; ++user) {
    for (std::uint64_t index = 0; index < 2000; ++index) {
      const std::string text = make_message(shape_of(), user, index).text;
      const auto id =
          mailbox::find_field(std::string_view(text).substr(0, mailbox::body_offset(text)), "Message-ID");
      ASSERT_TRUE(id);
      EXPECT_TRUE(ids.emplace(*id).second) << *id;
    }
  }
}

TEST(FillShape, MessagesHaveTheirSizeTheSmallestToo) {
  Shape smallest = shape_of();
  smallest.sizes = Sizes(320);
  for (std::uint64_t index = 0; index < 100; ++index) {
    EXPECT_EQ(make_message(shape_of(), 0, index).text.size(), 1000U);
    EXPECT_EQ(make_message(smallest, 0, index).text.size(), 320U);
  }
}

TEST(FillShape, DatesGrowAndAreWithinAYear) {
  std::int64_t before = 1'735'689'600;  // 1 January 2025
  for (std::uint64_t index = 0; index < 2000; ++index) {
    const MadeMessage made = make_message(shape_of(), 1, index);
    EXPECT_GE(made.date, before);
    EXPECT_LT(made.date, 1'767'225'600);
    before = made.date;
  }
}

// What an option decides is decided by that option alone: no other draws from what it draws from.
TEST(FillShape, FlagsAndSizesDoNotChangeEachOther) {
  Shape flagged = shape_of("INBOX", "seen:70%,flagged:5%,answered:10%");
  Shape bare = shape_of("INBOX", "none");
  flagged.sizes = bare.sizes = std::get<Sizes>(Sizes::read("exp:20000"));
  Shape small = flagged;
  small.sizes = std::get<Sizes>(Sizes::read("1000:90%,2000:10%"));
  for (std::uint64_t index = 0; index < 100; ++index) {
    EXPECT_EQ(make_message(flagged, 0, index).text, make_message(bare, 0, index).text) << index;
    EXPECT_EQ(make_message(flagged, 0, index).flags, make_message(small, 0, index).flags) << index;
  }
}

TEST(FillShape, FoldersAndFlagsHaveTheirShares) {
  const Shape shape = shape_of("INBOX:80%,Archive:20%", "seen:70%,flagged:5%");
  double archived = 0;
  double seen = 0;
  double flagged = 0;
  for (std::uint64_t index = 0; index < shape.messages; ++index) {
    const MadeMessage made = make_message(shape, 0, index);
    archived += made.folder == 1 ? 1 : 0;
    seen += made.flags.find("\\Seen") != std::string::npos ? 1 : 0;
    flagged += made.flags.find("\\Flagged") != std::string::npos ? 1 : 0;
  }
  EXPECT_NEAR(archived / 2000, 0.2, 0.04);
  EXPECT_NEAR(seen / 2000, 0.7, 0.05);
  EXPECT_NEAR(flagged / 2000, 0.05, 0.02);
}

TEST(FillShape, FoldersWithoutSharesHaveEqualOnes) {
  const auto folders = std::get<std::vector<NamedShare>>(read_folders("INBOX, Archive/2026,Sent,x"));
  ASSERT_EQ(folders.size(), 4U);
  EXPECT_EQ(folders[1].name, "Archive/2026");
  EXPECT_EQ(folders[1].share, 0.25);
}

TEST(FillShape, WhatNamesNoFoldersIsRefused) {
  for (const std::string_view wrong :
       {"", ",", "INBOX,", "INBOX,INBOX", "INBOX:50%", "INBOX:50%,x", "x,INBOX:50%", "a:60%,b:60%", "a\"b",
        "a\\b", "a\r\nb", ":100%", "a:b"}) {
    EXPECT_TRUE(std::holds_alternative<std::string>(read_folders(wrong))) << wrong;
  }
  EXPECT_TRUE(std::holds_alternative<std::string>(read_folders(std::string(101, 'x'))));
}

TEST(FillShape, WhatNamesNoFlagsIsRefused) {
  for (const std::string_view wrong :
       {"", "seen", "read:5%", "seen:101%", "seen:5%,seen:6%", "\\Seen:5%", "none:5%"})
    EXPECT_TRUE(std::holds_alternative<std::string>(read_flags(wrong))) << wrong;
}

}  // namespace
}  // namespace backtalk::fill
