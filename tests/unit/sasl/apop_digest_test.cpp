// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/apop.hpp"

#include <gtest/gtest.h>

#include <string>

#include "exchanges.hpp"

namespace backtalk::sasl::test {
namespace {

constexpr std::string_view kTimestamp = "<1896.697170952@dbc.mtview.ca.us>";

TEST(ApopDigest, IsThatOfRfc1939) {
  EXPECT_EQ(apop_digest(kTimestamp, "tanstaaf"), "c4c9334bac560ecc979e58001b3e22fb");
}

TEST(ApopExchange, AnswersTheTimestamp) {
  const auto exchange = client(Mechanism::apop);
  const session::Credentials mrose{.user = "mrose", .password = "tanstaaf"};
  EXPECT_EQ(exchange->begin(mrose), std::nullopt);
  EXPECT_FALSE(exchange->complete());
  EXPECT_EQ(exchange->respond(kTimestamp), "c4c9334bac560ecc979e58001b3e22fb");
  EXPECT_TRUE(exchange->complete());
  EXPECT_EQ(exchange->respond(kTimestamp), std::nullopt) << "there is but one greeting";
}

TEST(ApopExchange, SignsNothingButATimestamp) {
  const auto exchange = client(Mechanism::apop);
  const session::Credentials mrose{.user = "mrose", .password = "tanstaaf"};
  for (const std::string_view challenge :
       {"", "<>", "<a>", "<a@b", "<a@b> ", "x<a@b>", "<a@b\x80>", "<a\r\n@b>"}) {
    exchange->begin(mrose);
    EXPECT_EQ(exchange->respond(challenge), std::nullopt) << challenge;
    EXPECT_EQ(exchange->failure(), session::kAuthChallenge);
  }
}

}  // namespace
}  // namespace backtalk::sasl::test
