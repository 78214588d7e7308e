// Messages as they go over the wire (RFC 5321 2.3.8, 4.5.2).
#include "session/wire_message.hpp"

#include <gtest/gtest.h>

namespace backtalk::session {
namespace {

TEST(WireMessage, LineEndsBecomeCrlf) {
  const WireMessage message = make_wire_message("a\nb\r\nc\rd");
  EXPECT_EQ(message.chunk, "a\r\nb\r\nc\r\nd\r\n");
  EXPECT_EQ(message.stuffed, "a\r\nb\r\nc\r\nd\r\n.\r\n");
}

TEST(WireMessage, DotsAreStuffedForDataAndNotForChunks) {
  const WireMessage message = make_wire_message(".\r\n..\r\n.a\r\nb.\r\n");
  EXPECT_EQ(message.chunk, ".\r\n..\r\n.a\r\nb.\r\n");
  EXPECT_EQ(message.stuffed, "..\r\n...\r\n..a\r\nb.\r\n.\r\n");
}

TEST(WireMessage, AnEmptyMessageIsJustTheDot) {
  EXPECT_EQ(make_wire_message("").stuffed, ".\r\n");
}

TEST(WireMessage, EightBitIsNoticed) {
  EXPECT_TRUE(make_wire_message("\xE4\r\n").eight_bit);
  EXPECT_FALSE(make_wire_message("a\r\n").eight_bit);
}

TEST(WireMessage, AMadeMessageHasAtLeastItsHeader) {
  EXPECT_EQ(make_message_text(0, "a@b", "c@d").size(), message_header_octets("a@b", "c@d"));
}

TEST(WireMessage, AMadeMessageHasExactlyTheSizeAskedFor) {
  const std::size_t header = message_header_octets("a@b", "c@d");
  for (std::size_t octets = header; octets < header + 400; ++octets) {
    const std::string text = make_message_text(octets, "a@b", "c@d");
    ASSERT_EQ(text.size(), octets);
    ASSERT_EQ(make_wire_message(text).chunk, text) << octets;
  }
}

}  // namespace
}  // namespace backtalk::session
