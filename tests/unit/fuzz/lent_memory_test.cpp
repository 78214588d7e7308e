// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a parser is lent is exact to the octet, and gone when it is taken back.
#include "engine/lent_memory.hpp"

#include <gtest/gtest.h>

#include <string>

#include "has_asan.hpp"

namespace backtalk::fuzz {
namespace {

TEST(LentMemory, IsACopy) {
  LentMemory memory;
  for (std::size_t size : {0U, 1U, 7U, 8U, 9U, 4096U, 100000U}) {
    const std::string piece(size, 'x');
    const std::string_view lent = memory.lend(piece);
    EXPECT_EQ(lent, piece);
    EXPECT_NE(lent.data(), piece.data());
    memory.take_back();
  }
}

TEST(LentMemory, PiecesAlternateBetweenBlocks) {
  LentMemory memory;
  const char* const first = memory.lend("one").data();
  memory.take_back();
  EXPECT_NE(memory.lend("two").data(), first);
  memory.take_back();
}

#ifdef BACKTALK_HAS_ASAN
char octet_at(const char* place) {
  return *static_cast<const volatile char*>(place);
}

TEST(LentMemoryDeathTest, AReadBesideItIsDetected) {
  for (const std::string_view piece : {"", "1234567", "12345678", "123456789"}) {
    LentMemory memory;
    const std::string_view lent = memory.lend(piece);
    EXPECT_DEATH(octet_at(lent.data() + lent.size()), "use-after-poison");
    EXPECT_DEATH(octet_at(lent.data() - 1), "use-after-poison");
    memory.take_back();
  }
}

TEST(LentMemoryDeathTest, AViewThatIsKeptTooLongIsDetected) {
  LentMemory memory;
  const std::string_view lent = memory.lend("kept");
  memory.take_back();
  EXPECT_DEATH(octet_at(lent.data()), "use-after-poison");
}
#endif

}  // namespace
}  // namespace backtalk::fuzz
