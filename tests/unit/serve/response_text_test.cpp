// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/response_text.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::serve {
namespace {

std::string octets_of(std::initializer_list<std::string_view> texts) {
  std::vector<script::Line> lines;
  for (const std::string_view text : texts)
    lines.push_back({.kind = script::Line::Kind::server, .text = text});
  return response_text(lines, "GET").octets;
}

constexpr std::string_view kStatus = "HTTP/1.1 200 OK";
constexpr std::string_view kChunked = "Transfer-Encoding: chunked";
const std::string kHead = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

// A transcript does not tell how the lines of a body ended: its length does.
TEST(ResponseText, ABodyHasTheLineEndsThatFitItsLength) {
  const std::string head = "HTTP/1.1 200 OK\r\nContent-Length: ";
  EXPECT_EQ(octets_of({kStatus, "Content-Length: 12", "", "hello", "world"}),
            head + "12\r\n\r\nhello\r\nworld");
  EXPECT_EQ(octets_of({kStatus, "Content-Length: 11", "", "hello", "world"}),
            head + "11\r\n\r\nhello\nworld");
}

TEST(ResponseText, ChunksHaveTheLineEndsThatFitTheirSizes) {
  EXPECT_EQ(octets_of({kStatus, kChunked, "", "c", "hello", "world", "0", ""}),
            kHead + "c\r\nhello\r\nworld\r\n0\r\n\r\n");
  EXPECT_EQ(octets_of({kStatus, kChunked, "", "b", "hello", "world", "0", ""}),
            kHead + "b\r\nhello\nworld\r\n0\r\n\r\n");
  EXPECT_EQ(octets_of({kStatus, kChunked, "", "e", "hello", "world", "", "0", ""}),
            kHead + "e\r\nhello\r\nworld\r\n\r\n0\r\n\r\n");
  EXPECT_EQ(octets_of({kStatus, kChunked, "", "c;x=y", "hello", "world", "", "0", "Trailer: x", ""}),
            kHead + "c;x=y\r\nhello\nworld\n\r\n0\r\nTrailer: x\r\n\r\n");
}

TEST(ResponseText, ChunksThatFitNoLineEndGoOutAsTheyAre) {
  EXPECT_EQ(octets_of({kStatus, kChunked, "", "ff", "hello", "0", ""}).substr(0, kHead.size() + 9),
            kHead + "ff\r\nhello");
  EXPECT_EQ(octets_of({kStatus, kChunked, "", "no size", "hello"}).substr(0, kHead.size() + 7),
            kHead + "no size");
}

TEST(ResponseText, AClassOfStatusesIsItsFirst) {
  EXPECT_EQ(octets_of({"HTTP/1.1 2xx"}), "HTTP/1.1 200 \r\nContent-Length: 0\r\n\r\n");
}

}  // namespace
}  // namespace backtalk::serve
