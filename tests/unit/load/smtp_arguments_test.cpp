// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/smtp_arguments.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace backtalk::workload {
namespace {

using testing::HasSubstr;

TEST(SmtpArguments, APathIsAnythingThatCanBeSent) {
  for (const std::string_view path :
       {"", "a@example.org", "a{n}@example{n}.org", "postmaster", "a+b=c@[192.0.2.1]", "\"a.b\"@example.org",
        "\xC3\xA9@\xC3\xBC.example"})
    EXPECT_EQ(check_path("--to", path), std::nullopt) << path;
}

TEST(SmtpArguments, APathCannotEndItself) {
  using namespace std::string_literals;
  for (const std::string& path : {"a b@c"s, "a>b@c"s, "<a@b>"s, "a\r\nRSET@b"s, "a\0b@c"s, "a\x7F@b"s,
                                  "\xFF@b"s, "\xC0\xAF@b"s, "\xED\xA0\x80@b"s, std::string(513, 'a')})
    EXPECT_THAT(check_path("--from", path).value_or(""), HasSubstr("--from `")) << path;
}

TEST(SmtpArguments, XclientTakesAttributes) {
  for (const std::string_view text :
       {"", "NAME=a", "NAME=[UNAVAILABLE] ADDR=IPV6:2001:db8::1 PORT=25 PROTO=ESMTP HELO=a.b LOGIN=tim+2Bx",
        "ADDR=a=b"})
    EXPECT_EQ(check_xclient(text), std::nullopt) << text;
}

TEST(SmtpArguments, XclientTakesNothingElse) {
  using namespace std::string_literals;
  for (const std::string& text :
       {"NAME"s, "NAME="s, "=a"s, " NAME=a"s, "NAME=a "s, "NAME=a  ADDR=b"s, "NA ME=a"s, "NAME=\xC3\xA9"s,
        "NAME=a\r\nQUIT"s, "NAME=a\0"s, "X1=a"s, "NAME="s + std::string(508, 'a')})
    EXPECT_THAT(check_xclient(text).value_or(""), HasSubstr("--xclient `")) << text;
}

}  // namespace
}  // namespace backtalk::workload
