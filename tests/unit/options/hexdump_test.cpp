// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/hexdump.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace backtalk::text {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

TEST(Hexdump, MarksTheOctetInARowThatTheOctetsDoNotFill) {
  EXPECT_THAT(hexdump("250 Ok\n", 112, 118),
              ElementsAre("00000070  32 35 30 20 4f 6b>0a                              |250 Ok.|"));
}

TEST(Hexdump, RowsBeginAtMultiplesOfSixteen) {
  EXPECT_THAT(hexdump(std::string_view("abc\0\xff\x7f~", 7), 30, 33),
              ElementsAre("00000010                                             61 62  |              ab|",
                          "00000020  63>00 ff 7f 7e                                    |c...~|"));
}

TEST(Hexdump, OfManyRowsThoseAroundTheOctetAreShown) {
  const std::string octets(512, 'x');
  const auto rows = hexdump(octets, 1000, 1300);
  ASSERT_THAT(rows, SizeIs(4));
  EXPECT_THAT(rows, ElementsAre(StartsWith("000004f0 "), StartsWith("00000500 "),
                                StartsWith("00000510  78 78 78 78>78"), StartsWith("00000520 ")));
  EXPECT_THAT(hexdump(octets, 1000, 1000).front(), StartsWith("000003e0 ")) << "the first";
  EXPECT_THAT(hexdump(octets, 1000, 1511).back(), StartsWith("000005e0 ")) << "the last";
  EXPECT_THAT(hexdump(octets, 1000, 1511), SizeIs(4));
  EXPECT_THAT(hexdump(octets, 1000, 1300, 1), ElementsAre(StartsWith("00000510 ")));
}

TEST(Hexdump, AnOctetBeyondTheOctetsIsNotMarked) {
  for (const std::uint64_t marked : {std::uint64_t{0}, std::uint64_t{70}, std::uint64_t{1} << 40}) {
    for (const std::string& row : hexdump("abcdef", 64, marked)) {
      EXPECT_EQ(row, "00000040  61 62 63 64 65 66                                 |abcdef|");
    }
  }
}

TEST(Hexdump, OffsetsMayBeLong) {
  EXPECT_THAT(hexdump("a", std::uint64_t{0xABCDEF} << 16, 0), ElementsAre(StartsWith("abcdef0000  61 ")));
  EXPECT_THAT(hexdump("a", std::numeric_limits<std::uint64_t>::max(), 0), IsEmpty());
  EXPECT_THAT(hexdump("a", std::numeric_limits<std::uint64_t>::max() - 17, 0), SizeIs(1));
}

TEST(Hexdump, NothingHasNoRows) {
  EXPECT_THAT(hexdump("", 5, 5), IsEmpty());
  EXPECT_THAT(hexdump("a", 5, 5, 0), IsEmpty());
}

}  // namespace
}  // namespace backtalk::text
