// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/typed_lines.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::talk::test {
namespace {

// What comes through a pipe, written in these pieces.
class TypedLinesTest : public testing::Test {
 protected:
  TypedLinesTest() { EXPECT_EQ(::pipe(ends_.data()), 0); }
  ~TypedLinesTest() override {
    ::close(ends_[0]);
    end();
  }
  void write(std::string_view text) const {
    EXPECT_EQ(::write(ends_[1], text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }
  void end() {
    if (ends_[1] >= 0) ::close(ends_[1]);
    ends_[1] = -1;
  }
  [[nodiscard]] int reader() const { return ends_[0]; }

 private:
  std::array<int, 2> ends_{};
};

std::vector<std::string> taken(TypedLines& lines) {
  std::vector<std::string> all;
  while (lines.has_line()) all.emplace_back(lines.take());
  return all;
}

TEST_F(TypedLinesTest, EndWithLfOrCrlf) {
  TypedLines lines(reader());
  EXPECT_FALSE(lines.has_line());
  write("a\nb\r\n\nc");
  ASSERT_TRUE(lines.read());
  EXPECT_EQ(taken(lines), (std::vector<std::string>{"a", "b", ""}));
  EXPECT_FALSE(lines.ended());
}

TEST_F(TypedLinesTest, TheLastOneNeedsNoLineEnd) {
  TypedLines lines(reader());
  write("a\nb");
  end();
  ASSERT_TRUE(lines.read());
  EXPECT_EQ(taken(lines), std::vector<std::string>{"a"});
  ASSERT_TRUE(lines.read());
  EXPECT_TRUE(lines.ended());
  EXPECT_EQ(taken(lines), std::vector<std::string>{"b"});
}

TEST_F(TypedLinesTest, ComeInPieces) {
  TypedLines lines(reader());
  for (const std::string_view piece : {"a", "b", "\n", "c\nd"}) {
    write(piece);
    ASSERT_TRUE(lines.read());
  }
  EXPECT_EQ(taken(lines), (std::vector<std::string>{"ab", "c"}));
}

TEST_F(TypedLinesTest, AreNotLongerThanTheLimit) {
  TypedLines lines(reader());
  const std::string piece(60000, 'x');
  bool readable = true;
  for (std::size_t octets = 0; octets <= TypedLines::kLineOctetsMax + 2 * piece.size() && readable;
       octets += piece.size()) {
    write(piece);
    readable = lines.read();
  }
  EXPECT_FALSE(readable);
}

}  // namespace
}  // namespace backtalk::talk::test
