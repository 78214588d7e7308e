// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/command.hpp"

#include <gtest/gtest.h>

#include <string>

namespace backtalk::smtp {
namespace {

Command mail(std::string_view arguments) {
  return {.offset = 0, .verb = Verb::mail, .name = "MAIL", .arguments = arguments};
}
Command rcpt(std::string_view arguments) {
  return {.offset = 0, .verb = Verb::rcpt, .name = "RCPT", .arguments = arguments};
}
Command bdat(std::string_view arguments) {
  return {.offset = 0, .verb = Verb::bdat, .name = "BDAT", .arguments = arguments};
}

TEST(ReadPath, TakesThePathOutOfItsBrackets) {
  EXPECT_EQ(read_path(mail("FROM:<Smith@bar.com>"))->path, "Smith@bar.com");
  EXPECT_EQ(read_path(rcpt("TO:<Jones@foo.com>"))->path, "Jones@foo.com");
  EXPECT_EQ(read_path(mail("from:<>"))->path, "");
  EXPECT_EQ(read_path(rcpt("TO:<@hosta.int,@jkl.org:userc@d.bar.org>"))->path,
            "@hosta.int,@jkl.org:userc@d.bar.org");
  EXPECT_EQ(read_path(mail("FROM: <test@example.com>"))->path, "test@example.com");
}

TEST(ReadPath, AQuotedLocalPartMayHoldBracketsAndSpaces) {
  EXPECT_EQ(read_path(rcpt(R"(TO:<"a > b"@foo.com>)"))->path, R"("a > b"@foo.com)");
  EXPECT_EQ(read_path(rcpt(R"(TO:<"a\">"@foo.com> X=1)"))->path, R"("a\">"@foo.com)");
  EXPECT_EQ(read_path(rcpt(R"(TO:<"a\\"@foo.com>)"))->path, R"("a\\"@foo.com)");
}

TEST(ReadPath, GivesTheParametersAfterOneSpace) {
  EXPECT_EQ(read_path(mail("FROM:<a@b> SIZE=1000 BODY=8BITMIME"))->parameters, "SIZE=1000 BODY=8BITMIME");
  EXPECT_EQ(read_path(mail("FROM:<a@b>"))->parameters, "");
}

TEST(ReadPath, RefusesWhatIsNotOfThatForm) {
  for (const std::string_view arguments :
       {"", "FROM", "FROM:", "FROM:a@b", "FROM:<a@b", "FROM:<a@b>SIZE=1", "TO:<a@b>", "FROM <a@b>",
        R"(FROM:<"a>)", R"(FROM:<"a\)", "FROM:\t<a@b>"}) {
    EXPECT_FALSE(read_path(mail(arguments))) << arguments;
  }
  EXPECT_FALSE(read_path(rcpt("FROM:<a@b>")));
}

TEST(ReadChunk, SizeAndLast) {
  EXPECT_EQ(read_chunk(bdat("86"))->octets, 86U);
  EXPECT_FALSE(read_chunk(bdat("86"))->last);
  EXPECT_EQ(read_chunk(bdat("0 LAST"))->octets, 0U);
  EXPECT_TRUE(read_chunk(bdat("0 LAST"))->last);
  EXPECT_TRUE(read_chunk(bdat("5 last"))->last);
}

TEST(ReadChunk, RefusesASizeThatCannotBeCounted) {
  EXPECT_EQ(read_chunk(bdat("9223372036854775807"))->octets, 9223372036854775807U);
  for (const std::string_view arguments :
       {"", "x", "-1", "+1", " 1", "1 ", "1 LASTX", "1 LAST ", "1  LAST", "1x", "0x10", "9223372036854775808",
        "18446744073709551616", "LAST"}) {
    EXPECT_FALSE(read_chunk(bdat(arguments))) << arguments;
  }
}

TEST(FindParameter, WithoutRegardToCase) {
  constexpr std::string_view parameters = "size=1000 BODY=8BITMIME SMTPUTF8 RET= X=a=b";
  EXPECT_EQ(find_parameter(parameters, "SIZE"), "1000");
  EXPECT_EQ(find_parameter(parameters, "body"), "8BITMIME");
  EXPECT_EQ(find_parameter(parameters, "SMTPUTF8"), "");
  EXPECT_EQ(find_parameter(parameters, "RET"), "");
  EXPECT_EQ(find_parameter(parameters, "X"), "a=b");
  EXPECT_EQ(find_parameter(parameters, "SIZ"), std::nullopt);
  EXPECT_EQ(find_parameter(parameters, "SIZES"), std::nullopt);
  EXPECT_EQ(find_parameter("", "SIZE"), std::nullopt);
  EXPECT_EQ(find_parameter("  A=1  B=2 ", "B"), "2");
}

}  // namespace
}  // namespace backtalk::smtp
