// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "sasl/scram.hpp"

#include <gtest/gtest.h>

namespace backtalk::sasl {
namespace {

// RFC 7677 section 3.
TEST(ServerFirstMessage, IsReadAsRfc7677HasIt) {
  const auto first = read_server_first(
      "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->salt, "W22ZaJ0SNY7soEsUEjb6gQ==");
  EXPECT_EQ(first->iterations, 4096U);
}

TEST(ServerFirstMessage, MayHaveExtensionsBehind) {
  const auto first = read_server_first("r=a,s=b,i=1,x=y");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->iterations, 1U);
}

TEST(ServerFirstMessage, IsNothingElse) {
  for (const auto* message : {"", "r", "r=", "r=a", "r=a,", "r=a,s=b", "r=a,s=b,", "r=a,s=b,i", "r=a,s=b,i=",
                              "r=a,s=b,i=x", "r=a,s=b,i=1x", "r=a,s=b,i=-1", "r=a,s=b,i=18446744073709551616",
                              "m=x,r=a,s=b,i=1", "s=b,r=a,i=1", "R=a,s=b,i=1"})
    EXPECT_FALSE(read_server_first(message)) << message;
}

}  // namespace
}  // namespace backtalk::sasl
