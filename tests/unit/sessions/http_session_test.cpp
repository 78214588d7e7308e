// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an HTTP client says and when, by RFC 9110 and 9112, and what it makes of the answers.
#include <gtest/gtest.h>

#include <string>

#include "http_dialogue.hpp"

namespace backtalk::session::test {
namespace {

// --- Requests and answers

TEST(HttpSession, TheClientSpeaksFirstAndOneAnswerCompletesOneRequest) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), kGet);
  EXPECT_EQ(talk.says(kOk), kGet);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_EQ(talk.recorder.statuses["GET"]["200"], 2);
  talk.session.finish();
  EXPECT_EQ(talk.client(), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(HttpSession, AnAnswerIsThereWithItsLastOctet) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_NE(talk.session.waiting_since(), 0U);
  talk.says("i");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.session.waiting_since(), 0U);
}

TEST(HttpSession, RequestsAreNumberedThroughTheRun) {
  HttpDialogue talk(http_plan_of(2, request_of(HttpCommand::get, "/page{n}")));
  talk.supply = 2;
  EXPECT_EQ(talk.client(),
            "GET /page0 HTTP/1.1\r\nHost: a.example\r\n\r\nGET /page1 HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

TEST(HttpSession, SeveralRequestsTakeTurns) {
  HttpPlan plan = http_plan_of(1, request_of(HttpCommand::get, "/a"));
  plan.passes.emplace_back().requests.push_back(request_of(HttpCommand::put, "/b", "xyz"));
  HttpDialogue talk(plan);
  talk.supply = 2;
  const std::string put = "PUT /b HTTP/1.1\r\nHost: a.example\r\nContent-Length: 3\r\n\r\nxyz";
  EXPECT_EQ(talk.client(), "GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n");
  EXPECT_EQ(talk.says(kOk), put);
  EXPECT_EQ(talk.recorder.sent["GET"], 1);
  EXPECT_EQ(talk.recorder.sent["PUT"], 1);
}

TEST(HttpSession, ABodyLargerThanTheRoomGoesOutInPieces) {
  const std::string body(3 * Session::kOutputMin, 'x');
  HttpDialogue talk(http_plan_of(1, request_of(HttpCommand::post, "/", body)));
  talk.supply = 1;
  const std::string said = talk.client();
  EXPECT_TRUE(said.ends_with("\r\n\r\n" + body));
}

TEST(HttpSession, PipelinedRequestsAreAnsweredInOrder) {  // RFC 9112 9.3.2
  HttpDialogue talk(http_plan_of(3));
  talk.supply = 4;
  EXPECT_EQ(talk.client(), kGet + kGet + kGet);
  EXPECT_EQ(talk.says(std::string(kOk) + std::string(kOk)), kGet);
  EXPECT_EQ(talk.recorder.completed(), 2U);
}

// --- Framing

TEST(HttpSession, RoomIsWhatTheDepthLeaves) {
  HttpDialogue talk(http_plan_of(3));
  EXPECT_EQ(talk.session.room(), 3U);
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.session.room(), 2U);
  talk.supply = 2;
  talk.client();
  EXPECT_EQ(talk.session.room(), 0U);
  talk.says(kOk);
  EXPECT_EQ(talk.session.room(), 1U);
  talk.session.finish();
  EXPECT_EQ(talk.session.room(), 0U);
}

// A status that the plan does not take is counted by its class.
TEST(HttpSession, RefusalsAreNamedByTheirClass) {
  HttpPlan plan = http_plan_of(1);
  plan.ok.reset();
  for (const auto& [status, name] : {std::pair{200, "reply-2xx"},
                                     {299, "reply-2xx"},
                                     {300, "reply-3xx"},
                                     {399, "reply-3xx"},
                                     {400, "reply-4xx"},
                                     {499, "reply-4xx"},
                                     {500, "reply-5xx"},
                                     {599, "reply-5xx"}}) {
    HttpDialogue talk(plan);
    talk.supply = 1;
    talk.client();
    talk.says("HTTP/1.1 " + std::to_string(status) + " x\r\nContent-Length: 0\r\n\r\n");
    ASSERT_EQ(talk.recorder.ends.size(), 1U) << status;
    EXPECT_EQ(talk.recorder.ends[0].reason, name) << status;
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].name, name);
    EXPECT_EQ(talk.recorder.said[0].text, "HTTP/1.1 " + std::to_string(status) + " x");
    EXPECT_FALSE(talk.session.over());
  }
}

