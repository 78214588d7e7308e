// SPDX-License-Identifier: Apache-2.0 OR MIT
// Endless heads; work linear in the input, however it is cut. Each limit has its row in
// limits_test.cpp.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <utility>

#include "every_target.hpp"
#include "http_messages.hpp"
#include "simd/kernels.hpp"
#include "work.hpp"

namespace backtalk {
namespace {

using http::Limits;
using http::ResponseParser;

// A value without end is refused at the limit, not when memory runs out.
TEST(HttpLimits, ALineWithoutEndIsRefusedAtItsLimit) {
  ResponseParser parser(Limits{.head_octets_max = 4096, .line_octets_max = 1000, .fields_max = 10});
  const auto found = parse_in_pieces(parser, "HTTP/1.1 200 OK\r\nA: " + std::string(1 << 20, 'a'),
                                     [](std::size_t) { return std::size_t{333}; });
  EXPECT_EQ(found.error, (Error{ErrorCode::line_too_long, 17 + 1000}));
}

// The marks of the scan are 16-bit numbers. A longer head, if the limits allow it, is read
// correctly wherever the scan's reach ends in it.
TEST(HttpLimits, AHeadMayBeLongerThanTheScanReaches) {
  constexpr std::size_t kReach = simd::kFieldScanMax;
  const Limits limits{.head_octets_max = 2 * kReach, .line_octets_max = kReach, .fields_max = kReach};
  under_every_target([&limits] {
    for (std::size_t end = kReach - 3; end <= kReach + 3; ++end) {
      std::string head = "HTTP/1.1 204 No Content\r\n";
      while (head.size() + 100 < end) head += "A: " + std::string(head.size() % 40, 'a') + "\r\n";
      head += "B: " + std::string(end - head.size() - 5, 'b') + "\r\n";
      ASSERT_EQ(head.size(), end);
      const auto fields = static_cast<std::size_t>(std::ranges::count(head, '\n'));
      head += "C: d\r\n\r\n";
      for (const std::size_t piece : {head.size(), end, end - 1, std::size_t{1000}}) {
        ResponseParser parser(limits);
        const auto found = parse_in_pieces(parser, head, [piece](std::size_t) { return piece; });
        ASSERT_FALSE(found.error) << end << " in pieces of " << piece;
        ASSERT_EQ(found.messages.size(), 1U);
        EXPECT_EQ(found.messages[0].head_octets, head.size());
        ASSERT_EQ(found.messages[0].fields.size(), fields);
        EXPECT_EQ(found.messages[0].fields.back().second, "d");
      }
    }
  });
}

// In a long head that is cut, the part after the cut line is read in place: with the same result,
// whatever is unusual in it, and wherever any limit ends it.
TEST(HttpLimits, ALongHeadIsTheSameWhereverItIsCut) {
  const std::array<std::string, 7> odd{
      "Content-Length: 3\r\n", "Name:value\r\n", "A: b\r\nContent-Length: 4\r\n",       " folded\r\n",
      "Name : value\r\n",      "A: b\x01\r\n",   "Transfer-Encoding: gzip, chunked\r\n"};
  const std::array<Limits, 4> limits{
      Limits{.head_octets_max = 4096, .line_octets_max = 1024, .fields_max = 64},
      Limits{.head_octets_max = 1500, .line_octets_max = 1024, .fields_max = 64},
      Limits{.head_octets_max = 4096, .line_octets_max = 100, .fields_max = 64},
      Limits{.head_octets_max = 4096, .line_octets_max = 1024, .fields_max = 20}};
  under_every_target([&] {
    for (const std::string& line : odd) {
      std::string stream = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n";
      for (std::size_t i = 0; stream.size() < 1700; ++i) {
        if (i == 22) stream += line;
        stream += "Name-" + std::to_string(i) + ": " + std::string(3 + 37 * i % 120, 'v') + "\r\n";
      }
      stream += "\r\nabcHTTP/1.1 204 x\r\n\r\n";
      for (const Limits& one : limits) {
        ResponseParser whole(one);
        const auto expected = parse_whole(whole, stream);
        for (std::size_t cut = 1; cut < stream.size(); cut += 3) {
          for (const std::size_t then : {stream.size(), std::size_t{600}}) {
            ResponseParser parser(one);
            bool first = true;
            const auto found = parse_in_pieces(
                parser, stream, [&](std::size_t) { return std::exchange(first, false) ? cut : then; });
            ASSERT_EQ(found, expected)
                << testing::PrintToString(line) << " cut at " << cut << ", then " << then;
          }
        }
      }
    }
  });
}

// As many fields as one scan can mark, all with names as long as that of a field that frames the
// body: they are gathered, and then looked at.
TEST(HttpLimits, ManyFieldsMayHaveNamesOfTheLengthOfAFramingField) {
  under_every_target([] {
    for (const std::string& odd : {std::string(), std::string("Odd:line\r\n")}) {
      std::string stream = "HTTP/1.1 200 OK\r\n" + odd;
      for (int i = 0; i < 300; ++i) stream += i == 199 ? "Content-Length: 5\r\n" : "Content-Langth: 6\r\n";
      stream += "\r\nhello";
      for (const std::size_t piece : {stream.size(), std::size_t{4000}, std::size_t{700}}) {
        ResponseParser parser(
            Limits{.head_octets_max = 10'000, .line_octets_max = 10'000, .fields_max = 1000});
        const auto found = parse_in_pieces(parser, stream, [piece](std::size_t) { return piece; });
        ASSERT_EQ(found.messages.size(), 1U);
        EXPECT_EQ(found.messages[0].body, "hello");
        EXPECT_EQ(found.messages[0].fields.size(), odd.empty() ? 300U : 301U);
      }
    }
  });
}

#ifdef BACKTALK_COUNT_WORK
Limits generous() {
  return {.head_octets_max = 100000,
          .line_octets_max = 50000,
          .fields_max = 1000,
          .trailer_octets_max = 50000,
          .chunk_extension_octets_max = 50000,
          .interims_max = 100};
}

std::string chunked(const std::string& body) {
  return "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + body;
}

std::string times(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::uint64_t work_of(const std::string& stream, std::size_t piece, Tolerances tolerances = {}) {
  ResponseParser parser(generous(), tolerances);
  const std::uint64_t before = work::bytes_examined;
  const auto found = parse_in_pieces(parser, stream, [piece](std::size_t) { return piece; });
  EXPECT_FALSE(found.error);
  return work::bytes_examined - before;
}

TEST(HttpWork, IsLinearInTheInputWhateverTheCuts) {
  under_every_target([] {
    const std::string streams[] = {
        "HTTP/1.1 200 OK\r\n" + times(900, "Name: value of some length\r\n") + "Content-Length: 0\r\n\r\n",
        "HTTP/1.1 204 x\r\nLong: " + std::string(40000, 'v') + "\r\n\r\n",
        "HTTP/1.1 204 x\r\n" + times(900, "A:b \r\n") + "\r\n",
        chunked(times(5000, "1\r\nx\r\n") + "0\r\n" + times(500, "T: u\r\n") + "\r\n"),
        times(500, "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello"),
        "HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n" + std::string(60000, 'x'),
    };
    for (const std::string& stream : streams) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{63}, std::size_t{64},
                                      std::size_t{65}, std::size_t{1000}, stream.size()}) {
        EXPECT_LE(work_of(stream, piece), 6 * stream.size())
            << "pieces of " << piece << " of " << stream.substr(0, 60);
      }
    }
  });
}

