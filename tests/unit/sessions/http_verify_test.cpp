// SPDX-License-Identifier: Apache-2.0 OR MIT
// What --verify makes of the responses of an HTTP server.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "http_dialogue.hpp"
#include "session/checksum_request.hpp"
#include "session/message_checksum.hpp"

namespace backtalk::session::test {
namespace {

class Verified : public HttpDialogue {
 public:
  explicit Verified(std::uint64_t requests, HttpCommand method = HttpCommand::get)
      : HttpDialogue(plan_of(method)) {
    supply = requests;
    client();
  }
  [[nodiscard]] std::vector<std::string> failures() const {
    std::vector<std::string> names;
    for (const TransactionEnd& end : recorder.ends) names.emplace_back(end.reason);
    return names;
  }

 private:
  static HttpPlan plan_of(HttpCommand method) {
    HttpPlan plan = http_plan_of(1, request_of(method, "/a/{n}?b"));
    plan.verifies = true;
    return plan;
  }
};

std::string response(std::string_view fields, std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(fields) +
         "\r\n" + std::string(body);
}

std::string checksum_of(std::string_view text) {
  return std::string(ChecksumValue(crc32_of(text)).text());
}

using Names = std::vector<std::string>;

TEST(HttpVerify, ABodyIsWhatTheFieldSays) {
  Verified talk(3);
  const std::string fields = "x-backtalk-checksum: " + checksum_of("body") + "\r\n";
  talk.says(response(fields, "body"));
  talk.says(response(fields, "bode"));
  talk.says("HTTP/1.1 200 OK\r\n" + fields +
            "Transfer-Encoding: chunked\r\n\r\n2\r\nbo\r\n2\r\ndy\r\n0\r\n\r\n");
  EXPECT_EQ(talk.failures(), Names({"", "verify-checksum", ""}));
  EXPECT_EQ(talk.recorder.checkable, 3);
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].command, "GET");
}

TEST(HttpVerify, OrWhatItsFirstLineSays) {
  Verified talk(3);
  const std::string head = "X-Backtalk-Checksum: " + checksum_of("body") + "\n\n";
  talk.says(response("", head + "body"));
  talk.says(response("", head + "bode"));
  talk.says(response("", "body"));
  EXPECT_EQ(talk.failures(), Names({"", "verify-checksum", ""}));
  EXPECT_EQ(talk.recorder.checkable, 2);
  EXPECT_EQ(talk.recorder.not_checkable, 1);
}

TEST(HttpVerify, AResponseIsAboutTheTargetOfItsRequest) {
  Verified talk(4);
  talk.says(response("X-Backtalk-Target: /a/0?b\r\n", ""));
  talk.says(response("X-Backtalk-Target: " + checksum_of("/a/1?b") + "\r\n", ""));
  talk.says(response("X-Backtalk-Target: /a/1?b\r\n", ""));
  talk.says(response("", ""));
  EXPECT_EQ(talk.failures(), Names({"", "", "verify-other-answer", ""}));
}

TEST(HttpVerify, AnEmptyBodyWithoutAChecksumIsCounted) {
  Verified talk(2);
  talk.says(response("", ""));
  talk.says(response("X-Backtalk-Checksum: " + checksum_of("") + "\r\n", ""));
  EXPECT_EQ(talk.failures(), Names(2));
  EXPECT_EQ(talk.recorder.checkable, 1);
  EXPECT_EQ(talk.recorder.not_checkable, 1) << "it may be all that is left of a body";
}

TEST(HttpVerify, ARangeIsNotWhatTheChecksumIsAbout) {
  Verified talk(2);
  const std::string head = "X-Backtalk-Checksum: " + checksum_of("body") + "\n\n";
  const std::string partial = "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-";
  talk.says(partial + std::to_string(head.size()) +
            "/99\r\nContent-Length: " + std::to_string(head.size() + 1) + "\r\n\r\n" + head + "b");
  talk.says(partial + "0/4\r\nContent-Length: 1\r\nX-Backtalk-Checksum: " + checksum_of("body") +
            "\r\n\r\nb");
  EXPECT_EQ(talk.failures(), Names(2));
  EXPECT_EQ(talk.recorder.not_checkable, 2);
}

TEST(HttpVerify, RequestsAskForTheChecksumBehindTheirFirstLine) {
  constexpr std::string_view kField = "X-Backtalk-Verify: 1\r\n";
  HttpPlan plan = http_plan_of(1, request_of(HttpCommand::get, "/a/{n}?b"));
  HttpRequest late = plan.passes[0].requests[0];  // its last placeholder is in a field
  late.filled.append_lines(late.octets.substr(0, late.octets.find("\r\n") + 2));
  late.filled.append_lines("X: ");
  late.filled.append(CommandTemplate::Field::number);
  late.octets = "\r\n\r\n";
  plan.once = {late};
  plan.end = {plan.passes[0].requests[0]};
  ask_for_checksums(plan);
  const std::string& octets = plan.passes[0].requests[0].octets;
  EXPECT_EQ(octets.substr(octets.find("\r\n") + 2, kField.size()), kField);
  EXPECT_EQ(plan.end[0].octets, octets);
  EXPECT_EQ(plan.once[0].octets, "\r\n\r\n");
  std::string written;
  plan.once[0].filled.each_piece([&](std::string_view text, const CommandTemplate::Placeholder* behind) {
    written.append(text).append(behind != nullptr ? "0" : "");
  });
  EXPECT_EQ(written, "GET /a/0?b HTTP/1.1\r\n" + std::string(kField) + "X: 0");
}

TEST(HttpVerify, WithoutABodyThereIsNothingToCompare) {
  Verified head(1, HttpCommand::head);
  head.says("HTTP/1.1 200 OK\r\nContent-Length: 4\r\nX-Backtalk-Checksum: crc32=12345678\r\n\r\n");
  EXPECT_EQ(head.failures(), Names(1));
  Verified get(2);
  get.says("HTTP/1.1 204 No Content\r\nX-Backtalk-Checksum: crc32=12345678\r\n\r\n");
  get.says("HTTP/1.1 500 Oops\r\nContent-Length: 1\r\nX-Backtalk-Checksum: crc32=12345678\r\n\r\nx");
  EXPECT_EQ(get.failures(), Names({"", "reply-5xx"}));
  EXPECT_EQ(get.recorder.checkable + get.recorder.not_checkable, 0);
}

}  // namespace
}  // namespace backtalk::session::test