TEST(HttpSession, AnswersToHeadHaveNoBody) {
  HttpDialogue talk(http_plan_of(2, request_of(HttpCommand::head)));
  talk.supply = 2;
  talk.client();
  talk.says("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
}

TEST(HttpSession, NoContentAndNotModifiedHaveNoBody) {
  HttpDialogue talk(http_plan_of(2));
  talk.supply = 2;
  talk.client();
  talk.says("HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\n");
  EXPECT_EQ(talk.recorder.completed(), 2U);
}

TEST(HttpSession, ChunksAndTrailersArePartOfTheAnswer) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  talk.says("Sum: 1\r\n\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_FALSE(talk.session.over());
}

TEST(HttpSession, ABodyMayEndWithTheConnection) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.0 200 OK\r\n\r\nhi");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(HttpSession, ABodyThatIsCutShortIsAFailure) {
  for (const std::string_view answer : {"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nhi",
                                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n",
                                        "HTTP/1.1 200 OK\r\nContent-Le"}) {
    HttpDialogue talk(http_plan_of(1));
    talk.supply = 1;
    talk.client();
    talk.says(answer);
    talk.session.end(Ending::failed, kServerClosed, talk.now());
    EXPECT_EQ(talk.recorder.completed(), 0U) << answer;
    ASSERT_EQ(talk.recorder.failed(), 1U) << answer;
    EXPECT_EQ(talk.recorder.ends.front().reason, "closed-in-body");
    EXPECT_TRUE(talk.recorder.ends.front().in_doubt);
  }
}

// A connection that breaks is no end of a body.
TEST(HttpSession, ABodyUntilCloseIsCutShortByAReset) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.0 200 OK\r\n\r\nhi");
  talk.session.end(Ending::failed, "reset", talk.now());
  EXPECT_EQ(talk.recorder.failed(), 1U);
}

// --- Statuses

TEST(HttpSession, RedirectsCompleteAndErrorsFailAndTheConnectionGoesOn) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 4;
  talk.client();
  talk.says("HTTP/1.1 301 Moved Permanently\r\nContent-Length: 0\r\n\r\n");
  talk.says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  talk.says("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  ASSERT_EQ(talk.recorder.ends.size(), 3U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "reply-4xx");
  EXPECT_EQ(talk.recorder.ends[2].reason, "reply-5xx");
  const Said expected{
      .name = "reply-4xx", .command = "GET", .status = "404", .text = "HTTP/1.1 404 Not Found", .offset = 53};
  ASSERT_EQ(talk.recorder.said.size(), 2U);
  EXPECT_EQ(talk.recorder.said.front(), expected);
  EXPECT_FALSE(talk.session.over());
}

TEST(HttpSession, ThePlanSaysWhichStatusesAreSuccess) {
  HttpPlan plan = http_plan_of(1);
  plan.ok.reset();
  plan.ok.set(http_status(404));
  HttpDialogue talk(plan);
  talk.supply = 2;
  talk.client();
  talk.says("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
  talk.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends.back().reason, "reply-2xx");
}

TEST(HttpSession, InterimAnswersArePassedOver) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
  EXPECT_EQ(talk.recorder.completed(), 0U);
  talk.says(kOk);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.statuses["GET"]["200"], 1);
  EXPECT_TRUE(talk.recorder.said.empty());
}

// Neither success nor failure, whatever their code; nothing of them is kept.
TEST(HttpSession, InterimAnswersAreNoAnswers) {
  for (const std::string_view code : {"100", "102", "103", "199"}) {
    HttpDialogue talk(http_plan_of(2));
    talk.supply = 2;
    talk.client();
    const std::string interim = "HTTP/1.1 " + std::string(code) + " x\r\nConnection: close\r\n\r\n";
    talk.says(interim + interim + std::string(kOk) + interim);
    EXPECT_EQ(talk.recorder.completed(), 1U) << code;
    talk.says(kOk);
    EXPECT_EQ(talk.recorder.completed(), 2U) << code;
    EXPECT_TRUE(talk.recorder.said.empty()) << code;
    EXPECT_EQ(talk.recorder.statuses["GET"], (std::map<std::string, int>{{"200", 2}})) << code;
    EXPECT_FALSE(talk.session.over()) << code;
  }
}

// --- Expect: 100-continue (RFC 9110 10.1.1)

HttpPlan plan_with_expect() {
  HttpPlan plan = http_plan_of(1, request_of(HttpCommand::post, "/", "body"));
  plan.passes.front().requests.front().expects_continue = true;
  plan.continue_wait = 1000;
  return plan;
}

