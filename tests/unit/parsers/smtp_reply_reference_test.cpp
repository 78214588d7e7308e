// SPDX-License-Identifier: Apache-2.0 OR MIT
// smtp::ReplyParser against the reference, over mutated conversations, random limits, tolerances
// and cuts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "every_target.hpp"
#include "reference/smtp_reply_reference.hpp"

namespace backtalk {
namespace {

using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

constexpr std::array<std::string_view, 10> kReplies{
    "220 foo.com Simple Mail Transfer Service Ready\r\n",
    "250-foo.com greets bar.com\r\n250-8BITMIME\r\n250-SIZE\r\n250-DSN\r\n250 HELP\r\n",
    "250 2.1.5 Ok\r\n",
    "250-2.1.5 one\r\n250-2.1.5\r\n250 2.1.6 two\r\n",
    "354 Start mail input; end with <CRLF>.<CRLF>\r\n",
    "550 5.1.1 No such user here\r\n",
    "250\r\n",
    "250-\r\n250 \r\n",
    "451-4.7.0 \xc3\xa9\r\n451 4.70.100 Try again\r\n",
    "221 foo.com Service closing transmission channel\r\n"};

constexpr std::array<std::string_view, 26> kBytes{"\r",   "\n",   "\r\n",   std::string_view("\0", 1),
                                                  "\x01", "\x7f", "\t",     " ",
                                                  "-",    ".",    "0",      "1",
                                                  "2",    "3",    "4",      "5",
                                                  "6",    "9",    "2.",     "250",
                                                  "250-", "250 ", "5.1.1 ", "02.0",
                                                  "\x80", "x"};

std::string mutated_stream(Random& random) {
  std::string stream;
  for (std::size_t count = 1 + pick(random, 6); count > 0; --count)
    stream += kReplies[pick(random, kReplies.size())];
  for (std::size_t count = pick(random, 4); count > 0; --count) {
    const std::size_t at = pick(random, stream.size());
    switch (pick(random, 4)) {
      case 0: stream.erase(at, 1 + pick(random, 3)); break;
      case 1: stream.insert(at, kBytes[pick(random, kBytes.size())]); break;
      case 2: stream.replace(at, 1, kBytes[pick(random, kBytes.size())]); break;
      default: stream.resize(at + 1); break;
    }
    if (stream.empty()) stream.push_back('2');
  }
  return stream;
}

smtp::ReplyLimits random_limits(Random& random) {
  if (pick(random, 2) == 0) return {.line_octets_max = 512, .reply_lines_max = 64, .reply_octets_max = 4096};
  return {.line_octets_max = 1 + pick(random, 60),
          .reply_lines_max = 1 + pick(random, 5),
          .reply_octets_max = 1 + pick(random, 120)};
}

reference::SmtpReply copy_of(const smtp::Reply& reply) {
  return {.offset = reply.offset,
          .octets = reply.octets,
          .code = reply.code,
          .enhanced = reply.enhanced ? to_string(*reply.enhanced) : "",
          .lines = {reply.lines.begin(), reply.lines.end()}};
}

// Feeds copies of exact size that are gone after each feed, so that an address sanitizer sees a
// stale view.
reference::SmtpReplies parse(smtp::ReplyParser& parser, std::string_view stream, std::size_t piece_max,
                             Random& random) {
  reference::SmtpReplies found;
  while (!stream.empty() && !parser.error()) {
    const std::size_t size = std::min(stream.size(), 1 + pick(random, piece_max));
    const auto piece = std::make_unique<char[]>(size);
    std::ranges::copy(stream.substr(0, size), piece.get());
    stream.remove_prefix(size);
    parser.feed({piece.get(), size});
    while (const smtp::Reply* reply = parser.next()) found.replies.push_back(copy_of(*reply));
  }
  found.error = parser.error();
  if (!found.error) {
    found.in_message = parser.in_message();
    found.message_offset = parser.message_offset();
  }
  return found;
}

TEST(SmtpReplyReference, AgreesWithTheParserOnMutatedStreams) {
  under_every_target([] {
    Random random(20240229);
    for (int round = 0; round < 6000; ++round) {
      const std::string stream = mutated_stream(random);
      const smtp::ReplyLimits limits = random_limits(random);
      const Tolerances tolerances{static_cast<std::uint32_t>(pick(random, 2) == 0 ? 0 : pick(random, 16))};
      const reference::SmtpReplies expected = reference::read_smtp_replies(stream, limits, tolerances);
      smtp::ReplyParser parser(limits, tolerances);
      for (const std::size_t piece_max : {std::size_t{1}, std::size_t{5}, std::size_t{80}, stream.size()}) {
        const reference::SmtpReplies got = parse(parser, stream, piece_max, random);
        ASSERT_EQ(got, expected) << "round " << round << ", pieces up to " << piece_max << ", tolerances "
                                 << tolerances.bits() << ", limits " << limits.line_octets_max << ' '
                                 << limits.reply_lines_max << ' ' << limits.reply_octets_max << "\nstream "
                                 << testing::PrintToString(stream) << "\nparser\n"
                                 << describe(got) << "reference\n"
                                 << describe(expected);
        parser.reset();
      }
    }
  });
}

// What the reference is itself held to: the grammar's own examples, worked out by hand.
TEST(SmtpReplyReference, ReadsTheExamplesOfTheGrammar) {
  const auto found = reference::read_smtp_replies("250-2.0.0 a\r\n250 2.0.0 b\r\n5509", {}, {});
  ASSERT_EQ(found.replies.size(), 1U);
  EXPECT_EQ(found.replies[0],
            (reference::SmtpReply{
                .offset = 0, .octets = 26, .code = 250, .enhanced = "2.0.0", .lines = {"a", "b"}}));
  EXPECT_TRUE(found.in_message);
  EXPECT_EQ(found.message_offset, 26U);
  EXPECT_EQ(reference::read_smtp_replies("250-a\r\n251 b\r\n", {}, {}).error,
            (Error{ErrorCode::code_mismatch, 9}));
  EXPECT_EQ(reference::read_smtp_replies("250 a\n", {}, {}).error, (Error{ErrorCode::bare_lf, 5}));
  EXPECT_EQ(reference::read_smtp_replies("250 a\rb", {}, {}).error, (Error{ErrorCode::bare_cr, 5}));
}

}  // namespace
}  // namespace backtalk
