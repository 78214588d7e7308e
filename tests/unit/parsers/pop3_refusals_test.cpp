// SPDX-License-Identifier: Apache-2.0 OR MIT
// Where the decoders of POP3 say that a line or an argument is wrong, and in what way.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/pop3/command.hpp"
#include "backtalk/pop3/listing.hpp"

namespace backtalk::pop3 {
namespace {

constexpr ErrorCode kShape = ErrorCode::wrong_shape;
constexpr ErrorCode kRange = ErrorCode::number_out_of_range;

struct Refusal {
  std::string_view text;
  Error error;  // none: it is read
};

// The error of a decoder; none if it has read something.
template <class Value>
Error error_of(const Result<Value>& result) {
  return result ? Error{} : result.error();
}

TEST(Pop3Refusals, OfListings) {
  for (const auto& [text, error] : {Refusal{"", {kShape, 0}},
                                    {" ", {kShape, 0}},
                                    {"x 1", {kShape, 0}},
                                    {"-1 1", {kShape, 0}},
                                    {"1", {kShape, 1}},
                                    {"1x 1", {kShape, 1}},
                                    {"1\t2", {kShape, 1}},
                                    {"12345678", {kShape, 8}},
                                    {"123456789x", {kShape, 9}},
                                    {"1 ", {kShape, 2}},
                                    {"1  2", {kShape, 2}},
                                    {"1 x", {kShape, 2}},
                                    {"1 -2", {kShape, 2}},
                                    {"1 2x", {kShape, 3}},
                                    {"1 2\t", {kShape, 3}},
                                    {"1 2.5", {kShape, 3}},
                                    {"1 23456789x", {kShape, 10}},
                                    {"4294967294 1", {}},
                                    {"4294967295 1", {}},
                                    {"4294967296 1", {kRange, 0}},
                                    {"4294967300 1", {kRange, 0}},
                                    {"10000000000 1", {kRange, 0}},
                                    {"99999999999999999999999 1", {kRange, 0}},
                                    {"1 18446744073709551614", {}},
                                    {"1 18446744073709551615", {}},
                                    {"1 18446744073709551616", {kRange, 2}},
                                    {"1 18446744073709551620", {kRange, 2}},
                                    {"1 20000000000000000000", {kRange, 2}},
                                    {"1 100000000000000000000", {kRange, 2}},
                                    {"1 0", {}},
                                    {"00000000001 00000000000000000000000", {}}}) {
    EXPECT_EQ(error_of(read_drop_listing(text)), error) << text;
    EXPECT_EQ(error_of(read_scan_listing(text)), error) << text;
    // The same in a line that is long enough to be read eight octets at a time.
    if (error && error.offset == text.size()) continue;
    const std::string longer = std::string(text) + " and more text";
    EXPECT_EQ(error_of(read_drop_listing(longer)), error) << longer;
    EXPECT_EQ(error_of(read_scan_listing(longer)), error) << longer;
  }
  for (const std::string_view text : {"0 1", "00000000 1", "0000000000000 1"}) {
    EXPECT_EQ(error_of(read_drop_listing(text)), Error{}) << text;
    EXPECT_EQ(error_of(read_scan_listing(text)), (Error{kRange, 0})) << text;
    EXPECT_EQ(error_of(read_unique_id_listing(text)), (Error{kRange, 0})) << text;
  }
}

TEST(Pop3Refusals, OfUniqueIds) {
  const std::string too_long = "1 " + std::string(71, 'x');
  for (const auto& [text, error] : {Refusal{"", {kShape, 0}},
                                    {"x a", {kShape, 0}},
                                    {"4294967296 a", {kRange, 0}},
                                    {"1", {kShape, 1}},
                                    {"1a", {kShape, 1}},
                                    {"1 ", {kShape, 2}},
                                    {"1  a", {kShape, 2}},
                                    {"1 a b", {kShape, 2}},
                                    {"12 abcdefg\x7f", {kShape, 3}},
                                    {too_long, {kShape, 2}}}) {
    EXPECT_EQ(error_of(read_unique_id_listing(text)), error) << text;
  }
}

Command with(std::string_view arguments) {
  return {.offset = 0, .verb = Verb::unknown, .keyword = {}, .arguments = arguments};
}

TEST(Pop3Refusals, OfNumbersInCommands) {
  for (const auto& [text, error] : {Refusal{"", {kShape, 0}},
                                    {" 1", {kShape, 0}},
                                    {"x", {kShape, 0}},
                                    {"0", {kRange, 0}},
                                    {"00", {kRange, 0}},
                                    {"4294967294", {}},
                                    {"4294967295", {}},
                                    {"4294967296", {kRange, 0}},
                                    {"1 ", {kShape, 1}},
                                    {"1x", {kShape, 1}},
                                    {"12 3", {kShape, 2}}}) {
    EXPECT_EQ(error_of(read_message_number(with(text))), error) << text;
  }
  for (const auto& [text, error] : {Refusal{"", {kShape, 0}},
                                    {"x 1", {kShape, 0}},
                                    {"0 1", {kRange, 0}},
                                    {"4294967296 1", {kRange, 0}},
                                    {"1", {kShape, 1}},
                                    {"1x", {kShape, 1}},
                                    {"1 ", {kShape, 2}},
                                    {"1  2", {kShape, 2}},
                                    {"1 x", {kShape, 2}},
                                    {"1 18446744073709551615", {}},
                                    {"1 18446744073709551616", {kRange, 2}},
                                    {"1 0", {}},
                                    {"1 2 ", {kShape, 3}},
                                    {"1 2x", {kShape, 3}}}) {
    EXPECT_EQ(error_of(read_top(with(text))), error) << text;
  }
}

TEST(Pop3Refusals, OfApopAndAuth) {
  const std::string digest = "0123456789abcdefABCDEF0123456789";
  const std::string in_upper_case = "a b " + digest;
  const auto read = read_apop(with(in_upper_case));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->name, "a b");
  EXPECT_EQ(read->digest, digest);
  for (std::size_t at = 0; at < digest.size(); ++at) {
    for (const char c : {'/', ':', '@', 'G', '`', 'g'}) {
      std::string wrong = "joe " + digest;
      wrong[4 + at] = c;
      EXPECT_EQ(error_of(read_apop(with(wrong))), (Error{kShape, 4})) << wrong;
    }
  }
  for (const std::string& text : {"joe " + digest.substr(1), "joe " + digest + "0", std::string("joe ")}) {
    EXPECT_EQ(error_of(read_apop(with(text))), (Error{kShape, 4})) << text;
  }
  for (const std::string& text : {std::string(), std::string("joe"), " " + digest}) {
    EXPECT_EQ(error_of(read_apop(with(text))), (Error{kShape, 0})) << text;
  }
  const std::string longest(20, 'A');
  for (const auto& [text, error] : {Refusal{"", {kShape, 0}},
                                    {" a", {kShape, 0}},
                                    {"PL.AIN", {kShape, 0}},
                                    {"PL.AIN a", {kShape, 0}},
                                    {"A-_9z", {}},
                                    {"PLAIN ", {kShape, 6}},
                                    {"PLAIN  a", {kShape, 6}},
                                    {"PLAIN a b", {kShape, 6}},
                                    {"PLAIN a*", {kShape, 6}},
                                    {"PLAIN aZ09+/=", {}},
                                    {longest, {}}}) {
    EXPECT_EQ(error_of(read_auth(with(text))), error) << text;
  }
  EXPECT_EQ(error_of(read_auth(with(longest + "B"))), (Error{kShape, 0}));
  EXPECT_EQ(error_of(read_auth(with(longest + "B a"))), (Error{kShape, 0}));
  EXPECT_EQ(error_of(read_auth(with(longest + " a"))), Error{});
}

}  // namespace
}  // namespace backtalk::pop3
