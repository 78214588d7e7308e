// SPDX-License-Identifier: Apache-2.0 OR MIT
// Dot-stuffing, and that the cuts of a text do not matter to it.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backtalk/detail/dot_stuffing.hpp"

namespace backtalk::detail {
namespace {

struct Stuffed {
  std::string content;
  std::string plain;  // without the dots that were added
};

Stuffed stuff(std::string_view text, std::size_t piece_octets) {
  DotStuffer stuffer;
  Stuffed made;
  while (!text.empty()) {
    std::string piece(text.substr(0, piece_octets));
    text.remove_prefix(piece.size());
    std::string_view rest = piece;
    std::string_view octets;
    while (true) {
      const DotStuffer::Status status = stuffer.next(rest, octets);
      if (status == DotStuffer::Status::more) break;
      made.content.append(octets);
      if (status == DotStuffer::Status::octets) made.plain.append(octets);
    }
    EXPECT_TRUE(rest.empty());
  }
  const auto [line_end, dot] = stuffer.finish();
  made.content.append(line_end).append(dot);
  made.plain.append(line_end);
  return made;
}

struct StuffingCase {
  std::string_view text;
  std::string_view content;
  std::string_view plain;
};

TEST(DotStuffer, StuffsDotsAndMakesEveryLineEndCrlf) {
  for (const auto& [text, content, plain] :
       {StuffingCase{"", ".\r\n", ""}, StuffingCase{"a", "a\r\n.\r\n", "a\r\n"},
        StuffingCase{"a\r\n", "a\r\n.\r\n", "a\r\n"}, StuffingCase{".", "..\r\n.\r\n", ".\r\n"},
        StuffingCase{".\r\n", "..\r\n.\r\n", ".\r\n"},
        StuffingCase{"a\r\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
        StuffingCase{"..a\r\n.\r\n.\r\n", "...a\r\n..\r\n..\r\n.\r\n", "..a\r\n.\r\n.\r\n"},
        StuffingCase{"a.b\r\n", "a.b\r\n.\r\n", "a.b\r\n"},
        // The dots of CVE-2023-51764, behind line ends that are none.
        StuffingCase{"a\n.\nb", "a\r\n..\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
        StuffingCase{"a\r.\rb", "a\r\n..\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
        StuffingCase{"a\n.\r\nb", "a\r\n..\r\nb\r\n.\r\n", "a\r\n.\r\nb\r\n"},
        StuffingCase{"\r\n\r\n", "\r\n\r\n.\r\n", "\r\n\r\n"},
        StuffingCase{"\n\r\r\n", "\r\n\r\n\r\n.\r\n", "\r\n\r\n\r\n"},
        StuffingCase{"a\r", "a\r\n.\r\n", "a\r\n"}, StuffingCase{"\r\n.", "\r\n..\r\n.\r\n", "\r\n.\r\n"}}) {
    for (std::size_t piece = 1; piece <= text.size() + 1; ++piece) {
      const Stuffed made = stuff(text, piece);
      EXPECT_EQ(made.content, content) << piece;
      EXPECT_EQ(made.plain, plain) << piece;
    }
  }
}

TEST(DotStuffer, IsUndoneByTheUnstuffer) {
  std::string text;
  for (unsigned i = 0; i < 2000; ++i) text += ".\r\na"[(i * 7 + i / 5 * 3 + i / 11) % 4];
  const Stuffed made = stuff(text, 13);
  DotUnstuffer unstuffer;
  std::string_view rest = made.content;
  std::string_view octets;
  std::string read;
  while (unstuffer.next(rest, octets) == DotUnstuffer::Status::octets) read.append(octets);
  EXPECT_FALSE(unstuffer.error());
  EXPECT_TRUE(rest.empty());
  EXPECT_EQ(read, made.plain);
}

TEST(DotStuffer, BeginsAnewAfterTheEnd) {
  DotStuffer stuffer;
  std::string_view rest = "a\r";
  std::string_view octets;
  while (stuffer.next(rest, octets) != DotStuffer::Status::more) {
  }
  (void)stuffer.finish();
  rest = "\n.";
  EXPECT_EQ(stuffer.next(rest, octets), DotStuffer::Status::octets);
  EXPECT_EQ(octets, "\r\n");  // the LF is this text's own
  EXPECT_EQ(stuffer.next(rest, octets), DotStuffer::Status::dot);
}

TEST(DotStuffer, GivesALongTextInOnePiece) {
  const std::string text = "one\r\ntwo.\r\n\r\nthree\r\n";
  DotStuffer stuffer;
  std::string_view rest = text;
  std::string_view octets;
  EXPECT_EQ(stuffer.next(rest, octets), DotStuffer::Status::octets);
  EXPECT_EQ(octets.data(), text.data());
  EXPECT_EQ(octets.size(), text.size());
}

}  // namespace
}  // namespace backtalk::detail
