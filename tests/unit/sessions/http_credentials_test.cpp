// SPDX-License-Identifier: Apache-2.0 OR MIT
// Authorization, Proxy-Authorization and Cookie: what is in them is shown nowhere.
#include "session/http_credentials.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>

#include "http_dialogue.hpp"

namespace backtalk::session::test {
namespace {

using namespace std::string_literals;

// RFC 7617 section 2: user "Aladdin", password "open sesame".
constexpr std::string_view kBasic = "Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n";

HttpPlan plan_that_sends(std::string_view fields) {
  std::string all = "Host: a.example\r\n";
  all.append(fields).append("\r\n");
  HttpPlan plan = http_plan_of(1, http_request(HttpCommand::get, {"GET / HTTP/1.1", {}}, all));
  find_credentials(plan);
  return plan;
}

// What is shown of that text, after a request with these fields.
std::string words_shown(std::string_view fields, std::string_view text) {
  const HttpPlan plan = plan_that_sends(fields);
  const CapturedWords none;
  const HttpSecrets secrets(plan.credentials, none, nullptr);
  return std::string(secrets.without_secrets({.name = "reply-4xx", .text = text}).text);
}

std::string stream_kept(std::string_view fields, std::string octets) {
  const HttpPlan plan = plan_that_sends(fields);
  const CapturedWords none;
  HttpSecrets(plan.credentials, none, nullptr).hide_in(octets);
  return octets;
}

TEST(HttpCredentials, AFieldIsShownWithoutItsValue) {
  EXPECT_EQ(without_credentials("Authorization: Basic QTpi"), "Authorization: ***");
  EXPECT_EQ(without_credentials("proxy-AUTHORIZATION:Bearer x"), "proxy-AUTHORIZATION: ***");
  EXPECT_EQ(without_credentials("Cookie:"), "Cookie: ***");
  EXPECT_EQ(without_credentials("COOKIE: a=1; b=2"), "COOKIE: ***");
  EXPECT_EQ(without_credentials(" Cookie\t: a=1"), " Cookie\t: ***");
  EXPECT_EQ(without_credentials("Accept: */*"), "Accept: */*");
  EXPECT_EQ(without_credentials("X-Cookie: a=1"), "X-Cookie: a=1");
  EXPECT_EQ(without_credentials("Authorization"), "Authorization");
}

TEST(HttpCredentials, AreNotShownInAnyForm) {
  for (const std::string_view text :
       {"HTTP/1.1 401 no: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==", "HTTP/1.1 401 QWxhZGRpbjpvcGVuIHNlc2FtZQ==?",
        "HTTP/1.1 401 Aladdin:open sesame", "HTTP/1.1 401 not 'open sesame'", "HTTP/1.1 401 open ses",
        "HTTP/1.1 401 QWxhZGRp", "HTTP/1.1 401 QWxhZGRp... is wrong",
        "HTTP/1.1 401 ...uIHNlc2FtZQ== is wrong"}) {
    EXPECT_EQ(words_shown(kBasic, text), kNotShown) << text;
  }
  for (const std::string_view text : {"HTTP/1.1 401 Basic is not enough", "HTTP/1.1 401 Aladdin", ""}) {
    EXPECT_EQ(words_shown(kBasic, text), text) << "no secret";
  }
}

TEST(HttpCredentials, EachFieldLineHasItsOwn) {
  constexpr std::string_view kFields =
      "cookie: theme=dark; sid=\"31d4d96e407aad42\"\r\nX-A: not-secret\r\nCOOKIE: b=2\r\n"
      "Proxy-Authorization: Bearer mF_9.B5f-4.1JqM\r\n";
  for (const std::string_view text : {"theme=dark", "dark", "sid=\"31d4d96e407aad42\"", "31d4d96e407aad42",
                                      "b=2", "mF_9.B5f-4.1JqM", "theme=dark; sid=\"31d4d96e407aad42\""}) {
    EXPECT_EQ(words_shown(kFields, "HTTP/1.1 400 " + std::string(text) + "!"), kNotShown) << text;
  }
  for (const std::string_view text : {"not-secret", "2", "theme", "sid", "Bearer"}) {
    EXPECT_NE(words_shown(kFields, "HTTP/1.1 400 " + std::string(text) + "!"), kNotShown) << text;
  }
}

TEST(HttpCredentials, AFoldedLineIsAPartOfItsField) {
  constexpr std::string_view kFolded = "Authorization: Bearer\r\n mF_9.B5f-4.1JqM\r\nX-A: open\r\n";
  EXPECT_EQ(words_shown(kFolded, "HTTP/1.1 401 mF_9.B5f-4.1JqM"), kNotShown);
  EXPECT_EQ(words_shown(kFolded, "HTTP/1.1 401 open"), "HTTP/1.1 401 open");
}

TEST(HttpCredentials, AreOverwrittenInAStreamThatIsKept) {
  EXPECT_EQ(stream_kept(kBasic, "HTTP/1.1 401 open sesame\r\nX: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\0"s),
            "HTTP/1.1 401 xxxxxxxxxxx\r\nX: " + std::string(34, 'x') + "\0"s);
  EXPECT_EQ(stream_kept(kBasic, "X: QWxhZGRpbjpv"), "X: xxxxxxxxxxxx") << "cut";
  EXPECT_EQ(stream_kept("", "HTTP/1.1 200 OK"), "HTTP/1.1 200 OK");
}

TEST(HttpCredentials, TheContentOfARequestHasNone) {
  HttpRequest request =
      http_request(HttpCommand::post, {"POST / HTTP/1.1", {}}, "Content-Length: 18\r\n\r\n");
  request.octets += "Cookie: not-a-field\r\n";
  HttpPlan plan = http_plan_of(1, std::move(request));
  find_credentials(plan);
  EXPECT_TRUE(plan.credentials.sent.empty());
}

// --- By a script

// GET with "Cookie: sid={}", which has the first captured word.
HttpRequest with_captured_cookie() {
  CommandTemplate head("GET / HTTP/1.1", {});
  head.append_lines("\r\nCookie: sid=");
  head.append_captured(0);
  head.append_lines("; lang=en-long\r\nX-A: ");
  head.append_captured(1);
  HttpRequest request{.method = HttpCommand::get};
  head.append_lines("\r\n\r\n");
  request.octets = head.take_tail();
  request.filled = std::move(head);
  return request;
}

TEST(HttpCredentials, AWordOfTheServerIsASecretOnceItIsSentAsACookie) {
  HttpRequest first = request_of(HttpCommand::get);
  first.captures = {{.slot = 0, .word = 2, .field = "x-sid"}, {.slot = 1, .word = 2, .field = "x-other"}};
  HttpPlan plan = http_plan_of(1, std::move(first));
  plan.passes[0].requests.push_back(with_captured_cookie());
  plan.capture_slots = 2;
  find_credentials(plan);
  EXPECT_EQ(plan.credentials.slots, 1U);
  for (const auto& [reason, is_hidden] :
       {std::pair{"31d4d9", true}, std::pair{"other7", false}, std::pair{"en-long", true}}) {
    HttpDialogue talk(plan);
    talk.supply = 1;
    talk.client();
    EXPECT_EQ(talk.says("HTTP/1.1 200 OK\r\nX-Sid: 31d4d9\r\nX-Other: other7\r\nContent-Length: 0\r\n\r\n"),
              "GET / HTTP/1.1\r\nCookie: sid=31d4d9; lang=en-long\r\nX-A: other7\r\n\r\n");
    talk.says("HTTP/1.1 403 no "s + reason + "\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(talk.recorder.said.at(0).text == kNotShown, is_hidden) << reason;
  }
}

// --- Wherever a session quotes its server

TEST(HttpCredentials, ASessionShowsThemNeitherInErrorsNorAtTheEnd) {
  constexpr std::string_view kSecret = "QWxhZGRpbjpvcGVuIHNlc2FtZQ==";
  for (const std::string& answer : {"HTTP/1.1 401 "s.append(kSecret).append("\r\nContent-Length: 0\r\n\r\n"),
                                    "HTTP/1.1 200 OK\r\nX-Sent: "s.append(kSecret).append("\0\r\n\r\n"s),
                                    "HTTP/1.1 200 OK\r\nX-Sent: "s.append(kSecret)}) {
    HttpDialogue talk(plan_that_sends(kBasic));
    talk.supply = 1;
    talk.client();
    talk.says(answer);
    talk.session.end(Ending::failed, kServerClosed, talk.now());
    ASSERT_FALSE(talk.recorder.said.empty());
    for (const auto& words : talk.recorder.said) EXPECT_EQ(words.text, kNotShown) << answer;
  }
}

}  // namespace
}  // namespace backtalk::session::test
