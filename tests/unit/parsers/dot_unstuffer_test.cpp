// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/dot_stuffing.hpp"

#include <gtest/gtest.h>

#include <string>

#include "every_target.hpp"

namespace backtalk::detail {
namespace {

using Status = DotUnstuffer::Status;

struct Body {
  std::string octets;
  Status status = Status::more;
  std::uint64_t used = 0;
  Error error;
  std::string rest;  // the bytes after the body

  friend bool operator==(const Body&, const Body&) = default;
};

void PrintTo(const Body& body, std::ostream* out) {
  *out << testing::PrintToString(body.octets) << " status " << static_cast<int>(body.status) << " used "
       << body.used << " error " << word(body.error.code) << " at " << body.error.offset << " rest "
       << testing::PrintToString(body.rest);
}

// Feeds one piece; false once the body is over.
bool take(DotUnstuffer& unstuffer, std::string_view piece, Body& body) {
  std::string_view octets;
  while (true) {
    body.status = unstuffer.next(piece, octets);
    if (body.status == Status::octets) {
      body.octets += octets;
      continue;
    }
    body.rest = piece;
    return body.status == Status::more;
  }
}

Body read_body(std::string_view stream, std::size_t cut_a, std::size_t cut_b, Tolerances tolerances) {
  DotUnstuffer unstuffer(tolerances);
  Body body;
  std::size_t fed = 0;
  for (const std::size_t end : {cut_a, cut_b, stream.size()}) {
    const std::string piece(stream.substr(fed, end - fed));
    fed = end;
    if (!take(unstuffer, piece, body)) break;
  }
  body.used = unstuffer.used();
  body.error = unstuffer.error();
  if (body.status == Status::end) body.rest += stream.substr(fed);
  if (body.status == Status::error) body.rest.clear();
  return body;
}

// Whole and cut in three at every pair of places, under every target.
void expect_body(std::string_view stream, const Body& expected, Tolerances tolerances = {}) {
  under_every_target([&] {
    for (std::size_t a = 0; a <= stream.size(); ++a) {
      for (std::size_t b = a; b <= stream.size(); ++b) {
        ASSERT_EQ(read_body(stream, a, b, tolerances), expected)
            << testing::PrintToString(stream) << " cut at " << a << " and " << b;
      }
    }
  });
}

Body whole(std::string octets, std::uint64_t used, std::string rest = "") {
  return {
      .octets = std::move(octets), .status = Status::end, .used = used, .error = {}, .rest = std::move(rest)};
}

// RFC 5321 4.5.2: a line of one dot ends the message; a dot that starts a longer line is taken off.
TEST(DotUnstuffer, EndsAtTheLineOfOneDot) {
  expect_body("a\r\nb\r\n.\r\n", whole("a\r\nb\r\n", 9));
}
TEST(DotUnstuffer, AnEmptyBodyIsTheDotAlone) {
  expect_body(".\r\n", whole("", 3));
}
TEST(DotUnstuffer, TakesOffOneDotAtTheStartOfALine) {
  expect_body("..\r\n..a\r\n.b\r\n...\r\na.\r\n.\r\n", whole(".\r\n.a\r\nb\r\n..\r\na.\r\n", 25));
}
TEST(DotUnstuffer, LeavesWhatFollowsTheBody) {
  expect_body("a\r\n.\r\nQUIT\r\n", whole("a\r\n", 6, "QUIT\r\n"));
}
TEST(DotUnstuffer, AnyOtherByteIsBody) {
  const std::string octets("\0\x01\x7f\x80\xff\t\r\n", 8);
  expect_body(octets + ".\r\n", whole(octets, 11));
}

// SMTP smuggling (CVE-2023-51764, -51765, -51766): no other form of the dot ends the data.
TEST(DotUnstuffer, RefusesEveryOtherShapeOfTheEnd) {
  const auto refused = [](std::string octets, std::uint64_t used, ErrorCode code, std::uint64_t offset) {
    return Body{.octets = std::move(octets),
                .status = Status::error,
                .used = used,
                .error = {code, offset},
                .rest = ""};
  };
  expect_body("a\n.\r\nb\r\n.\r\n", refused("a", 1, ErrorCode::bare_lf, 1));
  expect_body("a\r.\r\nb\r\n.\r\n", refused("a\r", 2, ErrorCode::bare_cr, 1));
  expect_body("a\r\n.\nb\r\n.\r\n", refused("a\r\n", 4, ErrorCode::bare_lf, 4));
  expect_body("a\r\n.\rb\r\n.\r\n", refused("a\r\n", 5, ErrorCode::bare_cr, 4));
  expect_body("a\r\r\n.\r\n", refused("a\r", 2, ErrorCode::bare_cr, 1));
}

TEST(DotUnstuffer, ToleratedLineEndsAreTextAndNeverPartOfTheEnd) {
  expect_body("a\n.\r\nb\r\n.\r\n", whole("a\n.\r\nb\r\n", 11), tolerate::bare_lf);
  expect_body("a\r\n.\nb\r\n.\r\n", whole("a\r\n\nb\r\n", 11), tolerate::bare_lf);
  expect_body("a\r.\r\nb\r\n.\r\n", whole("a\r.\r\nb\r\n", 11), tolerate::bare_cr);
  expect_body("a\r\n.\rb\r\n.\r\n", whole("a\r\n\rb\r\n", 11), tolerate::bare_cr);
  expect_body("\r\n.\r\r\n.\r\n", whole("\r\n\r\r\n", 9), tolerate::bare_cr);
}

TEST(DotUnstuffer, ABodyThatStopsAnywhereGoesOn) {
  for (const std::string_view stream : {"", "a", "a\r", "a\r\n", "a\r\n.", "a\r\n.\r", ".", ".\r"}) {
    EXPECT_EQ(read_body(stream, 0, 0, {}).status, Status::more) << testing::PrintToString(stream);
    EXPECT_EQ(read_body(stream, 0, 0, {}).used, stream.size()) << testing::PrintToString(stream);
  }
}

TEST(DotUnstuffer, AnErrorIsStickyUntilReset) {
  DotUnstuffer unstuffer;
  Body body;
  EXPECT_FALSE(take(unstuffer, "\n", body));
  EXPECT_FALSE(take(unstuffer, "a\r\n.\r\n", body));
  EXPECT_EQ(body.status, Status::error);
  unstuffer.reset();
  EXPECT_EQ(unstuffer.used(), 0U);
  EXPECT_FALSE(take(unstuffer, "a\r\n.\r\n", body));
  EXPECT_EQ(body.status, Status::end);
}

// Lines around the width of a vector and of a block, so that dots and line ends fall on every edge.
TEST(DotUnstuffer, LongLines) {
  under_every_target([] {
    for (std::size_t length = 55; length < 75; ++length) {
      const std::string text(length, 'x');
      const std::string stream = text + "\r\n.." + text + "\r\n.\r\n";
      for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        ASSERT_EQ(read_body(stream, cut, cut, {}), whole(text + "\r\n." + text + "\r\n", stream.size()));
      }
    }
  });
}

}  // namespace
}  // namespace backtalk::detail
