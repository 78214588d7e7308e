// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_statuses.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "backtalk/smtp/reply_parser.hpp"
#include "session/smtp_refusals.hpp"

namespace backtalk::session {
namespace {

// Every code that the parser takes has a status of its own, named as the code is.
TEST(SmtpStatuses, EveryReplyCodeHasItsOwnStatus) {
  smtp::ReplyParser parser;
  std::set<std::uint16_t> seen;
  for (unsigned code = 0; code < 1000; ++code) {
    std::string text = std::to_string(code);
    text.insert(0, 3 - text.size(), '0');
    const std::string line = text + " x\r\n";
    parser.reset();
    parser.feed(line);
    if (const smtp::Reply* reply = parser.next()) {
      const std::uint16_t status = smtp_status(reply->code);
      ASSERT_LT(status, smtp_statuses().size());
      EXPECT_TRUE(seen.insert(status).second) << text;
      EXPECT_EQ(smtp_statuses()[status].name, text);
      EXPECT_EQ(smtp_statuses()[status].ok, code < 400);
    }
  }
  EXPECT_EQ(seen.size(), kSmtpStatuses);
}

// By the class of the reply and the command; docs/load-json.md lists the names.
TEST(SmtpRefusals, AreNamedByCommandAndReply) {
  using S = SmtpCommand;
  const auto reply = [](unsigned code) {
    smtp::Reply one;
    one.code = static_cast<std::uint16_t>(code);
    return one;
  };
  for (const unsigned code : {211U, 299U, 300U, 354U, 399U}) EXPECT_FALSE(refuses(reply(code))) << code;
  for (const unsigned code : {400U, 421U, 499U, 500U, 599U}) EXPECT_TRUE(refuses(reply(code))) << code;
  EXPECT_EQ(refusal(reply(420)), "reply-4xx");
  EXPECT_EQ(refusal(reply(421)), "service-closing");
  EXPECT_EQ(refusal(reply(422)), "reply-4xx");
  EXPECT_EQ(refusal(reply(500)), "reply-5xx");
  for (const unsigned code : {421U, 450U, 550U}) {
    EXPECT_EQ(refusal_of_connection(S::greeting, reply(code)), "greeting-refused");
    EXPECT_EQ(refusal_of_connection(S::ehlo, reply(code)), code == 550 ? "reply-5xx" : "hello-refused");
    EXPECT_EQ(refusal_of_connection(S::helo, reply(code)), "hello-refused");
    EXPECT_EQ(refusal_of_connection(S::lhlo, reply(code)), "hello-refused");
    EXPECT_EQ(refusal_of_connection(S::starttls, reply(code)), "starttls-refused");
    EXPECT_EQ(refusal_of_connection(S::xclient, reply(code)), "xclient-refused");
    EXPECT_EQ(refusal_of_connection(S::auth, reply(code)), "auth-refused");
    EXPECT_EQ(refusal_of_connection(S::quit, reply(code)), refusal(reply(code)));
  }
}

}  // namespace
}  // namespace backtalk::session
