// SPDX-License-Identifier: Apache-2.0 OR MIT
// An HTTP client that follows a script: passes of several requests, what their answers must be, and
// what is kept of them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http_dialogue.hpp"
#include "session/http_script.hpp"
#include "session/http_words.hpp"

namespace backtalk::session::test {
namespace {

using TemplateField = CommandTemplate::Field;

constexpr std::string_view kNotFound = "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n";

std::string get(std::string_view target) {
  return "GET " + std::string(target) + " HTTP/1.1\r\nHost: a.example\r\n\r\n";
}

HttpExpectation status(unsigned code) {
  return {.kind = HttpExpectation::Kind::statuses, .first = http_status(code), .last = http_status(code)};
}

HttpRequest expecting(HttpExpectation expected, HttpRequest request, std::uint32_t line = 0) {
  request.expected = expected;
  request.source_line = line;
  return request;
}

HttpRequest pipelined(HttpRequest request) {
  request.pipelined = true;
  return request;
}

HttpRequest closing(HttpRequest request) {
  request.closes = true;
  return request;
}

// "GET {word} HTTP/1.1": the word that `slot` keeps.
HttpRequest get_captured(unsigned slot) {
  HttpRequest request = request_of(HttpCommand::get);
  request.octets = " HTTP/1.1\r\nHost: a.example\r\n\r\n";
  request.filled.append("GET ");
  request.filled.append_captured(slot);
  return request;
}

HttpPlan plan_of_pass(std::vector<HttpRequest> requests, unsigned depth = 1) {
  HttpPlan plan;
  plan.passes.push_back({.requests = std::move(requests)});
  plan.depth = depth;
  return plan;
}

HttpPlan plan_of_targets(std::initializer_list<std::string_view> targets, unsigned depth = 1) {
  std::vector<HttpRequest> requests;
  for (const std::string_view one : targets) requests.push_back(request_of(HttpCommand::get, one));
  return plan_of_pass(std::move(requests), depth);
}

// --- Waits

constexpr Nanoseconds kWait = 1000;

// GET /a, a wait, GET /b, and a wait behind it.
HttpPlan plan_with_waits() {
  HttpPlan plan = plan_of_targets({"/a", "/b"});
  plan.waits = true;
  plan.passes[0].requests[1].wait = ThinkTime::constant(kWait);
  plan.passes[0].wait = ThinkTime::constant(kWait);
  return plan;
}

TEST(HttpWaits, AreBetweenAnAnswerAndTheNextRequest) {
  HttpDialogue talk(plan_with_waits());
  talk.supply = 2;
  ASSERT_EQ(talk.client(), get("/a"));
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.session.next_wake(), talk.now() + kWait);
  EXPECT_EQ(talk.after(kWait - 1), "");
  EXPECT_EQ(talk.after(1), get("/b"));
  EXPECT_EQ(talk.says(kOk), "") << "between transactions";
  ASSERT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].waited, kWait);
  EXPECT_EQ(talk.session.room(), 0U);
  EXPECT_EQ(talk.after(kWait), get("/a"));
}

TEST(HttpWaits, AreOfOnePassAtATime) {
  HttpPlan plan = plan_with_waits();
  plan.depth = 8;
  HttpDialogue talk(std::move(plan));
  talk.supply = 4;
  EXPECT_EQ(talk.client(), get("/a")) << "one user";
}

TEST(HttpWaits, OfAConnectionAPassComeBeforeItsEnd) {
  HttpPlan plan = plan_with_waits();
  plan.connection_a_pass = true;
  HttpDialogue talk(std::move(plan));
  talk.supply = 1;
  talk.client();
  talk.says(kOk);
  talk.after(kWait);
  talk.says(kOk);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_FALSE(talk.session.over()) << "it reads what it got";
  talk.after(kWait);
  EXPECT_TRUE(talk.session.over());
}

TEST(HttpWaits, AServerThatClosesMeanwhileFailsThePass) {
  HttpDialogue talk(plan_with_waits());
  talk.supply = 1;
  talk.client();
  talk.says(kOk);
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_EQ(talk.recorder.failed(), 1U);
}

// --- Passes

