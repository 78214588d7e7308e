// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "ranks/meeting.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace backtalk::ranks {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(Address, IsReadAsItWasWritten) {
  const auto read = read_address(write_address({.places = {"10.0.0.1:7", "[::1]:7"}, .token = "secret"}));
  ASSERT_TRUE(read);
  EXPECT_THAT(read->places, ElementsAre("10.0.0.1:7", "[::1]:7"));
  EXPECT_EQ(read->token, "secret");
  EXPECT_FALSE(read_address("-"));
}

TEST(Meeting, ACoordinatorHasAPort) {
  for (const char* const where : {"host", "host:", ":7000", "host:0", "host:65536", "host:x"}) {
    Place place{.share = {.part = 0, .parts = 2},
                .launcher = "srun",
                .meeting = Meeting::by_address,
                .coordinator = where,
                .token = {}};
    const auto called = call_others(place);
    ASSERT_TRUE(std::holds_alternative<std::string>(called)) << where;
    EXPECT_THAT(std::get<std::string>(called), HasSubstr("HOST:PORT is expected"));
    place.share.part = 1;
    EXPECT_TRUE(std::holds_alternative<std::string>(hear_of_coordinator(place))) << where;
  }
}

}  // namespace
}  // namespace backtalk::ranks
