// SPDX-License-Identifier: Apache-2.0 OR MIT
// How answers of POP3 are counted, and which form they have.
#include "session/pop3_statuses.hpp"

#include <gtest/gtest.h>

#include <string>

#include "backtalk/pop3/response_parser.hpp"
#include "session/pop3_refusals.hpp"

namespace backtalk::session {
namespace {

using Code = pop3::ResponseCode;

std::string name_of(const std::string& line, pop3::Expect expected = pop3::Expect::single_line) {
  pop3::ResponseParser parser;
  static_cast<void>(parser.expect(expected));
  const std::string all = "+OK ready\r\n" + line;
  parser.feed(all);
  static_cast<void>(parser.next());  // the greeting
  const pop3::Event* const event = parser.next();
  if (event == nullptr) return "no event";
  const std::uint16_t status = pop3_status(event->status);
  return status == kNoStatus ? "none" : std::string(pop3_statuses()[status].name);
}

TEST(Pop3Statuses, AreTheAnswersWithTheirCodes) {
  EXPECT_EQ(name_of("+OK\r\n"), "+OK");
  EXPECT_EQ(name_of("+OK [AUTH] x\r\n"), "+OK") << "only a refusal has reasons";
  EXPECT_EQ(name_of("+ x\r\n", pop3::Expect::sasl), "none");
  EXPECT_EQ(name_of("-ERR x\r\n"), "-ERR");
  EXPECT_EQ(name_of("-ERR [X-OTHER] x\r\n"), "-ERR");
  for (const char* const code : {"IN-USE", "LOGIN-DELAY", "SYS/TEMP", "SYS/PERM", "AUTH", "UTF8"}) {
    const std::string answer = "-ERR [" + std::string(code) + "]";
    EXPECT_EQ(name_of(answer + " x\r\n"), answer);
  }
}

TEST(Pop3Statuses, OneIsGood) {
  ASSERT_EQ(pop3_statuses().size(), 8U);
  for (const Status& status : pop3_statuses()) EXPECT_EQ(status.ok, status.name == "+OK") << status.name;
  EXPECT_EQ(pop3_statuses()[kPop3Ok].name, "+OK");
  EXPECT_EQ(pop3_statuses()[kPop3Err].name, "-ERR");
}

TEST(Pop3Refusals, ACodeThatSaysWhyNamesThem) {
  EXPECT_EQ(pop3_refusal(Code::in_use), "reply-in-use");
  EXPECT_EQ(pop3_refusal(Code::login_delay), "reply-login-delay");
  EXPECT_EQ(pop3_refusal(Code::sys_temp), "reply-sys-temp");
  EXPECT_EQ(pop3_refusal(Code::sys_perm), "reply-sys-perm");
  for (const Code code : {Code::none, Code::unknown, Code::auth, Code::utf8})
    EXPECT_EQ(pop3_refusal(code), "reply-err");
}

TEST(Pop3Refusals, OfTheConnectionAreNamedByTheCommand) {
  using P = Pop3Command;
  EXPECT_EQ(pop3_refusal_of_connection(P::greeting, Code::none), "greeting-refused");
  EXPECT_EQ(pop3_refusal_of_connection(P::greeting, Code::in_use), "reply-in-use");
  EXPECT_EQ(pop3_refusal_of_connection(P::stls, Code::sys_temp), "starttls-refused");
  for (const P command : {P::user, P::pass, P::apop, P::auth}) {
    EXPECT_EQ(pop3_refusal_of_connection(command, Code::auth), "auth-refused");
    EXPECT_EQ(pop3_refusal_of_connection(command, Code::login_delay), "reply-login-delay");
  }
  for (const P command : {P::capa, P::stat, P::quit}) {
    EXPECT_EQ(pop3_refusal_of_connection(command, Code::none), "reply-err");
    EXPECT_EQ(pop3_refusal_of_connection(command, Code::sys_perm), "reply-sys-perm");
  }
}

// RFC 1939 5, 7; RFC 2449 5; RFC 5034 4.
TEST(Pop3AnswerForms, DependOnTheCommandAndItsArguments) {
  using P = Pop3Command;
  using E = pop3::Expect;
  for (const P command :
       {P::greeting, P::stls, P::user, P::pass, P::apop, P::stat, P::dele, P::rset, P::noop, P::quit})
    EXPECT_EQ(pop3_answer_form(command, "XXXX"), E::single_line);
  EXPECT_EQ(pop3_answer_form(P::retr, "RETR 1"), E::multi_line);
  EXPECT_EQ(pop3_answer_form(P::top, "TOP 1 0"), E::multi_line);
  EXPECT_EQ(pop3_answer_form(P::capa, "CAPA"), E::listing);
  for (const P command : {P::list, P::uidl}) {
    EXPECT_EQ(pop3_answer_form(command, "LIST"), E::listing);
    EXPECT_EQ(pop3_answer_form(command, "LIST  "), E::listing);
    EXPECT_EQ(pop3_answer_form(command, "LIST 1"), E::single_line);
    EXPECT_EQ(pop3_answer_form(command, "LIST  1"), E::single_line);
  }
  EXPECT_EQ(pop3_answer_form(P::auth, "AUTH"), E::listing);
  EXPECT_EQ(pop3_answer_form(P::auth, "AUTH "), E::listing);
  EXPECT_EQ(pop3_answer_form(P::auth, "AUTH PLAIN"), E::sasl);
  EXPECT_EQ(pop3_answer_form(P::list, ""), E::listing) << "nothing is beyond its end";
}

}  // namespace
}  // namespace backtalk::session