TEST(HttpScript, APassIsOneTransactionWhateverItsRequests) {
  HttpDialogue talk(plan_of_targets({"/a", "/b{n}"}));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), get("/a"));
  EXPECT_EQ(talk.says(kOk), get("/b0"));
  EXPECT_EQ(talk.recorder.completed(), 0U);
  EXPECT_EQ(talk.says(kOk), get("/a"));
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.says(kOk), get("/b1"));
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.recorder.completed(), 2U);
  EXPECT_EQ(talk.recorder.accepted["GET"], 4) << "each request has its own latency";
  EXPECT_EQ(talk.recorder.latencies.size(), 4U);
}

TEST(HttpScript, PassesShareTheTransactionsByTheirWeights) {
  HttpPlan plan = plan_of_targets({"/a"});
  plan.passes[0].weight = 2;
  plan.passes.push_back({.weight = 1, .requests = {request_of(HttpCommand::get, "/b")}});
  HttpDialogue talk(plan);
  talk.supply = 30;
  int of_b = 0;
  for (std::string said = talk.client(); !said.empty(); said = talk.says(kOk))
    of_b += said == get("/b") ? 1 : 0;
  EXPECT_EQ(of_b, 10);
}

TEST(HttpScript, RequestsWithoutAnAnswerBetweenThemGoOutTogetherIfTheDepthAllowsThat) {
  const std::vector<HttpRequest> requests{request_of(HttpCommand::get, "/a"),
                                          pipelined(request_of(HttpCommand::get, "/b")),
                                          request_of(HttpCommand::get, "/c")};
  HttpDialogue talk(plan_of_pass(requests, 8));
  talk.supply = 1;
  EXPECT_EQ(talk.client(), get("/a") + get("/b"));
  EXPECT_EQ(talk.says(kOk), "") << "/c waits for both";
  EXPECT_EQ(talk.says(kOk), get("/c"));
  HttpDialogue in_lock_step(plan_of_pass(requests, 1));
  in_lock_step.supply = 1;
  EXPECT_EQ(in_lock_step.client(), get("/a"));
}

TEST(HttpScript, TheNextPassBeginsBehindTheLastRequestOfThisOne) {
  HttpDialogue talk(plan_of_targets({"/a", "/b"}, 2));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), get("/a"));
  EXPECT_EQ(talk.says(kOk), get("/b") + get("/a"));
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.says(kOk), get("/b"));
}

TEST(HttpScript, TheDepthIsThatOfRequestsAndNotOfPasses) {
  HttpDialogue talk(
      plan_of_pass({request_of(HttpCommand::get, "/a"), pipelined(request_of(HttpCommand::get, "/b"))}, 3));
  talk.supply = 9;
  EXPECT_EQ(talk.client(), get("/a") + get("/b") + get("/a"));
  EXPECT_EQ(talk.begun, 2U);
}

// RFC 9112 9.3.2: neither behind others nor before others.
TEST(HttpScript, ARequestThatIsNotIdempotentGoesAlone) {
  HttpRequest post = pipelined(request_of(HttpCommand::post, "/p", "x"));
  post.alone = true;
  const std::string said = "POST /p HTTP/1.1\r\nHost: a.example\r\nContent-Length: 1\r\n\r\nx";
  HttpDialogue talk(plan_of_pass(
      {request_of(HttpCommand::get, "/a"), post, pipelined(request_of(HttpCommand::get, "/b"))}, 8));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), get("/a"));
  EXPECT_EQ(talk.says(kOk), said);
  EXPECT_EQ(talk.says(kOk), get("/b") + get("/a"));
}

// --- The sections around the passes

TEST(HttpScript, OnceComesFirstOnEachConnectionAndEndLast) {
  HttpPlan plan = plan_of_targets({"/a"});
  plan.once = {request_of(HttpCommand::get, "/login")};
  plan.end = {request_of(HttpCommand::get, "/logout")};
  HttpDialogue talk(plan);
  EXPECT_FALSE(talk.session.ready());
  EXPECT_EQ(talk.session.room(), 0U);
  talk.supply = 1;
  EXPECT_EQ(talk.client(), get("/login"));
  EXPECT_EQ(talk.says(kOk), get("/a"));
  EXPECT_TRUE(talk.session.ready());
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.recorder.completed(), 1U);
  talk.session.finish();
  EXPECT_EQ(talk.client(), get("/logout"));
  EXPECT_FALSE(talk.session.over());
  talk.says(kOk);
  EXPECT_TRUE(talk.session.over());
  EXPECT_TRUE(talk.recorder.failures.empty());
  EXPECT_EQ(talk.recorder.accepted["GET"], 3);
}

