// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/bad_streams.hpp"

#include <gtest/gtest.h>

#include <string>

#include "session/auth_exchange.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {
namespace {

session::ServerWords broken_at(std::uint64_t message_offset) {
  return {.name = "protocol-nul", .text = {}, .offset = message_offset, .message_offset = message_offset};
}

std::string kept(BadStreams& bad) {
  const auto streams = bad.take();
  EXPECT_EQ(streams.size(), 1U);
  return streams.empty() ? "" : streams.front().octets;
}

TEST(StreamKeeper, HandsOnAShortStreamWhole) {
  stats::Tally tally(0, 0);
  BadStreams bad;
  StreamKeeper keeper(tally, bad, 16);
  keeper.received("+OK a\r\n");
  keeper.received("+OK b\r\n");
  keeper.server_said(broken_at(7));
  EXPECT_EQ(kept(bad), "+OK a\r\n+OK b\r\n");
  EXPECT_EQ(tally.examples.all().size(), 1U) << "the next observer is told";
  keeper.restart();
  keeper.received("x");
  keeper.server_said(broken_at(0));
  EXPECT_EQ(kept(bad), "x") << "of this connection alone";
}

TEST(StreamKeeper, HidesAPasswordThatTheServerRepeats) {
  session::LoginPlan plan;
  plan.users = {{.user = "u", .password = "secret"}};
  const session::AuthExchange login(plan, 0);
  stats::Tally tally(0, 0);
  BadStreams bad;
  StreamKeeper keeper(tally, bad, 64);
  keeper.received("+OK\r\n+OK\r\nPASS secret");
  session::ServerWords words = broken_at(10);
  words.secrets = &login;
  keeper.server_said(words);
  EXPECT_EQ(kept(bad), "+OK\r\n+OK\r\nPASS xxxxxx");
}

TEST(StreamKeeper, HandsOnTheBrokenMessageOfALongStream) {
  stats::Tally tally(0, 0);
  BadStreams bad;
  StreamKeeper keeper(tally, bad, 16);
  std::uint64_t offset = 0;
  for (int i = 0; i < 1000; ++i) {
    keeper.received("0123456789");
    offset += 10;
  }
  keeper.received("abc");
  keeper.server_said(broken_at(offset));
  EXPECT_EQ(kept(bad), "abc");
}

TEST(StreamKeeper, HandsOnTheEndOfAMessageThatIsTooLong) {
  stats::Tally tally(0, 0);
  for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{40}}) {
    BadStreams bad;
    StreamKeeper keeper(tally, bad, 16);
    for (std::size_t sent = 0; sent < 1000; sent += piece) keeper.received(std::string(piece, 'x'));
    keeper.received("y");
    keeper.server_said(broken_at(0));
    EXPECT_EQ(kept(bad), std::string(15, 'x') + "y") << piece;
  }
}

TEST(StreamKeeper, KeepsNothingOfARefusalAndOfAnOrderlyEnd) {
  stats::Tally tally(0, 0);
  BadStreams bad;
  StreamKeeper keeper(tally, bad, 16);
  keeper.received("550 no\r\n");
  keeper.server_said({.name = "reply-5xx", .status = 1, .text = "550 no"});
  keeper.server_said({.name = "closed", .text = {}});
  EXPECT_TRUE(bad.take().empty());
  keeper.server_said({.name = "closed", .text = "550 no", .in_message = true});
  EXPECT_EQ(kept(bad), "550 no\r\n");
}

TEST(BadStreams, AreBoundedAndEachIsThereOnce) {
  BadStreams bad;
  for (int i = 0; i < 1000; ++i) {
    bad.keep("protocol-nul", std::to_string(i % 50));
    bad.keep("closed", "the same");
  }
  EXPECT_EQ(bad.take().size(), BadStreams::kOfNameMax + 1);
}

}  // namespace
}  // namespace backtalk::engine
