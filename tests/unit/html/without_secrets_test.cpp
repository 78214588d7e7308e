// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/without_secrets.hpp"

#include <gtest/gtest.h>

namespace backtalk::html {
namespace {

TEST(WithoutSecrets, AUrlHasNoQuery) {
  EXPECT_EQ(without_query("http://127.0.0.1:80/a?api_key=SECRET"), "http://127.0.0.1:80/a?…");
  EXPECT_EQ(without_query("http://127.0.0.1:80/a"), "http://127.0.0.1:80/a");
  EXPECT_EQ(without_query(""), "");
}

TEST(WithoutSecrets, OnlyHarmlessFieldsHaveTheirValues) {
  EXPECT_EQ(without_value("X-Auth-Token: SECRET"), "X-Auth-Token: …");
  EXPECT_EQ(without_value("Accept: text/html"), "Accept: text/html");
  EXPECT_EQ(without_value("USER-AGENT:me"), "USER-AGENT:me");
  EXPECT_EQ(without_value("Accept : SECRET"), "Accept : …") << "that is another name";
  EXPECT_EQ(without_value("no colon"), "no colon: …");
}

}  // namespace
}  // namespace backtalk::html
