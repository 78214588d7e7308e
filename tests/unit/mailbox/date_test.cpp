// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/date.hpp"

#include <gtest/gtest.h>

namespace backtalk::mailbox {
namespace {

TEST(MailboxDate, IsWrittenAsMailWritesIt) {
  std::string text;
  append_header_date(text, 0);
  EXPECT_EQ(text, "Thu, 01 Jan 1970 00:00:00 +0000");
  text.clear();
  append_internal_date(text, 837577524);
  EXPECT_EQ(text, "17-Jul-1996 04:25:24 +0000");
  text.clear();
  append_internal_date(text, -1);
  EXPECT_EQ(text, "31-Dec-1969 23:59:59 +0000");
}

TEST(MailboxDate, IsReadWithItsZone) {
  EXPECT_EQ(read_internal_date("17-Jul-1996 02:44:25 -0700"), 837596665);  // RFC 3501 7.4.2
  EXPECT_EQ(read_internal_date(" 1-Jan-1970 01:00:00 +0100"), 0);
  for (const char* const wrong :
       {"", "17-Jul-1996", "17-Jul-1996 02:44:25", "31-Feb-1996 02:44:25 -0700", "17-Jul-1996 24:44:25 -0700",
        "17-Jul-1996 02:44:25 -07000", "17-Jux-1996 02:44:25 -0700"})
    EXPECT_FALSE(read_internal_date(wrong)) << wrong;
}

TEST(MailboxDate, OfADay) {
  EXPECT_EQ(read_date("1-Feb-1994"), 760060800);
  EXPECT_EQ(read_date("01-feb-1994"), 760060800);
  EXPECT_FALSE(read_date("1-Feb-1994 "));
  EXPECT_FALSE(read_date("0-Feb-1994"));
  EXPECT_EQ(read_header_day("Mon, 7 Feb 1994 21:52:25 -0800 (PST)"), 760579200);
  EXPECT_EQ(read_header_day("7 Feb 1994 21:52"), 760579200);
  EXPECT_FALSE(read_header_day("yesterday"));
}

}  // namespace
}  // namespace backtalk::mailbox
