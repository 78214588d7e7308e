// SPDX-License-Identifier: Apache-2.0 OR MIT
// The memory of the parsers: nothing is allocated after the first messages of a steady stream, and
// whatever a peer sends, a parser never buffers more than its header states. Every allocation of
// this program is counted.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/search.hpp"
#include "counted_memory.hpp"
#include "every_parser.hpp"

namespace backtalk {
namespace {

// Feeds a stream in pieces and takes all that the parser gives, without keeping any of it.
template <class Kind>
void feed_in_pieces(typename Kind::Parser& parser, std::string_view stream, std::size_t piece) {
  while (!stream.empty() && !parser.error()) {
    const std::string_view bytes = stream.substr(0, piece);
    stream.remove_prefix(bytes.size());
    parser.feed(bytes);
    Kind::read(parser, [](std::string_view) {});
  }
}

template <class Kind>
class SteadyStream : public testing::Test {};

using Kinds = testing::Types<SmtpReplies, SmtpCommands, Pop3Responses, Pop3Commands, HttpResponses,
                             HttpRequests, ImapResponses, ImapCommands>;
TYPED_TEST_SUITE(SteadyStream, Kinds);

// The sample conversation of each again and again, in pieces that cut it at another place every
// time.
TYPED_TEST(SteadyStream, AllocatesNothingAfterItsFirstMessages) {
  using Kind = TypeParam;
  std::string stream;
  while (stream.size() < 20'000) stream += Kind::kStream;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{1000}}) {
    typename Kind::Parser parser;
    const std::size_t at_first = memory::count.allocations;
    feed_in_pieces<Kind>(parser, stream, piece);
    EXPECT_GT(memory::count.allocations, at_first) << "the counter counts";
    const std::size_t before = memory::count.allocations;
    for (int round = 0; round < 5; ++round) feed_in_pieces<Kind>(parser, stream, piece);
    EXPECT_EQ(memory::count.allocations, before) << "in pieces of " << piece;
    EXPECT_FALSE(parser.error());
  }
}

// The decoders whose results are lists use the memory of the last result again.
TEST(SteadyStreamOfImap, DecodersAllocateNothingAfterTheirFirstResults) {
  const std::string stream =
      "* THREAD (2)(3 6 (4 23)(44 7 96))((1)(5 (8)(9)))\r\n"
      "* 1 FETCH (BODYSTRUCTURE ((\"TEXT\" \"PLAIN\" NIL NIL NIL \"7BIT\" 5 1)(\"a\" \"b\" NIL NIL NIL "
      "\"7BIT\" 1)"
      " \"MIXED\" (\"BOUNDARY\" \"x\") NIL NIL))\r\n";
  imap::ResponseParser parser;
  std::vector<imap::ThreadMessage> threads;
  std::vector<imap::BodyPart> parts;
  const auto decode_all = [&] {
    parser.feed(stream);
    const imap::Response* response = parser.next();
    ASSERT_NE(response, nullptr);
    ASSERT_TRUE(read_threads(*response, threads));
    response = parser.next();
    ASSERT_NE(response, nullptr);
    ASSERT_TRUE(read_body_structure(*(&response->data[2] + 2), parts));
    ASSERT_EQ(parser.next(), nullptr);
  };
  decode_all();
  const std::size_t before = memory::count.allocations;
  for (int round = 0; round < 100; ++round) decode_all();
  EXPECT_EQ(memory::count.allocations, before);
  EXPECT_EQ(threads.size(), 13U);
  EXPECT_EQ(parts.size(), 3U);
}

// -- Bounds

// Buffers of the sizes that malloc rounds to, the least that each buffer has, and a queue's first
// places.
constexpr std::size_t kRounding = 4096;

// The most that a parser held at once while it read a stream, in pieces of every size that may
// matter.
template <class Kind>
std::size_t held_at_most(const typename Kind::Limits& limits, std::string_view stream) {
  std::size_t most = 0;
  for (const std::size_t piece : {std::size_t{1}, std::size_t{13}, std::size_t{1000}, std::size_t{100'000}}) {
    const std::size_t before = memory::count.octets;
    typename Kind::Parser parser(limits);
    memory::count.octets_max = memory::count.octets;
    feed_in_pieces<Kind>(parser, stream, piece);
    most = std::max(most, memory::count.octets_max - before);
  }
  return most;
}

template <class Kind>
void expect_bound(const typename Kind::Limits& limits, std::size_t bound,
                  const std::vector<std::string>& streams) {
  for (const std::string& stream : streams) {
    const std::size_t held = held_at_most<Kind>(limits, stream);
    EXPECT_LE(held, bound + kRounding) << Kind::kName << ": " << stream.substr(0, 50);
  }
}

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

constexpr std::size_t kMegabyte = 1'000'000;

// Each stream is many times longer than what may be buffered of it.
TEST(BoundedMemory, OfSmtpReplies) {
  const smtp::ReplyLimits limits{
      .line_octets_max = 10'000, .reply_lines_max = 5'000, .reply_octets_max = 100'000};
  const std::size_t bound =
      2 * limits.reply_octets_max + 3 * limits.line_octets_max + 48 * limits.reply_lines_max;
  expect_bound<SmtpReplies>(
      limits, bound,
      {times(kMegabyte / 7, "250-a\r\n"), times(200, "250-" + std::string(9'000, 'a') + "\r\n"),
       "250-" + std::string(kMegabyte, 'a'), times(kMegabyte / 5, "250\r\n"),
       times(20, times(4'999, "250-abcd\r\n") + "250 x\r\n")});
}

TEST(BoundedMemory, OfSmtpCommands) {
  const smtp::CommandLimits limits{.line_octets_max = 20'000};
  expect_bound<SmtpCommands>(
      limits, 3 * limits.line_octets_max,
      {std::string(kMegabyte, 'a'), times(60, "NOOP " + std::string(19'000, 'a') + "\r\n"),
       "DATA\r\n" + std::string(kMegabyte, 'a'), "BDAT 1000000\r\n" + std::string(kMegabyte, '\n')});
}

TEST(BoundedMemory, OfPop3Responses) {
  const pop3::ResponseLimits limits{.line_octets_max = 20'000, .expectations_max = 10'000};
  expect_bound<Pop3Responses>(
      limits, 6 * limits.line_octets_max + 3 * limits.expectations_max,
      {std::string("+OK ") + std::string(kMegabyte, 'a'),
       times(60, "+OK " + std::string(19'000, 'a') + "\r\n"), "+OK\r\n+OK\r\n" + std::string(kMegabyte, 'a'),
       "+OK\r\n+OK\r\n" + times(kMegabyte / 3, ".\r\n")});
}

TEST(BoundedMemory, OfTheQueueOfExpectations) {
  const pop3::ResponseLimits limits{.line_octets_max = 512, .expectations_max = 10'000};
  const std::size_t before = memory::count.octets;
  pop3::ResponseParser parser(limits);
  memory::count.octets_max = memory::count.octets;
  while (parser.expect(pop3::Expect::listing)) {
  }
  EXPECT_LE(memory::count.octets_max - before, 3 * limits.expectations_max + kRounding);
  const http::Limits of_http{.expectations_max = 10'000};
  const std::size_t before_http = memory::count.octets;
  http::ResponseParser responses(of_http);
  memory::count.octets_max = memory::count.octets;
  while (responses.expect(http::Method::head)) {
  }
  EXPECT_LE(memory::count.octets_max - before_http, 3 * of_http.expectations_max + kRounding);
}

TEST(BoundedMemory, OfPop3Commands) {
  const pop3::CommandLimits limits{.line_octets_max = 20'000};
  expect_bound<Pop3Commands>(
      limits, 3 * limits.line_octets_max,
      {std::string(kMegabyte, 'a'), times(60, "PASS " + std::string(19'000, 'a') + "\r\n")});
}

constexpr http::Limits kHttpLimits{.head_octets_max = 100'000,
                                   .line_octets_max = 50'000,
                                   .fields_max = 2'000,
                                   .trailer_octets_max = 20'000,
                                   .chunk_extension_octets_max = 10'000,
                                   .interims_max = 10,
                                   .expectations_max = 16};
constexpr std::size_t kHttpBound = 2 * kHttpLimits.head_octets_max + 64 * kHttpLimits.fields_max;

std::vector<std::string> hostile_http(const std::string& start) {
  return {start + "A: " + std::string(kMegabyte, 'a'),
          start + times(kMegabyte / 6, "A: b\r\n"),
          start + times(kMegabyte / 40'000, "A: " + std::string(40'000, 'a') + "\r\n"),
          times(50, start + times(1'999, "A: b\r\n") + "\r\n"),
          start + "Transfer-Encoding: chunked\r\n\r\n0\r\n" + times(kMegabyte / 6, "A: b\r\n"),
          start + "Transfer-Encoding: chunked\r\n\r\n1;" + std::string(kMegabyte, 'a'),
          start + "Transfer-Encoding: chunked\r\n\r\n" + times(kMegabyte / 6, "1\r\nx\r\n"),
          start + "Content-Length: 99999999\r\n\r\n" + std::string(kMegabyte, 'a')};
}

TEST(BoundedMemory, OfHttpResponses) {
  std::vector<std::string> streams = hostile_http("HTTP/1.1 200 x\r\n");
  streams.push_back(times(kMegabyte / 18, "HTTP/1.1 100 x\r\n\r\n"));
  expect_bound<HttpResponses>(kHttpLimits, kHttpBound, streams);
}

TEST(BoundedMemory, OfHttpRequests) {
  expect_bound<HttpRequests>(kHttpLimits, kHttpBound, hostile_http("GET / HTTP/1.1\r\n"));
}

constexpr imap::Limits kImapLimits{.line_octets_max = 50'000,
                                   .literal_octets_max = 100'000'000,
                                   .literal_gather_octets_max = 30'000,
                                   .response_octets_max = 200'000,
                                   .tokens_max = 5'000,
                                   .depth_max = 1'000};
constexpr std::size_t kImapBound = 2 * kImapLimits.response_octets_max + 3 * kImapLimits.line_octets_max +
                                   96 * kImapLimits.tokens_max + 12 * kImapLimits.depth_max;

std::vector<std::string> hostile_imap(const std::string& begin) {
  return {begin + std::string(kMegabyte, 'a'),
          begin + times(kMegabyte / 2, "a "),
          begin + std::string(kMegabyte, '('),
          begin + times(4'000, "{1}\r\na "),
          begin + times(50, "{25000}\r\n" + std::string(25'000, 'a') + " "),
          begin + times(50, times(2'000, "a ") + "{20000}\r\n" + std::string(20'000, 'a') + " "),
          begin + "{1000000}\r\n" + std::string(kMegabyte, 'a'),
          begin + times(10, "{40000}\r\n" + std::string(40'000, 'a') + " ")};
}

TEST(BoundedMemory, OfImapResponses) {
  expect_bound<ImapResponses>(kImapLimits, kImapBound, hostile_imap("* X "));
}

TEST(BoundedMemory, OfImapCommands) {
  expect_bound<ImapCommands>(kImapLimits, kImapBound, hostile_imap("a X "));
}

// A mailbox set of four thousand million numbers takes eleven octets to say and none to hold.
TEST(BoundedMemory, OfSetsThatAreNeverExpanded) {
  const std::size_t before = memory::count.allocations;
  const imap::NumberSet set{"1:4294967295,1:4294967295"};
  EXPECT_EQ(set.count(), 2 * std::uint64_t{4294967295});
  EXPECT_EQ(memory::count.allocations, before);
}

}  // namespace
}  // namespace backtalk