TEST(HttpExpectContinue, TheBodyWaitsForTheWord) {
  HttpDialogue talk(plan_with_expect());
  talk.supply = 1;
  EXPECT_TRUE(talk.client().ends_with("\r\n\r\n"));
  EXPECT_EQ(talk.session.next_wake(), talk.now() + 1000);
  EXPECT_EQ(talk.says("HTTP/1.1 100 Continue\r\n\r\n"), "body");
  EXPECT_EQ(talk.session.next_wake(), kNever);
  talk.says(kOk);
  EXPECT_EQ(talk.recorder.completed(), 1U);
}

TEST(HttpExpectContinue, TheBodyDoesNotWaitForEver) {
  HttpDialogue talk(plan_with_expect());
  talk.supply = 1;
  talk.client();
  talk.session.wake(talk.session.next_wake() - 1);
  EXPECT_EQ(talk.client(), "");
  talk.session.wake(talk.session.next_wake());
  EXPECT_EQ(talk.session.next_wake(), kNever);
  EXPECT_EQ(talk.client(), "body");
  EXPECT_EQ(talk.recorder.notes.size(), 1U);
  talk.session.wake(kNever - 1);
  EXPECT_EQ(talk.client(), "");
  EXPECT_EQ(talk.recorder.notes.size(), 1U);
}

// Every code that has a class has a status of its own, named as the code is.
TEST(HttpStatuses, EveryCodeHasItsOwnStatus) {
  for (unsigned code = 0; code < 1000; ++code) {
    const std::uint16_t status = http_status(code);
    if (code < 100 || code > 599) {
      EXPECT_EQ(status, kNoStatus) << code;
      continue;
    }
    ASSERT_EQ(status, code - 100) << code;
    EXPECT_EQ(http_statuses()[status].name, std::to_string(code));
    EXPECT_EQ(http_statuses()[status].ok, code < 400) << code;
  }
  EXPECT_EQ(http_statuses().size(), 500U);
}

TEST(HttpExpectContinue, ARefusalInItsPlaceEndsTheConnectionWithoutTheBody) {
  HttpDialogue talk(plan_with_expect());
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.says("HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n"), "");
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends.front().reason, "reply-4xx");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

// The server closes after a success that came before the body was out: the rest stays here.
TEST(HttpClose, ASuccessThatClosesLeavesTheBodyUnsent) {
  HttpDialogue talk(http_plan_of(1, request_of(HttpCommand::put, "/", std::string(9000, 'x'))));
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> buffer;
  ASSERT_EQ(talk.session.produce(buffer, talk.now()), buffer.size());
  talk.session.consume("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", talk.now());
  EXPECT_EQ(talk.client(), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(HttpExpectContinue, ASuccessInItsPlaceCompletesTheRequestAndEndsTheConnection) {
  HttpDialogue talk(plan_with_expect());
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_EQ(talk.session.next_wake(), kNever);
}

TEST(HttpExpectContinue, TheWordForAnEarlierRequestIsNotForThisOne) {
  HttpPlan plan = plan_with_expect();
  plan.depth = 2;
  HttpDialogue talk(plan);
  talk.supply = 2;
  talk.client();
  talk.session.wake(talk.session.next_wake());
  EXPECT_TRUE(talk.client().starts_with("body"));
  EXPECT_EQ(talk.says("HTTP/1.1 100 Continue\r\n\r\n"), "");
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.says("HTTP/1.1 100 Continue\r\n\r\n"), "body");
}

// --- Closing

TEST(HttpClose, AnIdleConnectionMayBeClosedAtAnyTime) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says(kOk);
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(HttpClose, TheServersWordIsHonoured) {
  for (const std::string_view answer : {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
                                        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"}) {
    HttpDialogue talk(http_plan_of(1));
    talk.supply = 2;
    talk.client();
    EXPECT_EQ(talk.says(answer), "") << answer;
    EXPECT_TRUE(talk.session.over()) << answer;
    EXPECT_EQ(talk.recorder.completed(), 1U);
    EXPECT_EQ(talk.recorder.ends.size(), 1U);
  }
}

// nginx closes after 1000 requests, whatever else it has received.
constexpr std::string_view kLast = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

TEST(HttpClose, RequestsInFlightFail) {
  HttpDialogue talk(http_plan_of(3));
  talk.supply = 3;
  talk.client();
  talk.says(std::string(kOk) + std::string(kLast));
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.completed(), 2U);
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends.back().reason, "connection-close");
  EXPECT_FALSE(talk.recorder.ends.back().in_doubt);
  EXPECT_TRUE(talk.recorder.failures.empty());
}

