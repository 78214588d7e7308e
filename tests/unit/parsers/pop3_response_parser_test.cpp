// SPDX-License-Identifier: Apache-2.0 OR MIT
// The queue of expectations, kinds of events, limits, TLS and linear work of pop3::ResponseParser.
#include "backtalk/pop3/response_parser.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "work.hpp"

namespace backtalk::pop3 {
namespace {

// Every event as a word or two, joined by spaces; the body's stretches joined to one.
std::string drain(ResponseParser& parser) {
  std::string text;
  while (const Event* event = parser.next()) {
    switch (event->kind) {
      case Event::Kind::status:
        text += event->status.ok()                        ? "ok "
                : event->status.kind == Status::Kind::err ? "err "
                                                          : "continuation ";
        break;
      case Event::Kind::octets: text += "octets "; break;
      case Event::Kind::line: text += "line:" + std::string(event->data) + ' '; break;
      case Event::Kind::end: text += "end "; break;
    }
  }
  return text;
}

std::string read(ResponseParser& parser, std::string_view bytes) {
  parser.feed(bytes);
  return drain(parser);
}

TEST(Pop3Queue, HoldsTheGreetingFromTheStart) {
  ResponseParser parser;
  EXPECT_EQ(parser.expected(), 1U);
  EXPECT_EQ(read(parser, "+OK ready\r\n"), "ok ");
  EXPECT_EQ(parser.expected(), 0U);
}

TEST(Pop3Queue, TakesEachResponseForWhatWasQueued) {
  ResponseParser parser;
  for (const Expect what : {Expect::single_line, Expect::listing, Expect::multi_line})
    ASSERT_TRUE(parser.expect(what));
  EXPECT_EQ(read(parser, "+OK\r\n+OK\r\n+OK\r\n1 120\r\n..\r\n.\r\n+OK\r\n1 120\r\n.\r\n"),
            "ok ok ok line:1 120 line:. end ok octets end ");
  EXPECT_FALSE(parser.error());
  EXPECT_FALSE(parser.in_message());
}

TEST(Pop3Queue, AnErrorResponseHasNoBodyAndTakesOneExpectation) {
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Expect::multi_line));
  ASSERT_TRUE(parser.expect(Expect::listing));
  EXPECT_EQ(read(parser, "+OK\r\n-ERR\r\n+OK\r\n.\r\n"), "ok err ok end ");
}

TEST(Pop3Queue, AContinuationTakesNone) {
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Expect::sasl));
  EXPECT_EQ(read(parser, "+OK\r\n+ \r\n+ QQ==\r\n"), "ok continuation continuation ");
  EXPECT_EQ(parser.expected(), 1U);
  EXPECT_EQ(read(parser, "+OK\r\n"), "ok ");
  EXPECT_EQ(parser.expected(), 0U);
}

TEST(Pop3Queue, IsBoundedUnderAtAndOverItsLimit) {
  ResponseParser parser({.line_octets_max = 80, .expectations_max = 40});
  for (int i = 1; i < 40; ++i) ASSERT_TRUE(parser.expect(Expect::single_line)) << i;
  EXPECT_EQ(parser.expected(), 40U);
  EXPECT_FALSE(parser.expect(Expect::single_line));
  EXPECT_EQ(read(parser, "+OK\r\n"), "ok ");
  EXPECT_TRUE(parser.expect(Expect::single_line));
  EXPECT_FALSE(parser.expect(Expect::single_line));
}

// The ring wraps and grows: 17 are more than its first size, and its front has moved by then.
TEST(Pop3Queue, KeepsTheOrderWhenItGrowsWithItsFrontMoved) {
  ResponseParser parser({.line_octets_max = 80, .expectations_max = 64});
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(parser.expect(Expect::single_line));
  EXPECT_EQ(read(parser, "+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n+OK\r\n"), "ok ok ok ok ok ok ");
  std::string answers;
  std::string events;
  for (int i = 0; i < 40; ++i) {
    const bool listing = i % 3 == 1;
    ASSERT_TRUE(parser.expect(listing ? Expect::listing : Expect::single_line));
    answers += listing ? "+OK\r\n.\r\n" : "+OK\r\n";
    events += listing ? "ok end " : "ok ";
  }
  EXPECT_EQ(read(parser, answers), events);
}

