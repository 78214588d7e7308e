// SPDX-License-Identifier: Apache-2.0 OR MIT
// The state of every parser: none is left after `reset`, all of it moves, and no event follows an
// error.
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "every_parser.hpp"

namespace backtalk {
namespace {

template <class Kind>
class ParserState : public testing::Test {};

using Kinds = testing::Types<SmtpReplies, SmtpCommands, Pop3Responses, Pop3Commands, HttpResponses,
                             HttpRequests, ImapResponses, ImapCommands>;
TYPED_TEST_SUITE(ParserState, Kinds);

TYPED_TEST(ParserState, TheSampleIsReadWholeAndTheBrokenOneIsRefused) {
  using Kind = TypeParam;
  EXPECT_TRUE(what_is_read<Kind>(Kind::kStream).ends_with("none 0")) << what_is_read<Kind>(Kind::kStream);
  typename Kind::Parser parser;
  std::string out;
  feed_copy<Kind>(parser, Kind::kBroken, out);
  EXPECT_TRUE(parser.error());
}

// Interrupted anywhere, in a valid and in an invalid stream.
TYPED_TEST(ParserState, ResetLeavesNothingBehind) {
  using Kind = TypeParam;
  const std::string expected = what_is_read<Kind>(Kind::kStream);
  for (const std::string_view before : {Kind::kStream, Kind::kBroken}) {
    for (std::size_t cut = 0; cut <= before.size(); ++cut) {
      typename Kind::Parser parser;
      std::string ignored;
      feed_copy<Kind>(parser, before.substr(0, cut), ignored);
      parser.reset();
      std::string out;
      for (const char& byte : Kind::kStream) feed_copy<Kind>(parser, {&byte, 1}, out);
      ASSERT_EQ(out + standing(parser), expected) << "broken off at " << cut << " of " << before;
    }
  }
}

// Programs keep their sessions in a vector, which moves them when it grows, even in the middle of a
// message.
TYPED_TEST(ParserState, MovingKeepsWhatWasRead) {
  using Kind = TypeParam;
  static_assert(std::is_nothrow_move_constructible_v<typename Kind::Parser>);
  static_assert(!std::is_copy_constructible_v<typename Kind::Parser>, "a copy would view the original");
  const std::string expected = what_is_read<Kind>(Kind::kStream);
  std::string out;
  std::optional<typename Kind::Parser> parser(std::in_place);
  for (const char& byte : Kind::kStream) {
    feed_copy<Kind>(*parser, {&byte, 1}, out);
    auto moved = std::make_unique<typename Kind::Parser>(std::move(*parser));
    parser.emplace(std::move(*moved));
  }
  EXPECT_EQ(out + standing(*parser), expected);
}

// What was moved from in the middle of anything can be assigned to, as a slot of a pool is, and is
// then as new.
TYPED_TEST(ParserState, WhatWasMovedFromCanBeAssignedTo) {
  using Kind = TypeParam;
  static_assert(std::is_nothrow_move_assignable_v<typename Kind::Parser>);
  const std::string expected = what_is_read<Kind>(Kind::kStream);
  for (std::size_t cut = 0; cut <= Kind::kStream.size(); ++cut) {
    typename Kind::Parser slot;
    std::string ignored;
    feed_copy<Kind>(slot, Kind::kStream.substr(0, cut), ignored);
    {
      const typename Kind::Parser taken = std::move(slot);
    }
    slot = typename Kind::Parser();
    std::string out;
    for (const char& byte : Kind::kStream) feed_copy<Kind>(slot, {&byte, 1}, out);
    ASSERT_EQ(out + standing(slot), expected) << "moved at " << cut;
  }
}

TYPED_TEST(ParserState, NothingComesAfterAnError) {
  using Kind = TypeParam;
  typename Kind::Parser parser;
  std::string out;
  feed_copy<Kind>(parser, Kind::kBroken, out);
  const Error error = parser.error();
  ASSERT_TRUE(error);
  std::string more;
  for (int i = 0; i < 3; ++i) feed_copy<Kind>(parser, Kind::kStream, more);
  for (const char& byte : Kind::kStream) feed_copy<Kind>(parser, {&byte, 1}, more);
  EXPECT_EQ(more, "");
  EXPECT_EQ(parser.error(), error);
}

// However the two streams are cut, the error is about the same byte.
TYPED_TEST(ParserState, EventsAndErrorsDoNotDependOnTheCut) {
  using Kind = TypeParam;
  for (const std::string_view stream : {Kind::kStream, Kind::kBroken}) {
    const std::string expected = what_is_read<Kind>(stream);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      typename Kind::Parser parser;
      std::string out;
      feed_copy<Kind>(parser, stream.substr(0, cut), out);
      feed_copy<Kind>(parser, stream.substr(cut), out);
      ASSERT_EQ(out + standing(parser), expected) << "cut at " << cut;
    }
  }
}

// A line that asks for TLS or grants it, and one that must not come in clear text behind it.
template <class Kind>
struct Upgrade;
template <>
struct Upgrade<SmtpReplies> {
  static constexpr std::string_view kLast = "220 go ahead\r\n", kInjected = "250 injected\r\n";
};
template <>
struct Upgrade<SmtpCommands> {
  static constexpr std::string_view kLast = "STARTTLS\r\n", kInjected = "RSET\r\n";
};
template <>
struct Upgrade<Pop3Responses> {
  static constexpr std::string_view kLast = "+OK begin\r\n", kInjected = "+OK injected\r\n";
};
template <>
struct Upgrade<Pop3Commands> {
  static constexpr std::string_view kLast = "STLS\r\n", kInjected = "NOOP\r\n";
};
template <>
struct Upgrade<ImapResponses> {
  static constexpr std::string_view kLast = "a1 OK begin\r\n", kInjected = "* 3 EXISTS\r\n";
};
template <>
struct Upgrade<ImapCommands> {
  static constexpr std::string_view kLast = "a1 STARTTLS\r\n", kInjected = "a2 NOOP\r\n";
};

template <class Kind>
class StartTls : public testing::Test {};

using UpgradedKinds =
    testing::Types<SmtpReplies, SmtpCommands, Pop3Responses, Pop3Commands, ImapResponses, ImapCommands>;
TYPED_TEST_SUITE(StartTls, UpgradedKinds);

// However few bytes there are, unread or part of an unfinished message (CVE-2021-38371,
// CVE-2011-0411).
TYPED_TEST(StartTls, WhatCameBehindTheLastLineInClearTextWasInjected) {
  using Kind = TypeParam;
  const std::string last(Upgrade<Kind>::kLast);
  for (std::size_t octets = 0; octets < Upgrade<Kind>::kInjected.size(); ++octets) {
    const std::string injected(Upgrade<Kind>::kInjected.substr(0, octets));
    const Error expected = octets == 0 ? Error{} : Error{ErrorCode::starttls_injection, last.size()};
    const std::string together = last + injected;
    typename Kind::Parser at_once;
    at_once.feed(together);
    ASSERT_NE(at_once.next(), nullptr);
    EXPECT_EQ(at_once.begin_tls(), octets == 0) << injected;
    EXPECT_EQ(at_once.error(), expected) << injected;
    typename Kind::Parser later;
    later.feed(last);
    ASSERT_NE(later.next(), nullptr);
    ASSERT_EQ(later.next(), nullptr);
    later.feed(injected);
    ASSERT_EQ(later.next(), nullptr);
    EXPECT_EQ(later.begin_tls(), octets == 0) << injected;
    EXPECT_EQ(later.error(), expected) << injected;
  }
}

TYPED_TEST(StartTls, AnErrorBeforeItStays) {
  using Kind = TypeParam;
  typename Kind::Parser parser;
  std::string ignored;
  feed_copy<Kind>(parser, Kind::kBroken, ignored);
  const Error error = parser.error();
  ASSERT_TRUE(error);
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), error);
}

}  // namespace
}  // namespace backtalk