constexpr Tolerances kLenient = tolerate::web_servers | tolerate::obs_fold | tolerate::bare_lf;

// Heads that are not plain are looked at twice at most, and those behind them once: the scan does
// not go on to the end of what was fed with each.
TEST(HttpWork, IsLinearForHeadsThatAreTolerated) {
  under_every_target([] {
    const std::string streams[] = {
        times(500, "HTTP/1.1 204 x\r\nName: begins\r\n and goes on, and on, and on, and on\r\n\r\n"),
        times(500, "HTTP/1.1 204 x\nName: a value, and another value, and another one\n\n"),
        times(500, "HTTP/1.1 204 x\r\nno field at all, but a line that is tolerated\r\n\r\n"),
        times(20, "HTTP/1.1 204 x\r\n" + times(400, "A: b\r\n") + "\r\n"),
    };
    for (const std::string& stream : streams) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{65}, std::size_t{1000}, stream.size()}) {
        EXPECT_LE(work_of(stream, piece, kLenient), 6 * stream.size())
            << "pieces of " << piece << " of " << stream.substr(0, 60);
      }
    }
  });
}

// Most servers send plain heads only, whatever the client would tolerate.
TEST(HttpWork, APlainHeadIsLookedAtOnceWhateverIsTolerated) {
  under_every_target([] {
    const std::string plain =
        "HTTP/1.1 200 OK\r\nServer: example\r\nContent-Length: 5\r\nName: value\r\n\r\nhello";
    const std::string folded =
        "HTTP/1.1 200 OK\r\nServer: example\r\n of folds\r\nContent-Length: 5\r\n\r\nhello";
    const std::uint64_t strict = work_of(times(10, plain), 10 * plain.size());
    EXPECT_EQ(work_of(times(10, plain), 10 * plain.size(), kLenient), strict);
    EXPECT_GT(work_of(times(10, folded), 10 * folded.size(), kLenient), strict * 3 / 2);
    // Cut between heads or within them, that of the others is the same.
    EXPECT_LE(work_of(times(10, plain), 4 * plain.size() + 30, kLenient), 2 * strict);
  });
}
#endif

}  // namespace
}  // namespace backtalk