TEST(Pop3Unsolicited, APositiveResponseIsAnError) {
  ResponseParser parser;
  EXPECT_EQ(read(parser, "+OK\r\n+OK injected\r\n"), "ok ");
  EXPECT_EQ(parser.error(), (Error{ErrorCode::unsolicited_response, 5}));
}

TEST(Pop3Unsolicited, ANegativeOneIsMarked) {
  ResponseParser parser;
  parser.feed("+OK\r\n-ERR idle for too long\r\n");
  ASSERT_NE(parser.next(), nullptr);
  const Event* event = parser.next();
  ASSERT_NE(event, nullptr);
  EXPECT_TRUE(event->status.unsolicited);
  EXPECT_EQ(event->status.text, "idle for too long");
}

// Only a response has a code: a challenge is data of the mechanism, whatever it looks like, and has
// none of the response before it either.
TEST(Pop3Continuation, HasNoCode) {
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Expect::sasl));
  ASSERT_TRUE(parser.expect(Expect::sasl));
  parser.feed("+OK [UTF8] ready\r\n+ [AUTH] x\r\n-ERR [IN-USE] y\r\n+ QQ==\r\n-ERR z\r\n");
  struct Expected {
    Status::Kind kind;
    std::string_view text;
    std::string_view code;
  };
  for (const auto& [kind, text, code] : {Expected{Status::Kind::ok, "[UTF8] ready", "UTF8"},
                                         {Status::Kind::continuation, "[AUTH] x", ""},
                                         {Status::Kind::err, "[IN-USE] y", "IN-USE"},
                                         {Status::Kind::continuation, "QQ==", ""},
                                         {Status::Kind::err, "z", ""}}) {
    const Event* const event = parser.next();
    ASSERT_NE(event, nullptr) << text;
    EXPECT_EQ(event->status.kind, kind) << text;
    EXPECT_EQ(event->status.text, text);
    EXPECT_EQ(event->status.code, code) << text;
  }
  EXPECT_EQ(parser.next(), nullptr);
}

TEST(Pop3Unsolicited, IsTakenForWhatTheCallerSays) {
  ResponseParser parser;
  parser.expect_otherwise(Expect::listing);
  EXPECT_EQ(read(parser, "+OK\r\n+OK\r\na\r\n.\r\n+OK\r\n.\r\n"), "ok ok line:a end ok end ");
}

TEST(Pop3Errors, AreStickyUntilReset) {
  ResponseParser parser;
  EXPECT_EQ(read(parser, "hello\r\n"), "");
  const Error first = parser.error();
  EXPECT_EQ(first, (Error{ErrorCode::bad_status, 0}));
  EXPECT_EQ(read(parser, "+OK\r\n"), "");
  EXPECT_EQ(parser.error(), first);
  parser.reset();
  EXPECT_EQ(read(parser, "+OK\r\n"), "ok ");
}

TEST(Pop3Automatic, HoldsAStatusBackUntilWhatFollowsIsKnown) {
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Expect::automatic));
  EXPECT_EQ(read(parser, "+OK\r\n+OK [AUTH] x\r\n"), "ok ");
  EXPECT_EQ(read(parser, "-ER"), "");
  parser.finish();
  const Event* event = parser.next();
  ASSERT_NE(event, nullptr);
  EXPECT_EQ(event->status.text, "[AUTH] x");
  EXPECT_EQ(event->status.code, "AUTH");
  EXPECT_FALSE(event->status.multi_line);
  EXPECT_EQ(parser.next(), nullptr);
  EXPECT_TRUE(parser.in_message());
  EXPECT_EQ(parser.message_offset(), 19U);
}

