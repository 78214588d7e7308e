// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/http_server.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/http/response_parser.hpp"
#include "serve/http_target.hpp"

namespace backtalk::serve {
namespace {

struct Response {
  std::uint16_t status = 0;
  std::size_t octets = 0;
  bool keeps = false;

  friend bool operator==(const Response&, const Response&) = default;
};

// A client and its server, without a connection. What the server says is read by the strict parser.
class Conversation {
 public:
  explicit Conversation(Faults faults = {}) : faults_(std::move(faults)), server_(faults_, counts_) {
    server_.restart();
  }

  void expect(http::Method method) { ASSERT_TRUE(parser_.expect(method)); }

  // Says this; everything that is answered.
  std::vector<Response> say(std::string_view octets) {
    std::string left(octets);
    std::vector<Response> responses;
    do {
      left.erase(0, server_.consume(left));
      take_output(responses);
    } while (!server_.over() && (!left.empty() || server_.has_more()));
    if (server_.over()) {
      parser_.finish();
      read(responses);
    }
    EXPECT_FALSE(parser_.error()) << word(parser_.error().code);
    return responses;
  }

  /// How many octets the server has said so far.
  [[nodiscard]] std::size_t said() const { return said_; }
  [[nodiscard]] HttpServer& server() { return server_; }
  [[nodiscard]] const HttpCounts& counts() const { return counts_; }
  [[nodiscard]] std::size_t most_output() const { return most_; }

 private:
  void take_output(std::vector<Response>& responses) {
    most_ = std::max(most_, server_.output().size());
    said_ += server_.output().size();
    parser_.feed(server_.output());
    read(responses);
    server_.output().clear();
  }

  void read(std::vector<Response>& responses) {
    while (const http::ResponseEvent* event = parser_.next()) {
      if (event->kind == http::ResponseEvent::Kind::head && !event->head.interim())
        current_ = {event->head.status, 0, event->head.keeps_connection()};
      if (event->kind == http::ResponseEvent::Kind::head && event->head.interim())
        responses.push_back({event->head.status, 0, true});
      if (event->kind == http::ResponseEvent::Kind::octets) current_.octets += event->octets.size();
      if (event->kind == http::ResponseEvent::Kind::end) responses.push_back(current_);
    }
  }