TEST(HttpScript, ARefusalOutsideAPassFailsTheConnection) {
  HttpPlan plan = plan_of_targets({"/a"});
  plan.once = {expecting(status(200), request_of(HttpCommand::get, "/login"), 3)};
  plan.end = {expecting(status(200), request_of(HttpCommand::get, "/logout"), 9)};
  HttpDialogue talk(plan);
  talk.client();
  talk.says(kNotFound);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"reply-4xx"});
  EXPECT_EQ(talk.recorder.said.at(0).script_line, 3U);
  talk.session.restart(talk.now());
  EXPECT_EQ(talk.client(), get("/login"));
  talk.says(kOk);
  talk.session.finish();
  EXPECT_EQ(talk.client(), get("/logout"));
  talk.says("HTTP/1.1 204 x\r\n\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, (std::vector<std::string>{"reply-4xx", "script-unexpected-reply"}));
}

TEST(HttpScript, AServerThatClosesBehindOnceLeavesNoConnectionForThePasses) {
  HttpPlan plan = plan_of_targets({"/a"});
  plan.once = {request_of(HttpCommand::get, "/login")};
  HttpDialogue talk(plan);
  talk.client();
  talk.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"connection-close"});
}

TEST(HttpScript, AConnectionThatIsLostInOnceOrEndHasFailed) {
  HttpPlan plan = plan_of_targets({"/a"});
  plan.once = {request_of(HttpCommand::get, "/login")};
  plan.end = {request_of(HttpCommand::get, "/logout")};
  HttpDialogue talk(plan);
  talk.client();
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"closed"});
  talk.session.restart(talk.now());
  talk.client();
  talk.says(kOk);
  talk.session.finish();
  talk.client();
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_EQ(talk.recorder.failures, (std::vector<std::string>{"closed", "closed"}));
}

// --- A connection a pass

TEST(HttpScript, AConnectionMayBeAllOfAPass) {
  HttpPlan plan = plan_of_targets({"/a", "/b"}, 4);
  plan.connection_a_pass = true;
  HttpDialogue talk(plan);
  EXPECT_EQ(talk.session.room(), 1U);
  talk.supply = 2;
  EXPECT_EQ(talk.client(), get("/a"));
  EXPECT_EQ(talk.says(kOk), get("/b"));
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.begun, 1U);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_TRUE(talk.session.over()) << "the client closes";
}

// The answer is the last, whether the server then closes the connection or not.
TEST(HttpScript, ARequestThatAsksForTheEndIsTheLastOfItsConnection) {
  for (const std::string_view answer : {kOk, std::string_view("HTTP/1.0 200 OK\r\n\r\nhi")}) {
    HttpDialogue talk(plan_of_pass({closing(request_of(HttpCommand::get, "/a"))}, 4));
    talk.supply = 2;
    EXPECT_EQ(talk.client(), get("/a"));
    EXPECT_EQ(talk.begun, 1U);
    talk.says(answer);
    talk.session.end(Ending::failed, kServerClosed, talk.now());
    EXPECT_TRUE(talk.session.over());
    EXPECT_EQ(talk.recorder.completed(), 1U);
    EXPECT_TRUE(talk.recorder.failures.empty());
    talk.session.restart(talk.now());
    EXPECT_EQ(talk.client(), get("/a"));
  }
}

TEST(HttpScript, APassThatTheServerCutsOffHasFailed) {
  HttpDialogue talk(plan_of_targets({"/a", "/b"}));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "connection-close");
  EXPECT_FALSE(talk.recorder.ends[0].in_doubt);
}

// --- What is expected

