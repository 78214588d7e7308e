// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the listings in corpora/pop3/reported say, line by line: `backtalk parse` does not show it.
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response_parser.hpp"

namespace backtalk::pop3 {
namespace {

// The lines of the second response, which is a listing.
std::vector<std::string> reported_listing(const std::string& name, Tolerances tolerances = {}) {
  std::ifstream file(std::string(BACKTALK_CORPORA "/pop3/reported/") + name, std::ios::binary);
  const std::string stream{std::istreambuf_iterator<char>(file), {}};
  EXPECT_FALSE(stream.empty()) << name;
  ResponseParser parser({}, tolerances);
  EXPECT_TRUE(parser.expect(Expect::listing));
  parser.feed(stream);
  std::vector<std::string> lines;
  bool ended = false;
  while (const Event* event = parser.next()) {
    if (event->kind == Event::Kind::line) lines.emplace_back(event->data);
    ended |= event->kind == Event::Kind::end;
  }
  EXPECT_TRUE(ended) << name;
  return lines;
}

std::string unique_ids(const std::vector<std::string>& lines, Tolerances tolerances) {
  std::string found;
  for (const std::string& line : lines) {
    const auto listing = read_unique_id_listing(line, tolerances);
    if (listing) found.append(std::to_string(listing->message)).append("=").append(listing->id).append(" ");
  }
  return found;
}

TEST(Pop3Reported, SeveralSpacesInUidl) {
  const auto lines = reported_listing("pop3-uidl-three-spaces.txt");
  EXPECT_EQ(unique_ids(lines, {}), "");
  EXPECT_EQ(unique_ids(lines, tolerate::extra_spaces), "1=msg-0001 2=msg-0002 ");
}

TEST(Pop3Reported, LinesOfListThatAreNone) {
  const auto lines = reported_listing("pop3-listing-not-numbers.txt");
  ASSERT_EQ(lines.size(), 4U);
  EXPECT_EQ(read_scan_listing(lines[0]).error(), (Error{ErrorCode::wrong_shape, 0}));
  EXPECT_EQ(read_scan_listing(lines[1]).error(), (Error{ErrorCode::wrong_shape, 1}));
  ASSERT_TRUE(read_scan_listing(lines[2]));
  EXPECT_EQ(read_scan_listing(lines[2])->octets, 99U);
  EXPECT_EQ(read_scan_listing(lines[3]).error(), (Error{ErrorCode::number_out_of_range, 0}));
}

TEST(Pop3Reported, AListingWithLfAlone) {
  const auto lines = reported_listing("pop3-bare-lf.txt", tolerate::bare_lf);
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(read_scan_listing(lines[1])->octets, 200U);
}

TEST(Pop3Reported, ALineOfCapaThatBeginsWithADot) {
  Capabilities found;
  std::vector<Error> errors;
  for (const std::string& line : reported_listing("pop3-capa-dot-line.txt")) {
    errors.push_back(add_capability(line, found));
  }
  EXPECT_EQ(errors, (std::vector<Error>{{}, {ErrorCode::wrong_shape, 0}, {}, {}}));
  EXPECT_TRUE(found.top && found.uidl);
}

}  // namespace
}  // namespace backtalk::pop3
