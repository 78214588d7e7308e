// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_tag.hpp"

#include <gtest/gtest.h>

namespace backtalk::session {
namespace {

TEST(ImapTag, IsReadInTheFormInWhichItIsWritten) {
  EXPECT_EQ(read_imap_tag("A0"), 0U);
  EXPECT_EQ(read_imap_tag("A1"), 1U);
  EXPECT_EQ(read_imap_tag("A10"), 10U);
  EXPECT_EQ(read_imap_tag("A4294967295"), 4'294'967'295U);
}

TEST(ImapTag, InAnyOtherFormIsSomebodyElses) {
  for (const std::string_view tag : {"", "A", "1", "a1", "B1", "AA1", "A00", "A01", "A-1", "A+1", "A 1",
                                     "A1x", "A1 ", "A0x1", "A4294967296", "A99999999999999999999"})
    EXPECT_EQ(read_imap_tag(tag), std::nullopt) << tag;
}

}  // namespace
}  // namespace backtalk::session