TEST(HttpScript, AnAnswerThatIsNotTheExpectedOneFailsThePassAndTheConnectionGoesOn) {
  const HttpPlan plan = plan_of_pass(
      {expecting(status(200), request_of(HttpCommand::get, "/a"), 7), request_of(HttpCommand::get, "/b")});
  for (const auto& [answer, name] :
       {std::pair<std::string, std::string>{"HTTP/1.1 204 No Content\r\n\r\n", "script-unexpected-reply"},
        {"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "script-unexpected-reply"},
        {std::string(kNotFound), "reply-4xx"},
        {"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", "reply-5xx"}}) {
    HttpDialogue talk(plan);
    talk.supply = 2;
    talk.client();
    EXPECT_EQ(talk.says(answer), get("/a")) << "of a pass that has failed no more goes out: " << answer;
    ASSERT_EQ(talk.recorder.failed(), 1U);
    EXPECT_EQ(talk.recorder.ends[0].reason, name);
    ASSERT_EQ(talk.recorder.said.size(), 1U);
    EXPECT_EQ(talk.recorder.said[0].name, name);
    EXPECT_EQ(talk.recorder.said[0].script_line, 7U);
    EXPECT_EQ(talk.recorder.said[0].text, answer.substr(0, answer.find("\r\n")));
    const bool is_refusal = name.starts_with("reply-");
    EXPECT_EQ(talk.recorder.refused["GET"], is_refusal ? 1 : 0);
    EXPECT_EQ(talk.recorder.unexpected["GET"], is_refusal ? 0 : 1);
    EXPECT_FALSE(talk.session.over());
  }
}

TEST(HttpScript, ARefusalMayBeWhatIsExpected) {
  HttpDialogue talk(plan_of_pass({expecting(status(404), request_of(HttpCommand::get, "/a"))}));
  talk.supply = 3;
  talk.client();
  talk.says(kNotFound);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.accepted["GET"], 1);
  talk.says(kOk);
  talk.says("HTTP/1.1 500 x\r\nContent-Length: 0\r\n\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 3U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
  EXPECT_EQ(talk.recorder.ends[2].reason, "script-unexpected-reply");
}

TEST(HttpScript, AClassTakesAllOfItsStatuses) {
  const HttpExpectation class_2xx{
      .kind = HttpExpectation::Kind::statuses, .first = http_status(200), .last = http_status(299)};
  for (const auto& [code, completes] : {std::pair{200, true}, {299, true}, {199, false}, {300, false}}) {
    HttpDialogue talk(plan_of_pass({expecting(class_2xx, request_of(HttpCommand::get))}));
    talk.supply = 1;
    talk.client();
    talk.says("HTTP/1.1 " + std::to_string(code) + " x\r\nContent-Length: 0\r\n\r\n");
    EXPECT_EQ(talk.recorder.completed(), completes ? 1U : 0U) << code;
  }
}

TEST(HttpScript, AnythingMayBeExpected) {
  HttpDialogue talk(
      plan_of_pass({expecting({.kind = HttpExpectation::Kind::anything}, request_of(HttpCommand::get))}));
  talk.supply = 3;
  talk.client();
  talk.says(kNotFound);
  talk.says("HTTP/1.1 999 x\r\nContent-Length: 0\r\n\r\n");
  talk.says(kOk);
  EXPECT_EQ(talk.recorder.completed(), 3U);
}

// The answers to what has gone out already are still those to that.
TEST(HttpScript, WhatWasPipelinedBehindAFailureIsAnsweredAllTheSame) {
  HttpDialogue talk(
      plan_of_pass({expecting(status(200), request_of(HttpCommand::get, "/a")),
                    pipelined(request_of(HttpCommand::get, "/b")), request_of(HttpCommand::get, "/c")},
                   2));
  talk.supply = 2;
  EXPECT_EQ(talk.client(), get("/a") + get("/b"));
  EXPECT_EQ(talk.says(kNotFound), get("/a")) << "the next pass, whose /b has no room yet";
  EXPECT_EQ(talk.recorder.failed(), 0U);
  EXPECT_EQ(talk.says(kOk), get("/b"));
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.says(kOk), "");
  EXPECT_EQ(talk.says(kOk), get("/c"));
  talk.says(kOk);
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.recorder.ends.size(), 2U);
}

