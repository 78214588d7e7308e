// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/sent_stamp.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::session {
namespace {

std::optional<Nanoseconds> found_in(std::string_view message, std::size_t piece = 1000) {
  SentStamp stamp;
  stamp.begin();
  for (; !message.empty(); message.remove_prefix(std::min(piece, message.size())))
    stamp.feed(message.substr(0, piece));
  return stamp.found();
}

TEST(SentStamp, IsAFieldOfTheHeader) {
  const std::string message =
      "Received: by x\r\n\tfor y\r\nX-Backtalk-Sent: 1234567890123\r\nSubject: z\r\n\r\nbody\r\n";
  for (const std::size_t piece : {1U, 2U, 7U, 1000U})
    EXPECT_EQ(found_in(message, piece), 1234567890123U) << piece;
  EXPECT_EQ(found_in("X-Backtalk-Sent: 5\n\n"), 5U) << "LF alone";
}

TEST(SentStamp, IsNotElsewhere) {
  for (const std::string_view message :
       {"", "Subject: x\r\n\r\nX-Backtalk-Sent: 5\r\n", "X-Backtalk-Sent: 5", "X-Backtalk-Sent: \r\n\r\n",
        "X-Backtalk-Sent: 5x\r\n\r\n", "X-Backtalk-Sent: -5\r\n\r\n", "XX-Backtalk-Sent: 5\r\n\r\n",
        " X-Backtalk-Sent: 5\r\n\r\n", "X-Backtalk-Sent: 99999999999999999999\r\n\r\n"})
    EXPECT_EQ(found_in(message), std::nullopt) << message;
}

TEST(SentStamp, TheFirstOneCounts) {
  EXPECT_EQ(found_in("X-Backtalk-Sent: 5\r\nX-Backtalk-Sent: 6\r\n\r\n"), 5U);
  EXPECT_EQ(found_in("X-Backtalk-Sent: x\r\nX-Backtalk-Sent: 6\r\n\r\n"), 6U);
}

TEST(SentStamp, ReadsNothingBetweenMessages) {
  SentStamp stamp;
  stamp.feed("X-Backtalk-Sent: 5\r\n");
  EXPECT_EQ(stamp.found(), std::nullopt);
  EXPECT_FALSE(stamp.is_reading());
}

}  // namespace
}  // namespace backtalk::session
