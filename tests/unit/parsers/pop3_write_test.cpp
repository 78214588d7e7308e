// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is written for POP3, and the values that would break out of a command.
#include "backtalk/pop3/write.hpp"

#include <gtest/gtest.h>

#include <string>

namespace backtalk::pop3 {
namespace {

Error unwritable(std::uint64_t offset) {
  return {ErrorCode::unwritable, offset};
}

TEST(Pop3Write, TheCommandsOfTheRfcs) {
  std::string text;
  Output out(text);
  EXPECT_FALSE(write_command(out, "STAT"));
  EXPECT_FALSE(write_command(out, "USER", "mrose"));
  EXPECT_FALSE(write_command(out, "PASS", "  correct horse\t"));
  EXPECT_FALSE(write_message_command(out, "RETR", 4294967295));
  EXPECT_FALSE(write_top(out, 1, 0));
  EXPECT_FALSE(write_apop(out, "mrose", "c4c9334bac560ecc979e58001b3e22fb"));
  EXPECT_FALSE(write_auth(out, "CRAM-MD5"));
  EXPECT_FALSE(write_auth(out, "PLAIN", "AGEAYg=="));
  EXPECT_FALSE(write_auth(out, "EXTERNAL", ""));
  EXPECT_FALSE(write_sasl_response(out, "*"));
  EXPECT_FALSE(write_sasl_response(out, "YQ=="));
  EXPECT_EQ(text,
            "STAT\r\nUSER mrose\r\nPASS   correct horse\t\r\nRETR 4294967295\r\nTOP 1 0\r\n"
            "APOP mrose c4c9334bac560ecc979e58001b3e22fb\r\nAUTH CRAM-MD5\r\nAUTH PLAIN AGEAYg==\r\n"
            "AUTH EXTERNAL =\r\n*\r\nYQ==\r\n");
}

TEST(Pop3Write, NothingThatEndsTheLine) {
  std::string text;
  Output out(text);
  for (const char c : {'\0', '\r', '\n', '\x7f', '\x1b'}) {
    EXPECT_EQ(write_command(out, "PASS", std::string("a") + c + "DELE 1"), unwritable(6));
    EXPECT_EQ(write_apop(out, std::string("a") + c, std::string(32, '0')), unwritable(6));
    EXPECT_EQ(write_sasl_response(out, std::string("QQ") + c), unwritable(2));
    EXPECT_EQ(write_auth(out, "PLAIN", std::string("QQ") + c), unwritable(13));
  }
  EXPECT_EQ(write_command(out, "US ER"), unwritable(2));
  EXPECT_EQ(write_message_command(out, "RETR", 0), (Error{ErrorCode::number_out_of_range, 5}));
  EXPECT_EQ(write_top(out, 0, 1), (Error{ErrorCode::number_out_of_range, 4}));
  EXPECT_EQ(write_apop(out, "", std::string(32, '0')), unwritable(5));
  EXPECT_EQ(write_apop(out, "a", std::string(31, '0')), unwritable(7));
  EXPECT_EQ(write_apop(out, "a", std::string(32, 'A')), unwritable(7));
  EXPECT_EQ(write_auth(out, ""), unwritable(5));
  EXPECT_EQ(write_auth(out, "A B"), unwritable(6));
  EXPECT_EQ(write_auth(out, std::string(21, 'A')), unwritable(5));
  EXPECT_EQ(write_sasl_response(out, "**"), unwritable(0));
  EXPECT_EQ(text, "");
}

}  // namespace
}  // namespace backtalk::pop3