// A server that is overloaded for a moment has no limit either.
TEST(HttpClose, ErrorsDoNotTellHowManyRequestsAServerTakes) {
  HttpDialogue talk(http_plan_of(3));
  for (int connection = 0; connection < 3; ++connection) {
    talk.session.restart(talk.now());
    talk.supply = 3;
    EXPECT_EQ(talk.client(), kGet + kGet + kGet);
    talk.says("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  }
  EXPECT_TRUE(talk.recorder.notes.empty());
}

// The request that the server says it waited for is one that it has answered already.
TEST(HttpClose, ARequestTimeoutWhileABodyIsSentLosesNothing) {
  const std::string body(10'000, 'x');
  HttpDialogue talk(http_plan_of(1, request_of(HttpCommand::post, "/", body)));
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> some{};
  EXPECT_EQ(talk.session.produce(some, 1), some.size());
  talk.session.consume(kOk, 2);
  talk.session.consume("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n", 3);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.ends.size(), 1U);
}

TEST(HttpClose, ALimitOfTheServerIsKeptOnceItWasSeenTwice) {
  HttpDialogue talk(http_plan_of(3));
  for (int connection = 0; connection < 2; ++connection) {
    if (connection > 0) talk.session.restart(talk.now());
    talk.supply = 3;
    EXPECT_EQ(talk.client(), kGet + kGet + kGet);
    talk.says(std::string(kOk) + std::string(kLast));
  }
  EXPECT_EQ(talk.recorder.notes.size(), 1U);
  talk.session.restart(talk.now());
  talk.supply = 3;
  EXPECT_EQ(talk.client(), kGet + kGet);
  EXPECT_EQ(talk.says(std::string(kOk) + std::string(kOk)), "");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.completed(), 6U);
  EXPECT_EQ(talk.recorder.failed(), 2U);
}

TEST(HttpClose, AServerThatClosesNowHereNowThereHasNoLimit) {
  HttpDialogue talk(http_plan_of(3));
  for (const int answers : {2, 1, 2}) {
    talk.session.restart(talk.now());
    talk.supply = 3;
    EXPECT_EQ(talk.client(), kGet + kGet + kGet);
    talk.says((answers == 2 ? std::string(kOk) : std::string()) + std::string(kLast));
  }
  EXPECT_TRUE(talk.recorder.notes.empty());
}

// A connection that closes when all is answered says nothing about a limit, however often.
TEST(HttpClose, ACloseWithNothingInFlightIsNoLimit) {
  HttpDialogue talk(http_plan_of(3));
  for (const unsigned requests : {3U, 2U, 2U}) {
    talk.session.restart(talk.now());
    talk.supply = requests;
    talk.client();
    talk.says(std::string(kOk) + std::string(kLast));
    EXPECT_TRUE(talk.session.over());
    EXPECT_TRUE(talk.recorder.notes.empty()) << requests;
    EXPECT_EQ(talk.recorder.failed(), 1U);
  }
}

// Wherever a connection broke, the next one begins with nothing of it.
TEST(HttpClose, ANewConnectionBeginsAfresh) {
  for (const std::string_view cut :
       {"HTTP", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nh", "HTTP/1.1 103 Early Hints\r\n\r\n",
        "HTTP/1.0 200 OK\r\n\r\nhi", "X", "HTTP/1.1 200 OK\r\nA: b\rc\r\n"}) {
    HttpDialogue talk(http_plan_of(2));
    talk.supply = 2;
    talk.client();
    talk.says(cut);
    talk.session.end(Ending::failed, kReset, talk.now());
    EXPECT_EQ(talk.recorder.failed(), 2U) << cut;
    talk.session.restart(talk.now());
    talk.supply = 2;
    EXPECT_EQ(talk.client(), kGet + kGet) << cut;
    talk.says(std::string(kOk) + "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(talk.recorder.completed(), 1U) << cut;
    // Offsets count from the start of the connection.
    ASSERT_FALSE(talk.recorder.said.empty()) << cut;
    EXPECT_EQ(talk.recorder.said.back().offset, kOk.size()) << cut;
    EXPECT_EQ(talk.recorder.said.back().text, "HTTP/1.1 404 Not Found") << cut;
  }
}

// What comes after the end has been said changes nothing: neither the counts nor what was heard.
TEST(HttpClose, AConnectionEndsOnce) {
  for (const std::string_view how : {kServerClosed, kReset, kTlsTruncated, kTimeout}) {
    for (const std::string_view last : {std::string_view("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhi"),
                                        std::string_view("\0", 1), kLast}) {
      HttpDialogue talk(http_plan_of(2));
      talk.supply = 2;
      talk.client();
      talk.says(last);
      talk.session.end(Ending::failed, kReset, talk.now());
      ASSERT_TRUE(talk.session.over());
      const std::size_t ends = talk.recorder.ends.size();
      const std::size_t said = talk.recorder.said.size();
      talk.session.end(Ending::failed, how, talk.now());
      talk.session.consume(kOk, talk.now());
      talk.session.wake(talk.now());
      EXPECT_EQ(talk.recorder.ends.size(), ends) << how;
      EXPECT_EQ(talk.recorder.said.size(), said) << how;
      EXPECT_TRUE(talk.recorder.failures.empty()) << how;
      EXPECT_EQ(talk.client(), "");
    }
  }
}

// An idle connection whose end was not announced has lost nothing.
TEST(HttpClose, NothingIsTruncatedWhereNothingIsAwaited) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says(kOk);
  talk.session.end(Ending::failed, kTlsTruncated, talk.now());
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
}

TEST(HttpClose, ABodyUntilCloseIsCutShortIfTlsDoesNotEndIt) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.0 200 OK\r\n\r\nhi");
  talk.session.end(Ending::failed, kTlsTruncated, talk.now());
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends.back().reason, kTlsTruncated);
}