// A request that has begun goes out to its end, and none behind it.
TEST(HttpScript, AFailureInTheMiddleOfTheNextRequestLetsThatOneGoOut) {
  const std::string body(9000, 'x');
  HttpDialogue talk(plan_of_pass(
      {expecting(status(200), request_of(HttpCommand::get, "/a")),
       pipelined(request_of(HttpCommand::put, "/b", body)), pipelined(request_of(HttpCommand::get, "/c"))},
      4));
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> some{};
  ASSERT_EQ(talk.session.produce(some, 1), some.size());
  talk.session.consume(kNotFound, 2);
  const std::string rest = talk.client();
  EXPECT_TRUE(rest.ends_with("xxx")) << "no /c";
  talk.says(kOk);
  EXPECT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "reply-4xx");
  EXPECT_FALSE(talk.session.over());
  talk.supply = 1;
  EXPECT_TRUE(talk.client().starts_with(get("/a")));
}

// --- Words of answers

TEST(HttpScript, AWordOfAnAnswerGoesIntoLaterRequests) {
  HttpRequest first = request_of(HttpCommand::get, "/a");
  first.captures = {{.slot = 0, .word = 2, .field = "location"}};
  HttpPlan plan = plan_of_pass({first, get_captured(0)});
  plan.capture_slots = 1;
  HttpDialogue talk(plan);
  talk.supply = 2;
  talk.client();
  EXPECT_EQ(talk.says("HTTP/1.1 302 Found\r\nLocation: /here\r\nContent-Length: 0\r\n\r\n"), get("/here"));
  EXPECT_EQ(talk.says(kOk), get("/a"));
  EXPECT_EQ(talk.recorder.completed(), 1U);
  EXPECT_EQ(talk.says(kOk), "") << "no Location";
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends[1].reason, "script-unexpected-reply");
}

TEST(HttpScript, AWordOfOnceIsKnownToAllPassesOfTheConnection) {
  HttpPlan plan = plan_of_pass({get_captured(0)}, 2);
  plan.once = {request_of(HttpCommand::get, "/login")};
  plan.once[0].captures = {{.slot = 0, .word = 2, .field = "Set-Cookie"}};
  plan.capture_slots = 1;
  HttpDialogue talk(plan);
  talk.supply = 2;
  talk.client();
  EXPECT_EQ(talk.says("HTTP/1.1 200 OK\r\nset-cookie: id=7; Path=/\r\nContent-Length: 0\r\n\r\n"),
            get("id=7") + get("id=7"));
}

TEST(HttpScript, WordsAreThoseOfTheStatusLineOrOfAField) {
  const http::Field fields[] = {
      {"ETag", "\"a-1\""}, {"Set-Cookie", "a=b; Path=/, c"}, {"set-cookie", "later"}, {"Empty", ""}};
  http::ResponseHead head;
  head.minor = 0;
  head.status = 201;
  head.reason = "Created  now";
  head.fields = fields;
  HttpWordRoom room;
  const auto word = [&](std::string_view field, unsigned n) {
    return std::string(word_of(head, {.word = n, .field = std::string(field)}, room));
  };
  EXPECT_EQ(word("", 1), "HTTP/1.0");
  EXPECT_EQ(word("", 2), "201");
  EXPECT_EQ(word("", 3), "Created");
  EXPECT_EQ(word("", 4), "now");
  EXPECT_EQ(word("", 5), "");
  EXPECT_EQ(word("etag", 1), "etag");
  EXPECT_EQ(word("etag", 2), "\"a-1\"");
  EXPECT_EQ(word("set-cookie", 2), "a=b") << "the first of them, without the separator";
  EXPECT_EQ(word("set-cookie", 3), "Path=/");
  EXPECT_EQ(word("set-cookie", 4), "c");
  EXPECT_EQ(word("Empty", 2), "");
  EXPECT_EQ(word("Missing", 1), "");
}

// --- From a script's commands

ScriptCommand command_of(HttpCommand method, std::string_view head) {
  ScriptCommand command;
  command.command = static_cast<unsigned>(method);
  command.line.append_lines(head);
  command.expected.statuses = 0;
  return command;
}

