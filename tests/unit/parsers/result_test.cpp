// SPDX-License-Identifier: Apache-2.0 OR MIT
// Result, and the offsets of the errors of decoders of lines and commands.
#include "backtalk/result.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/command.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/smtp/command.hpp"
#include "backtalk/smtp/ehlo.hpp"

namespace backtalk {
namespace {

Error wrong_shape(std::uint64_t offset) {
  return {ErrorCode::wrong_shape, offset};
}

Error out_of_range(std::uint64_t offset) {
  return {ErrorCode::number_out_of_range, offset};
}

TEST(Result, HasAValueOrAnError) {
  Result<std::string> text = std::string("abc");
  ASSERT_TRUE(text);
  EXPECT_TRUE(text.has_value());
  EXPECT_EQ(text->size(), 3U);
  text->push_back('d');
  EXPECT_EQ(*text, "abcd");
  EXPECT_EQ(text.error(), Error{});
  const std::string moved = *std::move(text);
  EXPECT_EQ(moved, "abcd");
  const Result<std::string> none = wrong_shape(7);
  EXPECT_FALSE(none);
  EXPECT_EQ(none.error(), wrong_shape(7));
}

TEST(Result, KeepsWhatWasReadBeforeTheError) {
  Result<std::string> text = std::string("ab");
  text.set_error(wrong_shape(2));
  EXPECT_FALSE(text);
  EXPECT_EQ(text.partial(), "ab");
}

template <class A, class B>
concept Comparable = requires(const A& a, const B& b) { a == b; };

// Nothing becomes a bool silently: a Result is true where an Error is false.
TEST(Result, IsABoolOnlyInACondition) {
  static_assert(std::is_constructible_v<bool, Result<int>> && !std::is_convertible_v<Result<int>, bool>);
  static_assert(std::is_constructible_v<bool, Error> && !std::is_convertible_v<Error, bool>);
  static_assert(!std::is_convertible_v<ErrorCode, bool> && !std::is_convertible_v<Result<int>, int>);
  static_assert(!Comparable<Result<int>, bool> && !Comparable<Error, bool> &&
                !Comparable<Result<int>, Error>);
  static_assert(!std::is_constructible_v<Error, bool> && !std::is_constructible_v<Result<int>, bool>);
  static_assert(!std::is_constructible_v<Result<std::uint64_t>, bool>);
  static_assert(std::is_constructible_v<Result<bool>, bool> && std::is_constructible_v<Result<int>, int>);
  EXPECT_TRUE(Result<int>{0});
  EXPECT_FALSE(Result<int>{wrong_shape(0)});
  EXPECT_TRUE(Result<bool>{false}.has_value());
}

smtp::Command smtp_command(smtp::Verb verb, std::string_view arguments) {
  return {.offset = 100, .verb = verb, .name = {}, .arguments = arguments};
}

TEST(Result, OfSmtpDecodersSaysWhatDoesNotFit) {
  using smtp::Verb;
  EXPECT_EQ(read_path(smtp_command(Verb::mail, "FOO:<a@b>")).error(), wrong_shape(0));
  EXPECT_EQ(read_path(smtp_command(Verb::mail, "FROM: a@b")).error(), wrong_shape(6));
  EXPECT_EQ(read_path(smtp_command(Verb::mail, "FROM:<a@b")).error(), wrong_shape(5));
  EXPECT_EQ(read_path(smtp_command(Verb::mail, "FROM:<a@b>X")).error(), wrong_shape(10));
  EXPECT_EQ(read_chunk(smtp_command(Verb::bdat, "x")).error(), wrong_shape(0));
  EXPECT_EQ(read_chunk(smtp_command(Verb::bdat, "9223372036854775808")).error(), out_of_range(0));
  EXPECT_EQ(read_chunk(smtp_command(Verb::bdat, "99999999999999999999")).error(), out_of_range(0));
  EXPECT_EQ(read_chunk(smtp_command(Verb::bdat, "12 FIRST")).error(), wrong_shape(2));
  EXPECT_EQ(smtp::read_ehlo_line("SIZE=1").error(), wrong_shape(4));
  EXPECT_EQ(smtp::read_ehlo_line("-A").error(), wrong_shape(0));
  EXPECT_EQ(smtp::read_ehlo_line("").error(), wrong_shape(0));
}

pop3::Command pop3_command(std::string_view arguments) {
  return {.offset = 100, .verb = pop3::Verb::unknown, .keyword = {}, .arguments = arguments};
}

TEST(Result, OfPop3DecodersSaysWhatDoesNotFit) {
  // Long enough and too short for the eight bytes that are read at once.
  for (const std::string_view after : {"", " and a long rest"}) {
    const auto text = [after](std::string_view begin) { return std::string(begin) + std::string(after); };
    EXPECT_EQ(pop3::read_drop_listing(text("4294967296 1")).error(), out_of_range(0));
    EXPECT_EQ(pop3::read_drop_listing(text("7 x")).error(), wrong_shape(2));
    EXPECT_EQ(pop3::read_drop_listing(text("7 8x")).error(), wrong_shape(3));
    EXPECT_EQ(pop3::read_drop_listing(text("7x")).error(), wrong_shape(1));
    EXPECT_EQ(pop3::read_scan_listing(text("0 1")).error(), out_of_range(0));
    EXPECT_EQ(pop3::read_scan_listing(text("7 99999999999999999999")).error(), out_of_range(2));
    EXPECT_EQ(pop3::read_unique_id_listing(text("7\tx")).error(), wrong_shape(1));
  }
  EXPECT_EQ(pop3::read_unique_id_listing("17 \x7F").error(), wrong_shape(3));
  EXPECT_EQ(pop3::read_capability("SASL\tPLAIN").error(), wrong_shape(4));
  EXPECT_EQ(pop3::read_capability(".").error(), wrong_shape(0));
  EXPECT_EQ(read_message_number(pop3_command("0")).error(), out_of_range(0));
  EXPECT_EQ(read_message_number(pop3_command("1 ")).error(), wrong_shape(1));
  EXPECT_EQ(read_top(pop3_command("1 x")).error(), wrong_shape(2));
  EXPECT_EQ(read_top(pop3_command("1 2 3")).error(), wrong_shape(3));
  EXPECT_EQ(read_apop(pop3_command("name")).error(), wrong_shape(0));
  EXPECT_EQ(read_apop(pop3_command("name digest")).error(), wrong_shape(5));
  EXPECT_EQ(read_auth(pop3_command("PLAIN !")).error(), wrong_shape(6));
  EXPECT_EQ(read_auth(pop3_command("")).error(), wrong_shape(0));
}

TEST(Result, OfADateSaysWhichPartIsNone) {
  for (const auto& [text, offset] : {std::pair{"1-Jan-1970 00:00:00 +0000", 0U},
                                     {"30-Feb-1970 00:00:00 +0000", 0U},
                                     {"01-Xyz-1970 00:00:00 +0000", 3U},
                                     {"01-Jan-197x 00:00:00 +0000", 7U},
                                     {"01-Jan-1970 24:00:00 +0000", 12U},
                                     {"01-Jan-1970 00:00:00 +0060", 21U}}) {
    EXPECT_EQ(imap::read_internal_date(text).error(), wrong_shape(offset)) << text;
  }
}

}  // namespace
}  // namespace backtalk