TEST(Pop3Listing, ALineIsBoundedUnderAtAndOverTheLimit) {
  for (const std::size_t size : {9U, 10U, 11U}) {
    ResponseParser parser({.line_octets_max = 10, .expectations_max = 4});
    ASSERT_TRUE(parser.expect(Expect::listing));
    read(parser, "+OK\r\n+OK\r\n" + std::string(size - 2, 'x') + "\r\n");
    const Error expected = size > 10 ? Error{ErrorCode::line_too_long, 20} : Error{};
    EXPECT_EQ(parser.error(), expected) << size;
  }
}

TEST(Pop3Listing, LineRulesHoldInIt) {
  ResponseParser parser;
  ASSERT_TRUE(parser.expect(Expect::listing));
  EXPECT_EQ(read(parser, "+OK\r\n+OK\r\n1 120\r\n.\n"), "ok ok line:1 120 ");
  EXPECT_EQ(parser.error(), (Error{ErrorCode::bare_lf, 18}));
}

TEST(Pop3Stls, NothingMayFollowItsAcceptanceInClearText) {
  ResponseParser clean;
  EXPECT_EQ(read(clean, "+OK\r\n"), "ok ");
  EXPECT_TRUE(clean.begin_tls());

  // CVE-2021-38371: injected bytes would be taken for an answer under TLS.
  for (const std::string_view injected : {"+OK injected\r\n", "+", "\r"}) {
    ResponseParser parser;
    parser.feed("+OK\r\n");
    ASSERT_NE(parser.next(), nullptr);
    ASSERT_EQ(parser.next(), nullptr);
    parser.feed(injected);
    EXPECT_FALSE(parser.begin_tls());
    EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 5})) << injected;
  }
}

TEST(Pop3Stls, AResponseThatIsBegunIsInjectedToo) {
  ResponseParser parser;
  EXPECT_EQ(read(parser, "+OK\r\n+O"), "ok ");
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 5}));
}

#ifdef BACKTALK_COUNT_WORK
// The bytes looked at for one of input, at most; a kernel's last block and the bytes between feeds
// included.
constexpr double kWorkMax = 6;

double work_of(Expect what, std::string_view stream, std::size_t piece) {
  ResponseParser parser({.line_octets_max = 1 << 20, .expectations_max = 4});
  parser.expect_otherwise(what);
  work::bytes_examined = 0;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    parser.feed(stream.substr(at, piece));
    while (parser.next() != nullptr) {
    }
  }
  EXPECT_FALSE(parser.error());
  return static_cast<double>(work::bytes_examined) / static_cast<double>(stream.size());
}

TEST(Pop3Work, IsLinearWhateverTheCuts) {
  std::string dots = "+OK\r\n+OK\r\n";
  for (int i = 0; i < 20000; ++i) dots += "..\r\n";
  std::string small = "+OK\r\n";
  for (int i = 0; i < 5000; ++i) small += "+OK\r\n\x01..\r\n.\r\n";
  const std::vector<std::string> streams{
      "+OK\r\n+OK\r\n" + std::string(100000, 'x'),        // one line that does not end
      "+OK\r\n+OK " + std::string(100000, 'x') + "\r\n",  // a status held back
      dots + ".\r\n",                                     // all dots
      small};                                             // bodies that break the line rules
  for (const Expect what : {Expect::multi_line, Expect::automatic}) {
    for (const std::string& stream : streams) {
      for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{4096}, stream.size()}) {
        EXPECT_LT(work_of(what, stream, piece), kWorkMax)
            << "pieces of " << piece << ", stream " << stream.substr(0, 20) << ", " << static_cast<int>(what);
      }
    }
  }
}
#endif

}  // namespace
}  // namespace backtalk::pop3
