// SPDX-License-Identifier: Apache-2.0 OR MIT
// Octets, copied and compared in every length up to some.
#include "backtalk/fuzz/octets.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

#include "has_asan.hpp"

#ifdef BACKTALK_HAS_ASAN
#include <sanitizer/asan_interface.h>
#endif

namespace backtalk::fuzz {
namespace {

// All different from their neighbours.
std::string octets(std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += static_cast<char>(i * 37 + 1);
  return all;
}

TEST(Octets, CopiesExactlyTheOctets) {
  for (std::size_t size = 0; size < 300; ++size) {
    const std::string from = octets(size);
    std::string to(size + 2, '#');
    copy_octets(to.data() + 1, from);
    ASSERT_EQ(to, '#' + from + '#') << size;
  }
}

TEST(Octets, EqualityIsExactWhereverTheDifferenceIs) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string one = octets(size);
    std::string other = one;
    ASSERT_TRUE(same_octets(one, other));
    ASSERT_FALSE(same_octets(one, other + 'x'));
    for (char& octet : other) {
      octet = static_cast<char>(octet ^ 0x40);
      ASSERT_FALSE(same_octets(one, other)) << size;
      octet = static_cast<char>(octet ^ 0x40);
    }
  }
}

TEST(Octets, GrowingKeepsTheOctets) {
  Octets octets_one_by_one;
  Octets octets_in_pieces;
  std::string expected;
  for (std::size_t size = 0; size < 100; ++size) {
    const std::string more = octets(size);
    for (const char octet : more) octets_one_by_one += octet;
    octets_in_pieces += more;
    expected += more;
    ASSERT_EQ(octets_one_by_one.view(), expected);
    ASSERT_EQ(octets_in_pieces.view(), expected);
  }
  octets_in_pieces.clear();
  EXPECT_TRUE(octets_in_pieces.empty());
  octets_in_pieces.reserve(10);
  octets_in_pieces += "again";
  *octets_in_pieces.at(0) = 'A';
  EXPECT_EQ(octets_in_pieces.view(), "Again");
}

#ifdef BACKTALK_HAS_ASAN
// As the memory of a piece that was taken back.
TEST(OctetsDeathTest, AForbiddenReadIsDetected) {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 40U, 1000U}) {
    for (const std::size_t begin : {0U, 1U, 8U}) {
      const auto memory = std::make_unique<char[]>(2048);
      const std::string_view given(memory.get() + begin, size);
      Octets octets;
      octets += given;
      for (const std::size_t gone : {std::size_t{0}, size / 2, size - 1}) {
        // From a granule's middle on poison cannot begin: what is before it goes as well.
        char* const from = memory.get() + (begin + gone) / 8 * 8;
        __asan_poison_memory_region(from, 8);
        EXPECT_DEATH(octets += given, "use-after-poison") << size << " from " << begin << ", gone: " << gone;
        __asan_unpoison_memory_region(from, 8);
      }
      octets += given;
      EXPECT_EQ(octets.size(), 2 * size);
    }
  }
}

TEST(OctetsDeathTest, AReadBehindABlockIsDetected) {
  for (const std::size_t size : {1U, 7U, 8U, 13U, 300U}) {
    const auto memory = std::make_unique<char[]>(size);
    Octets octets;
    octets += std::string_view(memory.get(), size);
    EXPECT_DEATH(octets += std::string_view(memory.get(), size + 1), "heap-buffer-overflow");
  }
}
#endif

}  // namespace
}  // namespace backtalk::fuzz