TEST(HttpScript, ARequestIsFilledInUpToItsLastPlaceholder) {
  ScriptCommand command = command_of(HttpCommand::get, "GET /");
  command.line.append(TemplateField::number);
  command.line.append_lines(" HTTP/1.1\r\nHost: a\r\n\r\n");
  const HttpRequest request = http_request_of(command, HttpPipelining::idempotent);
  EXPECT_EQ(request.octets, " HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_TRUE(request.filled.uses(TemplateField::number));
  EXPECT_TRUE(
      http_request_of(command_of(HttpCommand::get, "GET /"), HttpPipelining::idempotent).filled.empty());
}

TEST(HttpScript, TheLengthOfContentIsWhatItIsOnceItIsFilledIn) {
  ScriptCommand command = command_of(HttpCommand::put, "PUT / HTTP/1.1\r\nContent-Length: ");
  command.line.append(TemplateField::content_octets);
  command.line.append_lines("\r\n\r\n");
  command.content.append("n=");
  command.content.append(TemplateField::number);
  command.content.append(".");
  HttpDialogue talk(plan_of_pass({http_request_of(command, HttpPipelining::idempotent)}));
  talk.begun = 9;
  talk.supply = 2;
  EXPECT_EQ(talk.client(), "PUT / HTTP/1.1\r\nContent-Length: 4\r\n\r\nn=9.");
  EXPECT_EQ(talk.says(kOk), "PUT / HTTP/1.1\r\nContent-Length: 5\r\n\r\nn=10.");
}

TEST(HttpScript, TheUserIsThatOfTheConnection) {
  ScriptCommand command = command_of(HttpCommand::get, "GET /");
  command.line.append(TemplateField::user);
  command.line.append("/");
  command.line.append(TemplateField::password);
  HttpPlan plan = plan_of_pass({http_request_of(command, HttpPipelining::any)});
  plan.login = {.way = LoginPlan::Way::command, .users = {{.user = "u", .password = "secret-word"}}};
  HttpDialogue talk(plan);
  talk.supply = 1;
  EXPECT_EQ(talk.client(), "GET /u/secret-word");
  talk.says("HTTP/1.1 404 no secret-word\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(talk.recorder.said.at(0).text, kNotShown);
}

TEST(HttpScript, MethodsThatAreNotIdempotentGoAloneUnlessThatIsWaived) {
  const ScriptCommand post = command_of(HttpCommand::post, "POST /");
  EXPECT_TRUE(http_request_of(post, HttpPipelining::idempotent).alone);
  EXPECT_FALSE(http_request_of(post, HttpPipelining::any).alone);
  EXPECT_FALSE(http_request_of(command_of(HttpCommand::put, "PUT /"), HttpPipelining::idempotent).alone);
}

// --- A hostile server

TEST(HttpScriptHostile, AnAnswerBeforeItsRequestEndsTheConnection) {
  HttpDialogue talk(plan_of_targets({"/a", "/b"}));
  talk.supply = 1;
  talk.client();
  talk.session.consume(std::string(kOk) + std::string(kOk), talk.now());
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "unsolicited-reply");
}

TEST(HttpScriptHostile, AnUpgradeFailsThePass) {
  HttpDialogue talk(
      plan_of_pass({expecting({.kind = HttpExpectation::Kind::anything}, request_of(HttpCommand::get))}));
  talk.supply = 1;
  talk.client();
  talk.says("HTTP/1.1 101 Switching Protocols\r\n\r\n");
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "reply-unexpected");
}

TEST(HttpScriptHostile, InterimAnswersAreNotTheExpectedOne) {
  HttpRequest first = expecting(status(200), request_of(HttpCommand::get, "/a"));
  first.captures = {{.slot = 0, .word = 2, .field = "link"}};
  HttpPlan plan = plan_of_pass({first, get_captured(0)});
  plan.capture_slots = 1;
  HttpDialogue talk(plan);
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.says("HTTP/1.1 103 Early Hints\r\nLink: /early\r\n\r\n"), "");
  EXPECT_EQ(talk.says("HTTP/1.1 200 OK\r\nLink: /final\r\nContent-Length: 0\r\n\r\n"), get("/final"));
}

