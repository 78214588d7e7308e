// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/enhanced_code.hpp"

#include <gtest/gtest.h>

namespace backtalk::smtp {
namespace {

TEST(EnhancedCode, IsReadWithTheSpaceAfterIt) {
  const auto found = find_enhanced_code("2.1.5 Ok", 250);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, (EnhancedCode{2, 1, 5}));
  EXPECT_EQ(found->octets, 6U);
}

TEST(EnhancedCode, MayEndTheLine) {
  const auto found = find_enhanced_code("5.100.999", 550);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->code, (EnhancedCode{5, 100, 999}));
  EXPECT_EQ(found->octets, 9U);
}

TEST(EnhancedCode, TakesOneSpaceOnly) {
  EXPECT_EQ(find_enhanced_code("4.0.0  two", 450)->octets, 6U);
}

struct NoCode {
  std::string_view text;
  std::uint16_t reply_code;
};

void PrintTo(const NoCode& no, std::ostream* out) {
  *out << no.reply_code << ' ' << testing::PrintToString(no.text);
}

class NotAnEnhancedCode : public testing::TestWithParam<NoCode> {};

TEST_P(NotAnEnhancedCode, IsText) {
  EXPECT_FALSE(find_enhanced_code(GetParam().text, GetParam().reply_code)) << GetParam().text;
}

INSTANTIATE_TEST_SUITE_P(EnhancedCode, NotAnEnhancedCode,
                         testing::Values(NoCode{"", 250}, NoCode{"2", 250}, NoCode{"2.", 250},
                                         NoCode{"2.1", 250}, NoCode{"2.1.", 250}, NoCode{"2.1. x", 250},
                                         NoCode{"2..1 x", 250}, NoCode{"5.1.1 wrong class", 250},
                                         NoCode{"2.1.5 wrong class", 550}, NoCode{"3.0.0 no such class", 354},
                                         NoCode{"1.0.0 x", 100}, NoCode{"2.01.5 leading zero", 250},
                                         NoCode{"2.1.05 leading zero", 250}, NoCode{"2.00.0 x", 250},
                                         NoCode{"2.1000.0 four digits", 250},
                                         NoCode{"2.0.1000 four digits", 250}, NoCode{"2.1.5-Ok", 250},
                                         NoCode{"2.1.5\tOk", 250}, NoCode{"2.1.5.7 x", 250},
                                         NoCode{" 2.1.5 x", 250}, NoCode{"2,1,5 x", 250},
                                         NoCode{"2.-1.5 x", 250}, NoCode{"2.a.b c", 250}));

TEST(EnhancedCode, IsPrintedAsItWasRead) {
  EXPECT_EQ(to_string(EnhancedCode{2, 0, 0}), "2.0.0");
  EXPECT_EQ(to_string(EnhancedCode{5, 999, 10}), "5.999.10");
}

}  // namespace
}  // namespace backtalk::smtp
