// SPDX-License-Identifier: Apache-2.0 OR MIT
// pop3::ResponseParser against the reference, over mutated conversations, random expectations,
// limits, tolerances and cuts.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "every_target.hpp"
#include "reference/pop3_reference.hpp"

namespace backtalk {
namespace {

using pop3::Expect;
using Random = std::mt19937;

std::size_t pick(Random& random, std::size_t below) {
  return std::uniform_int_distribution<std::size_t>(0, below - 1)(random);
}

struct Answer {
  Expect expect;
  std::string_view bytes;
};

constexpr std::array kAnswers{
    Answer{Expect::single_line, "+OK 2 320\r\n"},
    Answer{Expect::single_line, "-ERR [IN-USE] Do you have another POP session running?\r\n"},
    Answer{Expect::single_line, "-ERR [SYS/TEMP\r\n"},
    Answer{Expect::single_line, "+OK\r\n"},
    Answer{Expect::multi_line, "+OK 120 octets\r\nSubject: x\r\n\r\n..stuffed\r\n...\r\ntext\r\n.\r\n"},
    Answer{Expect::multi_line, "+OK\r\n.\r\n"},
    Answer{Expect::multi_line, "-ERR no such message\r\n"},
    Answer{Expect::multi_line, "+OK\r\n+OK\r\n-E\r\n+\r\n\x01\xff\r\n.\r\n"},
    Answer{Expect::listing, "+OK 2 messages (320 octets)\r\n1 120\r\n2 200\r\n.\r\n"},
    Answer{Expect::listing, "+OK\r\n..\r\n\r\n.x\r\n.\r\n"},
    Answer{Expect::sasl, "+ \r\n+ dGVzdA==\r\n+OK Maildrop locked and ready\r\n"},
    Answer{Expect::sasl, "+\r\n-ERR authentication failed\r\n"},
    Answer{Expect::automatic, "+OK\r\nFrom: a\r\n.\r\n"},
    Answer{Expect::automatic, "+OK\r\n-x\r\n.\r\n"},
    Answer{Expect::automatic, "+OK single\r\n"},
    Answer{Expect::automatic, "+OK [AUTH] held\r\n+ Y2hhbGxlbmdl\r\n"},
    Answer{Expect::automatic, "+ok lower\r\n-err lower\r\n"},
};

constexpr std::array<std::string_view, 26> kBytes{"\r",      "\n",     "\r\n",  std::string_view("\0", 1),
                                                  "\x01",    "\x7f",   "\t",    " ",
                                                  "-",       ".",      "+",     "..",
                                                  ".\r",     ".\r\n",  "\r\n.", "\r\n..",
                                                  "\n.\r\n", "\r\r\n", "+OK",   "-ERR",
                                                  "+ ",      "[A/B] ", "[",     "]",
                                                  "\x80",    "x"};

struct Conversation {
  std::string stream;
  reference::Pop3Expectations expectations;
};

void mutate(std::string& stream, Random& random) {
  const std::size_t at = pick(random, stream.size());
  switch (pick(random, 4)) {
    case 0: stream.erase(at, std::min(stream.size() - 1, 1 + pick(random, 3))); break;
    case 1: stream.insert(at, kBytes[pick(random, kBytes.size())]); break;
    case 2: stream.replace(at, 1, kBytes[pick(random, kBytes.size())]); break;
    default: stream.resize(at + 1); break;
  }
}

Conversation mutated_conversation(Random& random) {
  Conversation made{.stream = "+OK POP3 ready <1@h>\r\n", .expectations = {}};
  for (std::size_t count = pick(random, 5); count > 0; --count) {
    const Answer& answer = kAnswers[pick(random, kAnswers.size())];
    made.stream += answer.bytes;
    const bool as_meant = pick(random, 4) != 0;
    made.expectations.queued.push_back(as_meant ? answer.expect : static_cast<Expect>(pick(random, 5)));
  }
  if (pick(random, 2) == 0) made.expectations.otherwise = static_cast<Expect>(pick(random, 5));
  for (std::size_t count = pick(random, 4); count > 0; --count) mutate(made.stream, random);
  return made;
}

Tolerances random_tolerances(Random& random) {
  constexpr std::array kSwitches{tolerate::bare_lf, tolerate::bare_cr, tolerate::control_bytes,
                                 tolerate::lower_case_status, tolerate::bare_continuation};
  Tolerances chosen;
  if (pick(random, 2) == 0) return chosen;
  for (const Tolerances one : kSwitches) {
    if (pick(random, 2) == 0) chosen = chosen | one;
  }
  return chosen;
}

void take(const pop3::Event& event, reference::Pop3Responses& found) {
  const pop3::Status& status = event.status;
  switch (event.kind) {
    case pop3::Event::Kind::status:
      found.responses.push_back({.kind = status.kind,
                                 .multi_line = status.multi_line,
                                 .unsolicited = status.unsolicited,
                                 .offset = status.offset,
                                 .octets = status.octets,
                                 .text = std::string(status.text),
                                 .code = std::string(status.code),
                                 .body = {},
                                 .lines = {},
                                 .ended = false});
      break;
    case pop3::Event::Kind::octets: found.responses.back().body += event.data; break;
    case pop3::Event::Kind::line: found.responses.back().lines.emplace_back(event.data); break;
    case pop3::Event::Kind::end: found.responses.back().ended = true; break;
  }
}

// Feeds copies of exact size that are gone after each feed, so that an address sanitizer sees a
// stale view.
reference::Pop3Responses parse(pop3::ResponseParser& parser, std::string_view stream, std::size_t piece_max,
                               Random& random) {
  reference::Pop3Responses found;
  while (!stream.empty() && !parser.error()) {
    const std::size_t size = std::min(stream.size(), 1 + pick(random, piece_max));
    const auto piece = std::make_unique<char[]>(size);
    std::ranges::copy(stream.substr(0, size), piece.get());
    stream.remove_prefix(size);
    parser.feed({piece.get(), size});
    while (const pop3::Event* event = parser.next()) take(*event, found);
    parser.feed({});  // lets go of the piece
  }
  parser.finish();
  while (const pop3::Event* event = parser.next()) take(*event, found);
  found.error = parser.error();
  if (!found.error) {
    found.in_message = parser.in_message();
    found.message_offset = parser.message_offset();
  }
  return found;
}

pop3::ResponseParser make_parser(const Conversation& made, pop3::ResponseLimits limits,
                                 Tolerances tolerances) {
  pop3::ResponseParser parser(limits, tolerances);
  for (const Expect what : made.expectations.queued) EXPECT_TRUE(parser.expect(what));
  if (made.expectations.otherwise) parser.expect_otherwise(*made.expectations.otherwise);
  return parser;
}

TEST(Pop3Reference, AgreesWithTheParserOnMutatedStreams) {
  under_every_target([] {
    Random random(1939);
    for (int round = 0; round < 10000; ++round) {
      const Conversation made = mutated_conversation(random);
      const Tolerances tolerances = random_tolerances(random);
      const pop3::ResponseLimits limits{.line_octets_max = pick(random, 4) == 0 ? 1 + pick(random, 60) : 512,
                                        .expectations_max = 16};
      const auto expected =
          reference::read_pop3_responses(made.stream, made.expectations, limits, tolerances);
      for (const std::size_t piece_max :
           {std::size_t{1}, std::size_t{5}, std::size_t{80}, made.stream.size()}) {
        pop3::ResponseParser parser = make_parser(made, limits, tolerances);
        const auto got = parse(parser, made.stream, piece_max, random);
        ASSERT_EQ(got, expected) << "round " << round << ", pieces up to " << piece_max << ", tolerances "
                                 << tolerances.bits() << ", line limit " << limits.line_octets_max
                                 << "\nstream " << testing::PrintToString(made.stream) << "\nparser\n"
                                 << describe(got) << "reference\n"
                                 << describe(expected);
      }
    }
  });
}

// What the reference is itself held to: worked out by hand from the grammar.
TEST(Pop3Reference, ReadsTheGrammarsOwnExamples) {
  const auto found =
      reference::read_pop3_responses("+OK hi\r\n+OK 1\r\n..a\r\n.\r\n-ERR [AUTH] no\r\n",
                                     {.queued = {Expect::multi_line}, .otherwise = {}}, {}, {});
  ASSERT_EQ(found.responses.size(), 3U);
  EXPECT_EQ(found.responses[1].body, ".a\r\n");
  EXPECT_TRUE(found.responses[1].ended);
  EXPECT_EQ(found.responses[2].code, "AUTH");
  EXPECT_TRUE(found.responses[2].unsolicited);
  EXPECT_FALSE(found.in_message);
  EXPECT_EQ(reference::read_pop3_responses("+OK a\n", {}, {}, {}).error, (Error{ErrorCode::bare_lf, 5}));
  EXPECT_EQ(reference::read_pop3_responses("*OK\r\n", {}, {}, {}).error, (Error{ErrorCode::bad_status, 0}));
}

}  // namespace
}  // namespace backtalk
