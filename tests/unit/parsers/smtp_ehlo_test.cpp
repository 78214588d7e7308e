// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/ehlo.hpp"

#include <gtest/gtest.h>

#include <array>

namespace backtalk::smtp {
namespace {

template <std::size_t N>
Reply reply_of(const std::array<std::string_view, N>& lines) {
  Reply reply;
  reply.code = 250;
  reply.lines = lines;
  return reply;
}

// RFC 5321 appendix D.1, with what else servers say.
TEST(Capabilities, OfAReplyToEhlo) {
  const std::array<std::string_view, 12> lines{"foo.com greets bar.com",
                                               "8BITMIME",
                                               "SIZE 52428800",
                                               "DSN",
                                               "HELP",
                                               "PIPELINING",
                                               "chunking",
                                               "BINARYMIME",
                                               "SMTPUTF8",
                                               "STARTTLS",
                                               "AUTH PLAIN LOGIN",
                                               "ENHANCEDSTATUSCODES"};
  const Capabilities found = read_capabilities(reply_of(lines));
  EXPECT_TRUE(found.pipelining && found.chunking && found.binarymime && found.eightbitmime && found.smtputf8);
  EXPECT_TRUE(found.dsn && found.starttls && found.enhancedstatuscodes && found.size);
  EXPECT_EQ(found.size_octets_max, 52428800U);
  EXPECT_EQ(found.auth_mechanisms, "PLAIN LOGIN");
}

TEST(Capabilities, TheFirstLineGreetsAndOffersNothing) {
  const std::array<std::string_view, 1> lines{"PIPELINING"};
  EXPECT_FALSE(read_capabilities(reply_of(lines)).pipelining);
  EXPECT_EQ(find_keyword(reply_of(lines), "PIPELINING"), std::nullopt);
}

TEST(Capabilities, AKeywordIsNotItsPrefixNorItsExtension) {
  const std::array<std::string_view, 6> lines{"hi",    "PIPELININGS", "STARTTL",
                                              "X-DSN", "XAUTH PLAIN", "SIZES 5"};
  const Capabilities found = read_capabilities(reply_of(lines));
  EXPECT_FALSE(found.pipelining || found.starttls || found.dsn || found.size);
  EXPECT_EQ(found.auth_mechanisms, "");
}

TEST(Capabilities, ASizeThatIsNoNumberIsNoLimit) {
  for (const std::string_view line :
       {"SIZE", "SIZE 0", "SIZE x", "SIZE 10x", "SIZE -1", "SIZE 99999999999999999999"}) {
    const std::array<std::string_view, 2> lines{"hi", line};
    const Capabilities found = read_capabilities(reply_of(lines));
    EXPECT_TRUE(found.size) << line;
    EXPECT_EQ(found.size_octets_max, 0U) << line;
  }
}

// One bad line costs itself alone, and says where it is bad.
TEST(AddCapability, SaysWhatIsWrongWithALine) {
  const auto wrong_shape = [](std::uint64_t offset) { return Error{ErrorCode::wrong_shape, offset}; };
  Capabilities found;
  EXPECT_EQ(add_capability("PIPELINING", found), Error{});
  EXPECT_EQ(add_capability("X-UNKNOWN a b", found), Error{});
  EXPECT_EQ(add_capability("AUTH LOGIN", found), Error{});
  EXPECT_EQ(add_capability("AUTH=LOGIN", found), wrong_shape(4));
  EXPECT_EQ(add_capability("", found), wrong_shape(0));
  EXPECT_EQ(add_capability(" DSN", found), wrong_shape(0));
  EXPECT_EQ(add_capability("-DSN", found), wrong_shape(0));
  EXPECT_EQ(add_capability("SIZE", found), Error{});
  EXPECT_EQ(add_capability("SIZE x", found), wrong_shape(5));
  EXPECT_EQ(add_capability("SIZE 10 ", found), wrong_shape(7));
  EXPECT_EQ(add_capability("size 99999999999999999999", found), (Error{ErrorCode::number_out_of_range, 5}));
  EXPECT_TRUE(found.pipelining && found.size);
  EXPECT_FALSE(found.dsn);
  EXPECT_EQ(found.size_octets_max, 0U);
  EXPECT_EQ(found.auth_mechanisms, "LOGIN");
}

TEST(AddCapability, DropsSpacesAndTabsIfTolerated) {
  for (const std::string_view line : {"SIZE 10 ", "SIZE  10", " SIZE 10", "SIZE\t10", "\tsize \t 10\t "}) {
    Capabilities found;
    EXPECT_EQ(add_capability(line, found, tolerate::extra_spaces), Error{}) << line;
    EXPECT_EQ(found.size_octets_max, 10U) << line;
    const std::array<std::string_view, 2> lines{"hi", line};
    EXPECT_EQ(read_capabilities(reply_of(lines), tolerate::extra_spaces).size_octets_max, 10U) << line;
    EXPECT_EQ(find_keyword(reply_of(lines), "Size", tolerate::extra_spaces), "10") << line;
    EXPECT_EQ(read_capabilities(reply_of(lines)).size_octets_max, 0U) << line;
  }
  Capabilities found;
  EXPECT_EQ(add_capability(" DSN ", found, tolerate::extra_spaces), Error{});
  EXPECT_TRUE(found.dsn);
  EXPECT_EQ(add_capability("  AUTH=LOGIN", found, tolerate::extra_spaces),
            (Error{ErrorCode::wrong_shape, 6}));
  EXPECT_EQ(add_capability(" ", found, tolerate::extra_spaces), (Error{ErrorCode::wrong_shape, 1}));
  EXPECT_EQ(add_capability(" -A", found, tolerate::extra_spaces), (Error{ErrorCode::wrong_shape, 1}));
  EXPECT_EQ(read_ehlo_line("AUTH  PLAIN  LOGIN ", tolerate::extra_spaces)->parameters, "PLAIN  LOGIN");
}

TEST(FindKeyword, GivesTheParametersWithoutRegardToCase) {
  const std::array<std::string_view, 4> lines{"hi", "Size 10", "HELP", "LIMITS RCPTMAX=5  MAILMAX=2"};
  EXPECT_EQ(find_keyword(reply_of(lines), "SIZE"), "10");
  EXPECT_EQ(find_keyword(reply_of(lines), "help"), "");
  EXPECT_EQ(find_keyword(reply_of(lines), "limits"), "RCPTMAX=5  MAILMAX=2");
  EXPECT_EQ(find_keyword(reply_of(lines), "LIMIT"), std::nullopt);
}

// ehlo-keyword = (ALPHA / DIGIT) *(ALPHA / DIGIT / "-")
TEST(EhloLine, MustBeginWithAKeyword) {
  EXPECT_EQ(read_ehlo_line("8BITMIME")->keyword, "8BITMIME");
  EXPECT_EQ(read_ehlo_line("X-A-B c d")->keyword, "X-A-B");
  EXPECT_EQ(read_ehlo_line("X-A-B c d")->parameters, "c d");
  EXPECT_EQ(read_ehlo_line("A ")->parameters, "");
  for (const std::string_view line : {"", " ", "-A", "AUTH=LOGIN", "A_B", "A\tB", "\xc3\xa9", "A\x80"}) {
    EXPECT_FALSE(read_ehlo_line(line)) << line;
  }
}

}  // namespace
}  // namespace backtalk::smtp
