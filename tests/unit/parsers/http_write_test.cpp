// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is written for HTTP, and the values that would end a line or frame a body twice.
#include "backtalk/http/write.hpp"

#include <gtest/gtest.h>

#include <array>
#include <initializer_list>
#include <string>
#include <string_view>

namespace backtalk::http {
namespace {

Error unwritable(std::uint64_t offset) {
  return {ErrorCode::unwritable, offset};
}

std::string authority(std::string_view host, std::uint16_t port = 0) {
  std::string text;
  Output out(text);
  const Error error = write_authority(out, host, port);
  return error ? std::string(word(error.code)) + " " + std::to_string(error.offset) : text;
}

TEST(HttpAuthority, PutsIpv6InBrackets) {
  EXPECT_EQ(authority("example.org"), "example.org");
  EXPECT_EQ(authority("example.org", 8080), "example.org:8080");
  EXPECT_EQ(authority("192.0.2.1", 1), "192.0.2.1:1");
  EXPECT_EQ(authority("::1"), "[::1]");
  EXPECT_EQ(authority("2001:db8::1", 443), "[2001:db8::1]:443");
  EXPECT_EQ(authority("[::ffff:192.0.2.1]", 65535), "[::ffff:192.0.2.1]:65535");
  EXPECT_EQ(authority("a%20_b!"), "a%20_b!");
  EXPECT_EQ(authority(""), "");
  EXPECT_EQ(authority("", 80), "unwritable 0");
  EXPECT_EQ(authority("example.org:80"), "unwritable 1");
  EXPECT_EQ(authority("fe80::1%eth0"), "unwritable 7");
  EXPECT_EQ(authority("[fe80::1%25eth0]"), "unwritable 8");
  EXPECT_EQ(authority("[abc]"), "unwritable 1");
  EXPECT_EQ(authority("[::1"), "unwritable 0");
  EXPECT_EQ(authority("a%2"), "unwritable 1");
  for (const char c : {'\r', '\n', '\0', ' ', '/', '@', '?', '#', '\x80', '['}) {
    EXPECT_EQ(authority(std::string("a") + c), "unwritable 1") << static_cast<int>(c);
  }
}

TEST(HttpHead, OfARequest) {
  std::string text;
  Output out(text);
  HeadWriter head(out);
  EXPECT_FALSE(head.begin_request("PUT", "/a?b"));
  EXPECT_FALSE(head.host("::1", 8080));
  EXPECT_FALSE(head.field("Accept", " \t*/* "));
  EXPECT_FALSE(head.field("X-Empty", "  "));
  EXPECT_FALSE(head.content_length(5));
  EXPECT_FALSE(head.end());
  EXPECT_EQ(text,
            "PUT /a?b HTTP/1.1\r\nHost: [::1]:8080\r\nAccept: */*\r\nX-Empty:\r\n"
            "Content-Length: 5\r\n\r\n");
}

TEST(HttpHead, NothingThatEndsALine) {
  std::string text;
  Output out(text);
  EXPECT_EQ(write_request_line(out, "", "/"), unwritable(0));
  EXPECT_EQ(write_request_line(out, "GET", ""), unwritable(4));
  EXPECT_EQ(write_request_line(out, "G T", "/"), unwritable(1));
  EXPECT_EQ(write_request_line(out, "GET", "/ HTTP/1.1\r\nA: b"), unwritable(5));
  EXPECT_EQ(write_request_line(out, "GET", "/\xC3"), unwritable(5));
  EXPECT_EQ(write_status_line(out, 99), (Error{ErrorCode::number_out_of_range, 0}));
  EXPECT_EQ(write_status_line(out, 600), (Error{ErrorCode::number_out_of_range, 0}));
  EXPECT_EQ(write_status_line(out, 200, "O\r\nK"), unwritable(14));
  EXPECT_EQ(write_field(out, "", "b"), unwritable(0));
  EXPECT_EQ(write_field(out, "A ", "b"), unwritable(1));
  EXPECT_EQ(write_field(out, "A:", "b"), unwritable(1));
  for (const char c : {'\r', '\n', '\0', '\x01', '\x7f'}) {
    EXPECT_EQ(write_field(out, "AB", std::string("x") + c), unwritable(4)) << static_cast<int>(c);
  }
  EXPECT_EQ(text, "");
  EXPECT_FALSE(write_field(out, "A", "\xFF"));
  EXPECT_FALSE(write_status_line(out, 204, "", 0));
  EXPECT_EQ(text, "A: \xFF\r\nHTTP/1.0 204 \r\n");
}

TEST(HttpHead, HasOneFraming) {
  std::string text;
  Output out(text);
  const auto begun = [&] {
    text.clear();
    out.shorten(0);
    HeadWriter head(out);
    EXPECT_FALSE(head.begin_response(200));
    return head;
  };
  HeadWriter head = begun();
  EXPECT_FALSE(head.content_length(5));
  EXPECT_EQ(head.content_length(5), (Error{ErrorCode::repeated_content_length, 0}));
  EXPECT_EQ(head.field("content-LENGTH", "5"), (Error{ErrorCode::repeated_content_length, 0}));
  EXPECT_EQ(head.chunked(), (Error{ErrorCode::length_with_coding, 0}));
  head = begun();
  EXPECT_FALSE(head.field("Transfer-Encoding", " CHUNKED"));
  EXPECT_EQ(head.field("Content-Length", "5"), (Error{ErrorCode::length_with_coding, 0}));
  EXPECT_EQ(head.chunked(), (Error{ErrorCode::repeated_chunked, 0}));
  EXPECT_EQ(text, "HTTP/1.1 200 \r\nTransfer-Encoding: chunked\r\n");
  head = begun();
  EXPECT_EQ(head.field("Transfer-Encoding", "gzip, chunked"), (Error{ErrorCode::unknown_coding, 18}));
  for (const std::string_view value : {"", "5, 5", "5x", "-5", "+5"}) {
    EXPECT_EQ(head.field("Content-Length", value), (Error{ErrorCode::bad_content_length, 15})) << value;
  }
  EXPECT_EQ(head.field("Content-Length", "18446744073709551616"),
            (Error{ErrorCode::content_length_overflow, 15}));
  EXPECT_FALSE(head.field("Content-Length", "18446744073709551615"));
}

TEST(HttpHead, NoFramingWhereThereIsNoBody) {
  for (const std::uint16_t status : std::initializer_list<std::uint16_t>{100, 101, 199, 204}) {
    std::string text;
    Output out(text);
    HeadWriter head(out);
    EXPECT_FALSE(head.begin_response(status));
    EXPECT_EQ(head.content_length(0), unwritable(0)) << status;
    EXPECT_EQ(head.chunked(), unwritable(0)) << status;
    EXPECT_FALSE(head.end());
  }
  std::string text;
  Output out(text);
  HeadWriter old(out);
  EXPECT_FALSE(old.begin_response(200, "OK", 0));
  EXPECT_EQ(old.chunked(), (Error{ErrorCode::coding_in_http_1_0, 0}));
  EXPECT_FALSE(old.content_length(0));
}

TEST(HttpHead, ARequestHasOneHost) {
  std::string text;
  Output out(text);
  HeadWriter head(out);
  EXPECT_FALSE(head.begin_request("GET", "/"));
  EXPECT_EQ(head.end(), unwritable(0));
  EXPECT_EQ(head.host("a b"), unwritable(1));
  EXPECT_EQ(head.end(), unwritable(0));
  EXPECT_FALSE(head.field("HOST", "a"));
  EXPECT_EQ(head.host("a"), unwritable(0));
  EXPECT_EQ(head.field("Host", "a"), unwritable(0));
  EXPECT_FALSE(head.end());
  EXPECT_EQ(text, "GET / HTTP/1.1\r\nHOST: a\r\n\r\n");
  HeadWriter old(out);
  EXPECT_FALSE(old.begin_request("GET", "/", 0));
  EXPECT_FALSE(old.end());
}

TEST(HttpChunks, EndOnlyWithTheLast) {
  std::string text;
  Output out(text);
  EXPECT_FALSE(write_chunk(out, ""));
  EXPECT_FALSE(write_chunk(out, "0123456789"));
  constexpr std::array<Field, 1> kTrailers{Field{"A", "b"}};
  EXPECT_FALSE(write_last_chunk(out, kTrailers));
  EXPECT_EQ(text, "a\r\n0123456789\r\n0\r\nA: b\r\n\r\n");
  text.clear();
  for (const std::string_view name : {"Content-Length", "transfer-encoding"}) {
    const std::array<Field, 2> framing{Field{"A", "b"}, Field{name, "5"}};
    Output again(text);
    EXPECT_EQ(write_last_chunk(again, framing), (Error{ErrorCode::framing_field_in_trailers, 1}));
    EXPECT_EQ(text, "");
  }
}

TEST(HttpHead, IsWrittenWholeOrNotAtAll) {
  std::array<char, 19> room{};  // Host: [::1]:65535 CRLF
  for (std::size_t octets = 0; octets <= room.size(); ++octets) {
    Output out{std::span<char>(room).first(octets)};
    HeadWriter head(out);
    EXPECT_EQ(head.host("::1", 65535).code, octets < 19 ? ErrorCode::no_room : ErrorCode::none);
    EXPECT_EQ(out.size(), octets < 19 ? 0U : 19U);
  }
}

}  // namespace
}  // namespace backtalk::http
