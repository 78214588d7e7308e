// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_statuses.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::session {
namespace {

// Every code that the parser takes has a status of its own, named as the code is.
TEST(SmtpStatuses, EveryReplyCodeHasItsOwn) {
  smtp::ReplyParser parser;
  std::set<std::uint16_t> seen;
  for (unsigned code = 0; code < 1000; ++code) {
    std::string text = std::to_string(code);
    text.insert(0, 3 - text.size(), '0');
    const std::string line = text + " x\r\n";
    parser.reset();
    parser.feed(line);
    if (const smtp::Reply* reply = parser.next()) {
      const std::uint16_t status = smtp_status(reply->code);
      ASSERT_LT(status, smtp_statuses().size());
      EXPECT_TRUE(seen.insert(status).second) << text;
      EXPECT_EQ(smtp_statuses()[status].name, text);
      EXPECT_EQ(smtp_statuses()[status].ok, code < 400);
    }
  }
  EXPECT_EQ(seen.size(), kSmtpStatuses);
}

}  // namespace
}  // namespace backtalk::session