// It is a part of a head that never came to its end.
TEST(HttpScriptHostile, AWordIsKeptOnlyOfAWholeHead) {
  HttpRequest first = request_of(HttpCommand::get, "/a");
  first.captures = {{.slot = 0, .word = 2, .field = "location"}};
  HttpPlan plan = plan_of_pass({first, get_captured(0)});
  plan.capture_slots = 1;
  HttpDialogue talk(plan);
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(talk.says("HTTP/1.1 200 OK\r\nLocation: /cut"), "");
  talk.session.end(Ending::failed, kServerClosed, talk.now());
  EXPECT_EQ(talk.recorder.ends.at(0).reason, "closed-in-body");
  talk.session.restart(talk.now());
  talk.supply = 1;
  talk.client();
  EXPECT_EQ(
      talk.says("HTTP/1.1 200 OK\r\nLocation: " + std::string(129, 'x') + "\r\nContent-Length: 0\r\n\r\n"),
      "");
  EXPECT_EQ(talk.recorder.ends.at(1).reason, "script-word-too-long");
}

TEST(HttpScriptHostile, AnAnswerBeforeTheContentOfALoginIsOutFailsTheConnection) {
  HttpPlan plan = plan_of_targets({"/a"});
  plan.once = {request_of(HttpCommand::put, "/login", std::string(9000, 'x'))};
  HttpDialogue talk(plan);
  std::array<char, Session::kOutputMin> some{};
  ASSERT_EQ(talk.session.produce(some, 1), some.size());
  talk.session.consume(kOk, 2);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failures, std::vector<std::string>{"session-given-up"});
}

TEST(HttpScriptHostile, AnAnswerBeforeTheContentIsOutEndsThePassIfMoreWasToCome) {
  HttpDialogue talk(plan_of_pass(
      {request_of(HttpCommand::put, "/a", std::string(9000, 'x')), request_of(HttpCommand::get, "/b")}));
  talk.session.begin({.number = 0, .scheduled = 1});
  std::array<char, Session::kOutputMin> some{};
  ASSERT_EQ(talk.session.produce(some, 1), some.size());
  talk.session.consume("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 2);
  EXPECT_TRUE(talk.session.over());
  ASSERT_EQ(talk.recorder.failed(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "connection-close");
}

// What the server takes includes what is said around the passes.
TEST(HttpScriptHostile, ALimitOfTheServerIsKeptOnceItWasSeenTwice) {
  const std::string last = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  HttpPlan plan = plan_of_targets({"/a", "/b"});
  plan.once = {request_of(HttpCommand::get, "/login")};
  plan.end = {request_of(HttpCommand::get, "/logout")};
  HttpDialogue talk(plan);
  for (int connection = 0; connection < 2; ++connection) {
    talk.session.restart(talk.now());
    talk.supply = 2;
    talk.client();
    for (int answers = 0; answers < 3; ++answers) talk.says(kOk);
    talk.says(last);  // to the second /a
    EXPECT_TRUE(talk.session.over());
  }
  EXPECT_EQ(talk.recorder.notes.size(), 1U);
  EXPECT_EQ(talk.recorder.failed(), 2U);
  talk.session.restart(talk.now());
  talk.supply = 2;
  EXPECT_EQ(talk.client(), get("/login"));
  EXPECT_EQ(talk.says(kOk), get("/a"));
  EXPECT_EQ(talk.says(kOk), get("/b"));
  EXPECT_EQ(talk.says(kOk), get("/logout")) << "a second pass would be one request too many";
  talk.says(last);
  EXPECT_TRUE(talk.session.over());
  EXPECT_EQ(talk.recorder.failed(), 2U);
}

// A server whose limit a pass exceeds is tried again with each connection.
TEST(HttpScriptHostile, APassThatIsLongerThanWhatTheServerTakesFailsEachTime) {
  HttpDialogue talk(plan_of_targets({"/a", "/b", "/c"}));
  for (int connection = 0; connection < 4; ++connection) {
    talk.session.restart(talk.now());
    talk.supply = 1;
    EXPECT_EQ(talk.client(), get("/a"));
    talk.says(kOk);
    talk.says("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(talk.session.over());
  }
  EXPECT_EQ(talk.recorder.failed(), 4U);
}

}  // namespace
}  // namespace backtalk::session::test
