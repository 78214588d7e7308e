// SPDX-License-Identifier: Apache-2.0 OR MIT
// Messages as they go over the wire (RFC 5321 2.3.8, 4.5.2).
#include "session/wire_message.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace backtalk::session {
namespace {

using Form = WireMessage::Form;

std::string all_of(const WireMessage& message, Form form, std::size_t piece = SIZE_MAX) {
  std::string all(message.octets(form), '?');
  for (std::size_t at = 0; at < all.size();) {
    const std::size_t room = std::min(piece, all.size() - at);
    const std::size_t count = message.copy(form, at, std::span(all).subspan(at, room));
    EXPECT_EQ(count, room);
    if (count == 0) break;
    at += count;
  }
  char more = 0;
  EXPECT_EQ(message.copy(form, all.size(), {&more, 1}), 0U) << "beyond its end";
  return all;
}

void expect_forms(const WireMessage& message, std::string_view chunk, std::string_view stuffed) {
  EXPECT_EQ(all_of(message, Form::chunk), chunk);
  EXPECT_EQ(all_of(message, Form::stuffed), stuffed);
}

TEST(WireMessage, LineEndsBecomeCrlf) {
  expect_forms(make_wire_message("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd\r\n", "a\r\nb\r\nc\r\nd\r\n.\r\n");
}

TEST(WireMessage, DotsAreStuffedForDataAndNotForChunks) {
  expect_forms(make_wire_message(".\r\n..\r\n.a\r\nb.\r\n"), ".\r\n..\r\n.a\r\nb.\r\n",
               "..\r\n...\r\n..a\r\nb.\r\n.\r\n");
  expect_forms(make_wire_message("a\r\n\r\n.b"), "a\r\n\r\n.b\r\n", "a\r\n\r\n..b\r\n.\r\n");
}

TEST(WireMessage, AnEmptyMessageIsTheDotAlone) {
  expect_forms(make_wire_message(""), "", ".\r\n");
}

TEST(WireMessage, EightBitTextIsDetected) {
  EXPECT_TRUE(make_wire_message("\xE4\r\n").eight_bit());
  EXPECT_FALSE(make_wire_message("a\r\n").eight_bit());
  for (const bool eight_bit : {false, true}) {
    const WireMessage generated =
        generate_message(1000, eight_bit ? "\xC3\xA4@example.org" : "a@example.org", "b@example.org");
    EXPECT_EQ(generated.eight_bit(), eight_bit);
    EXPECT_EQ(generated.eight_bit_header(), eight_bit);
  }
}

TEST(WireMessage, PiecesMakeTheSameMessage) {
  constexpr std::string_view kText = "a\r\nb\n.c\r.\r\r\n\n..d\r\n\n.";
  const WireMessage whole = make_wire_message(kText);
  for (std::size_t piece = 1; piece <= kText.size(); ++piece) {
    WireMessageMaker maker;
    for (std::size_t at = 0; at < kText.size(); at += piece) {
      maker.add(kText.substr(at, piece));
      maker.add("");
    }
    const WireMessage message = maker.finish();
    for (const Form form : {Form::chunk, Form::stuffed})
      EXPECT_EQ(all_of(message, form), all_of(whole, form)) << piece;
  }
}

TEST(WireMessage, ALongTextIsTheSameAsAShortOne) {
  std::string text = "Subject: x\n\n";
  std::string chunk = "Subject: x\r\n\r\n";
  std::string stuffed = chunk;
  while (text.size() < 3'000'000) {
    const std::string line = (text.size() % 7 == 0 ? "." : "x") + std::to_string(text.size());
    text.append(line).append("\n");
    chunk.append(line).append("\r\n");
    stuffed.append(line.starts_with('.') ? "." : "").append(line).append("\r\n");
  }
  const WireMessage message = make_wire_message(text);
  EXPECT_EQ(all_of(message, Form::chunk, 65536), chunk);
  EXPECT_EQ(all_of(message, Form::stuffed, 65536), stuffed + ".\r\n");
}

// --- Generated messages

// The same, written out line by line.
std::string written_out(std::size_t octets, std::string_view from, std::string_view to) {
  const std::size_t header = message_header_octets(from, to);
  std::string text =
      "From: <" + std::string(from) + ">\r\nTo: <" + std::string(to) + ">\r\nSubject: backtalk";
  text.append(octets == header + 1 ? "." : "").append("\r\n\r\n");
  while (text.size() < octets) {
    std::size_t line = std::min<std::size_t>(octets - text.size(), 72);
    if (octets - text.size() - line == 1) --line;
    text.append(line - 2, 'x').append("\r\n");
  }
  return text;
}

TEST(WireMessage, AGeneratedMessageHasAtLeastItsHeader) {
  EXPECT_EQ(generate_message(0, "a@b", "c@d").octets(Form::chunk), message_header_octets("a@b", "c@d"));
}

TEST(WireMessage, AGeneratedMessageHasExactlyItsSize) {
  const std::size_t header = message_header_octets("a@b", "c@d");
  constexpr std::size_t kBlock = 65520;  // that much is repeated
  for (const std::size_t from : {header, header + kBlock - 100, header + 5 * kBlock - 100}) {
    for (std::size_t octets = from; octets < from + 250; ++octets) {
      const std::string text = written_out(octets, "a@b", "c@d");
      ASSERT_EQ(text.size(), octets);
      const WireMessage message = generate_message(octets, "a@b", "c@d");
      ASSERT_EQ(all_of(message, Form::chunk, 10'000), text) << octets;
      ASSERT_EQ(all_of(message, Form::stuffed, 65536), text + ".\r\n") << octets;
      ASSERT_EQ(all_of(make_wire_message(text), Form::chunk), text) << "its lines end as they should";
    }
  }
}

TEST(WireMessage, AGeneratedGibibyteIsReadyAtOnce) {
  constexpr std::uint64_t kOctets = std::uint64_t{1} << 30;
  const WireMessage message = generate_message(kOctets, "a@b", "c@d");
  EXPECT_EQ(message.octets(Form::chunk), kOctets);
  EXPECT_EQ(message.octets(Form::stuffed), kOctets + 3);
  std::string end(7, '?');
  EXPECT_EQ(message.copy(Form::stuffed, kOctets - 4, end), 7U);
  EXPECT_EQ(end, "xx\r\n.\r\n");
}

}  // namespace
}  // namespace backtalk::session
