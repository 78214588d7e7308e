// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/send_rooms.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace backtalk::engine {
namespace {

TEST(SendRooms, TheRoomThatWasGivenBackLastIsLentNext) {
  SendRooms rooms;
  rooms.open(3, 100);
  const std::uint32_t first = rooms.take();
  const std::uint32_t second = rooms.take();
  rooms.give_back(first);
  rooms.give_back(second);
  EXPECT_EQ(rooms.take(), second);
  EXPECT_EQ(rooms.take(), first);
  EXPECT_EQ(rooms.used(), 2U) << "the third was never lent, and costs nothing";
}

TEST(SendRooms, NextIsTheRoomThatIsTaken) {
  SendRooms rooms;
  rooms.open(2, 100);
  const std::span<char> before = rooms.next();
  EXPECT_EQ(before.size(), 100U);
  EXPECT_EQ(rooms.next().data(), before.data()) << "to look costs nothing";
  const std::uint32_t room = rooms.take();
  EXPECT_NE(rooms.next().data(), before.data());
  rooms.give_back(room);
  EXPECT_EQ(rooms.next().data(), before.data());
}

TEST(SendRooms, RoomsThatAreLentDoNotOverlap) {
  constexpr std::size_t kRooms = 50;
  SendRooms rooms;
  rooms.open(kRooms, 64);
  std::vector<std::span<char>> lent;
  for (std::size_t i = 0; i < kRooms; ++i) {
    lent.push_back(rooms.next());
    static_cast<void>(rooms.take());
    std::ranges::fill(lent.back(), static_cast<char>(i));
  }
  for (std::size_t i = 0; i < kRooms; ++i)
    EXPECT_EQ(std::ranges::count(lent[i], static_cast<char>(i)), 64) << i;
}

}  // namespace
}  // namespace backtalk::engine