  Faults faults_;
  HttpCounts counts_;
  HttpServer server_;
  http::ResponseParser parser_;
  Response current_;
  std::size_t most_ = 0;
  std::size_t said_ = 0;
};

using Responses = std::vector<Response>;

TEST(HttpServer, TheTargetSaysHowLargeTheBodyIs) {
  Conversation talk;
  EXPECT_EQ(talk.say("GET / HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 1024, true}}));
  EXPECT_EQ(talk.say("GET /0 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 0, true}}));
  EXPECT_EQ(talk.say("GET /70000?q=1 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 70'000, true}}));
  EXPECT_EQ(talk.say("GET /chunked/9999 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 9999, true}}));
  EXPECT_EQ(talk.say("GET /status/503 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{503, 0, true}}));
  EXPECT_EQ(talk.say("GET /nowhere HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{404, 0, true}}));
  EXPECT_EQ(talk.say("GET /close/10 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 10, false}}));
  EXPECT_TRUE(talk.server().over());
  EXPECT_EQ(talk.counts().requests, 7U);
  EXPECT_EQ(talk.counts().octets_sent, 1024U + 70'000 + 9999 + 10);
}

TEST(HttpServer, ChecksumsAreSaidToThoseWhoAsk) {
  Conversation talk;
  EXPECT_EQ(talk.say("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 4, true}}));
  const std::size_t without = talk.said();
  EXPECT_EQ(talk.say("GET /4 HTTP/1.1\r\nHost: x\r\nX-Backtalk-Verify: 1\r\n\r\n"),
            (Responses{{200, 4, true}}));
  constexpr std::string_view kFields =
      "X-Backtalk-Checksum: crc32=12345678\r\nX-Backtalk-Target: crc32=12345678\r\n";
  EXPECT_EQ(talk.said(), 2 * without + kFields.size());
  EXPECT_EQ(talk.say("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n"), (Responses{{200, 4, true}}));
  EXPECT_EQ(talk.said(), 3 * without + kFields.size());
}

TEST(HttpServer, PipelinedRequestsAreAnsweredInOrder) {
  Conversation talk;
  EXPECT_EQ(
      talk.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\n"),
      (Responses{{200, 1, true}, {200, 2, true}}));
  EXPECT_EQ(talk.say("Host: x\r\n\r\n"), (Responses{{200, 3, true}}));
}

TEST(HttpServer, HeadAndEmptyStatusesHaveNoBody) {
  Conversation talk;
  talk.expect(http::Method::head);
  talk.expect(http::Method::head);
  EXPECT_EQ(talk.say("HEAD /9 HTTP/1.1\r\nHost: x\r\n\r\nHEAD /chunked/9 HTTP/1.1\r\nHost: x\r\n\r\n"),
            (Responses{{200, 0, true}, {200, 0, true}}));
  EXPECT_EQ(
      talk.say("GET /status/204 HTTP/1.1\r\nHost: x\r\n\r\nGET /status/304 HTTP/1.1\r\nHost: x\r\n\r\n"),
      (Responses{{204, 0, true}, {304, 0, true}}));
}

TEST(HttpServer, ABodyIsTakenAndCounted) {
  Conversation talk;
  EXPECT_EQ(talk.say("POST /5 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nab"), Responses{});
  EXPECT_EQ(talk.say("c"), (Responses{{200, 5, true}}));
  EXPECT_EQ(talk.counts().octets_received, 3U);
}

TEST(HttpServer, TellsAClientThatWaitsToGoOn) {
  Conversation talk;
  EXPECT_EQ(talk.say("POST /5 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n"),
            (Responses{{100, 0, true}}));
  EXPECT_EQ(talk.say("abc"), (Responses{{200, 5, true}}));
}

TEST(HttpServer, AConnectionOfHttp10IsKeptIfTheClientAsks) {
  Conversation kept;
  EXPECT_EQ(kept.say("GET /1 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"), (Responses{{200, 1, true}}));
  EXPECT_FALSE(kept.server().over());
  Conversation closed;
  EXPECT_EQ(closed.say("GET /1 HTTP/1.0\r\n\r\n"), (Responses{{200, 1, false}}));
  EXPECT_TRUE(closed.server().over());
}

TEST(HttpServer, WhatIsNoRequestIsRefusedBehindTheAnswersBeforeIt) {
  Conversation talk;
  EXPECT_EQ(
      talk.say("GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n"),
      (Responses{{200, 1, true}, {400, 0, false}}));
  EXPECT_TRUE(talk.server().over());
  Conversation smuggled;
  EXPECT_EQ(
      smuggled.say("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
      (Responses{{400, 0, false}}));
  EXPECT_EQ(smuggled.counts().protocol_errors, 1U);
}

// A client that asks for much and reads nothing.
TEST(HttpServer, OutputIsBounded) {
  Conversation talk;
  std::string requests;
  for (int i = 0; i < 500; ++i) requests += "GET /100000 HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(talk.say(requests).size(), 500U);
  EXPECT_LE(talk.most_output(), session::ServerSession::kOutputEnough + 8192);
}

TEST(HttpServer, WorksOnEachAnswer) {
  Faults faults;
  faults.service = {.kind = ServicePlan::Kind::constant, .ns = 1000};
  HttpCounts counts;
  HttpServer server(faults, counts);
  server.restart();
  const std::string_view requests = "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\n\r\n";
  EXPECT_EQ(server.consume(requests), requests.size());
  EXPECT_EQ(server.output(), "");
  EXPECT_EQ(server.work_ns(), 1000U);
  EXPECT_EQ(server.consume("GET"), 0U);
  server.finish_work();
  EXPECT_NE(server.output().find("Content-Length: 1\r\n"), std::string::npos);
  EXPECT_EQ(server.output().find("Content-Length: 2\r\n"), std::string::npos);
  EXPECT_EQ(server.consume(""), 0U);
  EXPECT_EQ(server.work_ns(), 1000U);
}

std::string said_to(std::string_view requests, const Faults& faults) {
  HttpCounts counts;
  HttpServer server(faults, counts);
  server.restart();
  EXPECT_EQ(server.consume(requests), requests.size());
  return server.output();
}

TEST(HttpServerFaults, AnAnswerThatIsSentTwiceHasItsBodyTwice) {
  Faults faults;
  faults.replies = {.fault = ReplyFault::unasked, .after_replies = 0};
  const std::string once = said_to("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n", {});
  EXPECT_TRUE(once.ends_with("\r\n\r\nABC"));
  EXPECT_EQ(said_to("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n", faults), once + once);
  faults.replies.fault = ReplyFault::early;
  EXPECT_EQ(said_to("GET /3 HTTP/1.1\r\nHost: x\r\n\r\nGET /3 HTTP/1.1\r\nHost: x\r\n\r\n", faults),
            once + once + once)
      << "it is one ahead";
}

TEST(HttpServerFaults, ABodyIsAnnouncedWithAnotherSize) {
  Faults faults;
  faults.bodies = {.fault = BodyFault::size_more, .after_bodies = 0};
  EXPECT_NE(said_to("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n", faults).find("Content-Length: 4\r\n"),
            std::string::npos);
  EXPECT_TRUE(
      said_to("GET /chunked/3 HTTP/1.1\r\nHost: x\r\n\r\n", faults).ends_with("\r\n4\r\nABC\r\n0\r\n\r\n"));
  faults.bodies.fault = BodyFault::size_less;
  EXPECT_NE(said_to("GET /3 HTTP/1.1\r\nHost: x\r\n\r\n", faults).find("Content-Length: 2\r\n"),
            std::string::npos);
}

TEST(HttpServerFaults, ABodyIsCut) {
  Faults faults;
  faults.bodies = {.fault = BodyFault::cut, .after_bodies = 0};
  HttpCounts counts;
  HttpServer server(faults, counts);
  server.restart();
  EXPECT_GT(server.consume("GET /4 HTTP/1.1\r\nHost: x\r\n\r\n"), 0U);
  EXPECT_TRUE(server.output().ends_with("Content-Length: 4\r\n\r\nAB")) << server.output();
  EXPECT_EQ(server.closing(), session::Closing::at_once);
  EXPECT_EQ(counts.requests, 0U) << "it was not answered";
}

TEST(HttpTarget, IsReadInBothFormsAndRefusedBeyondItsBounds) {
  EXPECT_EQ(read_http_target("/12").number, 12U);
  EXPECT_EQ(read_http_target("http://a.example/12?x").number, 12U);
  EXPECT_EQ(read_http_target("http://a.example").number, HttpServer::kBodyDefault);
  for (const std::string_view target : {"*", "/-1", "/1x", "/99999999999999999999", "/status/199",
                                        "/status/600", "/chunked/", "a.example:443", "//"}) {
    EXPECT_EQ(read_http_target(target).kind, HttpTarget::Kind::unknown) << target;
  }
}

}  // namespace
}  // namespace backtalk::serve