TEST(HttpClose, AServerThatSaysItIsTiredOfWaitingHasFailedNothing) {  // RFC 9110 15.5.9
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says(kOk);
  talk.says("HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_TRUE(talk.recorder.said.empty());
}

// --- A hostile server

// Only 408, only with the word that the connection closes, and only where no request waits to go
// out.
TEST(HttpHostile, OtherWordsToAnIdleConnectionAreNoExcuse) {
  for (const bool begun : {false, true}) {
    for (const std::string_view head :
         {"HTTP/1.1 408 x\r\nConnection: close\r\n", "HTTP/1.1 408 x\r\n",
          "HTTP/1.1 407 x\r\nConnection: close\r\n", "HTTP/1.1 409 x\r\nConnection: close\r\n"}) {
      HttpDialogue talk(http_plan_of(1));
      if (begun) talk.session.begin({.number = 0, .scheduled = 1});
      talk.session.consume(std::string(head) + "Content-Length: 0\r\n\r\n", talk.now());
      EXPECT_TRUE(talk.session.over());
      const bool excused = !begun && head == "HTTP/1.1 408 x\r\nConnection: close\r\n";
      EXPECT_EQ(talk.recorder.failures.size(), excused || begun ? 0U : 1U) << head;
      ASSERT_EQ(talk.recorder.ends.size(), begun ? 1U : 0U);
      if (begun) {
        EXPECT_EQ(talk.recorder.ends[0].reason, "unsolicited-reply");
      }
    }
  }
}

TEST(HttpHostile, AnAnswerThatNobodyAskedForEndsTheConnection) {
  HttpDialogue talk(http_plan_of(1));
  talk.client();
  talk.says(kOk);
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failures.size(), 1U);
  EXPECT_EQ(talk.recorder.failures.front(), "unsolicited-reply");
}

TEST(HttpHostile, ABrokenAnswerFailsUnderTheParsersName) {
  HttpDialogue talk(http_plan_of(2));
  talk.supply = 2;
  talk.client();
  talk.says("HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failed(), 2U);
  EXPECT_EQ(talk.recorder.ends.front().reason, "protocol-differing-content-lengths");
  EXPECT_EQ(talk.recorder.said.front().text, "Content-Length: 2");
}

TEST(HttpHostile, AnUpgradeThatNobodyAskedForIsRefused) {
  HttpDialogue talk(http_plan_of(1));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.1 101 Switching Protocols\r\n\r\nwhatever");
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends.front().reason, "reply-unexpected");
}

TEST(HttpHostile, AnErrorBeforeTheBodyIsOutEndsTheConnection) {
  HttpPlan plan = http_plan_of(1, request_of(HttpCommand::post, "/", std::string(100'000, 'x')));
  HttpDialogue talk(plan);
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> some{};
  EXPECT_EQ(talk.session.produce(some, 1), some.size());
  talk.session.consume("HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n", 2);
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends.front().reason, "reply-4xx");
  EXPECT_EQ(talk.session.produce(some, 3), 0U);
}

TEST(HttpHostile, ASuccessBeforeTheBodyIsOutLetsItGoOn) {
  const std::string body(10'000, 'x');
  HttpDialogue talk(http_plan_of(1, request_of(HttpCommand::post, "/", body)));
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> some{};
  std::size_t said = talk.session.produce(some, 1);
  talk.session.consume(kOk, 2);
  EXPECT_EQ(talk.recorder.completed(), 0U);
  while (const std::size_t octets = talk.session.produce(some, 3)) said += octets;
  EXPECT_GT(said, body.size());
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_FALSE(talk.session.over());
}

}  // namespace
}  // namespace backtalk::session::test
