// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/line_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "every_target.hpp"

namespace backtalk::detail {
namespace {

// A reader whose owner has no other errors.
class Reader : public LineReader {
 public:
  using LineReader::LineReader;
  void feed(std::string_view bytes) { LineReader::feed(bytes, fed_); }
  [[nodiscard]] Error fed() const { return fed_; }

 private:
  Error fed_;
};

struct Seen {
  std::string text;
  std::uint64_t offset;
  std::size_t octets;

  friend bool operator==(const Seen&, const Seen&) = default;
};

std::vector<Seen> drain(LineReader& reader) {
  std::vector<Seen> lines;
  Line line;
  while (reader.next(line)) lines.push_back({std::string(line.text), line.offset, line.octets});
  return lines;
}

void append(std::vector<Seen>& lines, std::vector<Seen> more) {
  lines.insert(lines.end(), more.begin(), more.end());
}

Seen read_one(LineReader& reader) {
  Line line;
  EXPECT_TRUE(reader.next(line));
  return {std::string(line.text), line.offset, line.octets};
}

TEST(LineReader, GivesEachLineWithItsPlaceInTheStream) {
  Reader reader(100);
  reader.feed("one\r\n\r\nthree");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"one", 0, 5}, {"", 5, 2}}));
  EXPECT_TRUE(reader.in_line());
  EXPECT_EQ(reader.partial(), "three");
  EXPECT_EQ(reader.line_offset(), 7U);
  reader.feed(" and more\r");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{}));
  reader.feed("\n");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"three and more", 7, 16}}));
  EXPECT_FALSE(reader.in_line());
  EXPECT_EQ(reader.line_offset(), 23U);
}

TEST(LineReader, AWholeLineIsAViewOfWhatWasFed) {
  const std::string bytes = "one\r\ntwo\r\n";
  Reader reader(100);
  reader.feed(bytes);
  Line line;
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line.text.data(), bytes.data());
  ASSERT_TRUE(reader.next(line));
  EXPECT_EQ(line.text.data(), bytes.data() + 5);
}

TEST(LineReader, ACarriedLineStaysValidWhileTheNextAreRead) {
  Reader reader(100);
  reader.feed("first ha");
  EXPECT_TRUE(drain(reader).empty());
  const std::string second = "lf\r\nsecond\r\nthi";
  reader.feed(second);
  Line first;
  ASSERT_TRUE(reader.next(first));
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"second", 12, 8}}));
  EXPECT_EQ(first.text, "first half");
}

TEST(LineReader, AcceptsALineAtItsLimitAndNoLonger) {
  under_every_target([] {
    const std::string at_limit = std::string(62, 'x') + "\r\n";
    Reader reader(64);
    reader.feed(at_limit);
    EXPECT_EQ(drain(reader).size(), 1U);
    EXPECT_FALSE(reader.error());
    const std::string beyond = "x" + at_limit;
    reader.feed(beyond);
    EXPECT_TRUE(drain(reader).empty());
    EXPECT_EQ(reader.error(), (Error{ErrorCode::line_too_long, 64 + 64}));
  });
}

// The buffers of cut lines change places with each line; each must have room for the longest.
TEST(LineReader, CutLinesAtTheLimitFollowEachOther) {
  for (std::size_t limit = 3; limit < 700; limit += limit < 20 || limit > 250 ? 1 : 50) {
    Reader reader(limit);
    const std::string line = std::string(limit - 2, 'x') + "\r\n";
    for (std::uint64_t at = 0; at < 4; ++at) {
      reader.feed(std::string_view(line).substr(0, limit / 2));
      EXPECT_TRUE(drain(reader).empty());
      reader.feed(std::string_view(line).substr(limit / 2));
      ASSERT_EQ(drain(reader), (std::vector<Seen>{{line.substr(0, limit - 2), at * limit, limit}}));
    }
    reader.feed("x");
    EXPECT_TRUE(drain(reader).empty());
    reader.feed(line);
    EXPECT_TRUE(drain(reader).empty());
    EXPECT_EQ(reader.error(), (Error{ErrorCode::line_too_long, 5 * limit}));
    EXPECT_EQ(reader.partial(), "x" + line.substr(0, limit - 1));
  }
}

TEST(LineReader, WhatIsFedTooEarlyIsNotTaken) {
  Reader reader(100);
  reader.feed("a\r\nb\r\nc");
  EXPECT_EQ(read_one(reader), (Seen{"a", 0, 3}));
  reader.feed("");
  EXPECT_FALSE(reader.fed());
  reader.feed("d\r\n");
  EXPECT_EQ(reader.fed(), (Error{ErrorCode::fed_too_early, 3}));
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"b", 3, 3}}));
  reader.feed("e\r\n");
  EXPECT_EQ(reader.fed(), (Error{ErrorCode::fed_too_early, 3}));  // the first error stays
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"ce", 6, 4}}));
}

TEST(LineReader, RefusesALineThatNeverEndsOnceItIsTooLong) {
  Reader reader(8);
  reader.feed("12345678");
  EXPECT_TRUE(drain(reader).empty());
  EXPECT_FALSE(reader.error());
  reader.feed("9");
  EXPECT_TRUE(drain(reader).empty());
  EXPECT_EQ(reader.error(), (Error{ErrorCode::line_too_long, 8}));
}

TEST(LineReader, AnErrorIsStickyUntilReset) {
  Reader reader(100);
  reader.feed("a\nb\r\n");
  EXPECT_TRUE(drain(reader).empty());
  EXPECT_EQ(reader.error(), (Error{ErrorCode::bare_lf, 1}));
  EXPECT_EQ(reader.partial(), "a");
  reader.feed("c\r\n");
  EXPECT_TRUE(drain(reader).empty());
  EXPECT_EQ(reader.error(), (Error{ErrorCode::bare_lf, 1}));
  reader.reset();
  reader.feed("c\r\n");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"c", 0, 3}}));
}

TEST(LineReader, LinesBeforeAnErrorAreGiven) {
  under_every_target([] {
    for (const auto& [bad, code] : {std::pair<std::string, ErrorCode>{"x\ry", ErrorCode::bare_cr},
                                    {"x\n", ErrorCode::bare_lf},
                                    {std::string("x\0", 2), ErrorCode::nul},
                                    {"x\x1b", ErrorCode::control_byte},
                                    {"x\x7f", ErrorCode::control_byte}}) {
      const std::string stream = "one\r\ntwo\r\n" + bad + "three\r\n";
      for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        Reader reader(100);
        reader.feed(std::string_view(stream).substr(0, cut));
        std::vector<Seen> lines = drain(reader);
        reader.feed(std::string_view(stream).substr(cut));
        append(lines, drain(reader));
        ASSERT_EQ(lines, (std::vector<Seen>{{"one", 0, 5}, {"two", 5, 5}})) << "cut at " << cut;
        ASSERT_EQ(reader.error(), (Error{code, 11})) << "cut at " << cut;
        ASSERT_EQ(reader.partial(), "x") << "cut at " << cut;
      }
    }
  });
}

// Whatever the cuts and the target, a control byte that was passed is a byte of its line.
TEST(LineReader, AControlByteThatWasPassedIsText) {
  under_every_target([] {
    const std::string stream =
        std::string("a\0b\r\n\x01\x02\r\n", 9) + std::string(300, 'c') + "\x7f\r\nd\r\n";
    const std::vector<Seen> lines{{std::string("a\0b", 3), 0, 5},
                                  {"\x01\x02", 5, 4},
                                  {std::string(300, 'c') + "\x7f", 9, 303},
                                  {"d", 312, 3}};
    for (const std::size_t piece : {std::size_t{1}, std::size_t{2}, std::size_t{7}, stream.size()}) {
      Reader reader(400);
      std::vector<Seen> seen;
      std::vector<std::uint64_t> passed;
      for (std::size_t at = 0; at < stream.size(); at += piece) {
        reader.feed(std::string_view(stream).substr(at, piece));
        for (append(seen, drain(reader)); reader.error(); append(seen, drain(reader))) {
          passed.push_back(reader.error().offset);
          EXPECT_EQ(reader.partial().size() + reader.line_offset(), passed.back());
          reader.pass_control_byte();
        }
      }
      EXPECT_EQ(seen, lines) << piece;
      EXPECT_EQ(passed, (std::vector<std::uint64_t>{1, 5, 6, 309})) << piece;
      EXPECT_FALSE(reader.in_line());
    }
  });
}

TEST(LineReader, ALineWithControlBytesIsNotLongerThanItsLimit) {
  Reader reader(8);
  reader.feed(
      "12345\x01\r\n12345\x01"
      "7\r\n");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{}));
  reader.pass_control_byte();
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"12345\x01", 0, 8}}));
  reader.pass_control_byte();
  EXPECT_EQ(drain(reader), (std::vector<Seen>{}));
  EXPECT_EQ(reader.error(), (Error{ErrorCode::line_too_long, 16}));
}

TEST(LineReader, TabsAndEightBitBytesAreText) {
  Reader reader(100);
  reader.feed("a\tb\x80\xff\r\n");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"a\tb\x80\xff", 0, 7}}));
}

// A tolerated CR that ends the text before a bare LF, and the pairs around them.
TEST(LineReader, TakesOneLineEndOffATolerantLine) {
  Reader reader(100, tolerate::bare_cr | tolerate::bare_lf);
  reader.feed("a\rb\nc\r\r\nd\n\r\n");
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"a\rb", 0, 4}, {"c\r", 4, 4}, {"d", 8, 2}, {"", 10, 2}}));
}

// More lines than the index has room for, in one window longer than the scan ahead.
TEST(LineReader, IndexAndScanAheadOverflow) {
  under_every_target([] {
    std::string stream;
    std::vector<Seen> expected;
    for (std::size_t i = 0; i < 12000; ++i) {
      const std::string text = i % 1000 == 0 ? std::string(5000, 'y') : std::to_string(i % 7);
      expected.push_back({text, stream.size(), text.size() + 2});
      stream += text + "\r\n";
    }
    Reader reader(6000);
    reader.feed(stream);
    ASSERT_EQ(drain(reader), expected);
    ASSERT_FALSE(reader.error());
  });
}

TEST(LineReader, ALineLongerThanTheScanAhead) {
  const std::string text(50000, 'z');
  Reader reader(60000);
  const std::string stream = "a\r\n" + text + "\r\nb\r\n";
  reader.feed(stream);
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"a", 0, 3}, {text, 3, 50002}, {"b", 50005, 3}}));
}

// Skipped octets contain no lines, violate no rule, and pair with nothing outside. Bytes that were
// given back leave nothing behind from the first scan: neither line ends nor violations.
TEST(LineReaderGiveBack, WhatIsFedAgainIsReadAsIfForTheFirstTime) {
  under_every_target([] {
    Reader reader(100);
    reader.feed("one\r\ntwo\r\nbroken\nline\r\n");
    EXPECT_EQ(read_one(reader), (Seen{"one", 0, 5}));
    EXPECT_EQ(reader.give_back(), "two\r\nbroken\nline\r\n");
    EXPECT_TRUE(drain(reader).empty());
    EXPECT_FALSE(reader.error());
    reader.feed("two\r\nthree\r");
    EXPECT_EQ(read_one(reader), (Seen{"two", 5, 5}));
    EXPECT_EQ(reader.give_back(), "three\r");
    reader.feed("3\r\n");
    EXPECT_EQ(drain(reader), (std::vector<Seen>{{"3", 10, 3}}));
  });
}

TEST(LineReaderSkip, PassesOverWhateverTheOctetsHold) {
  under_every_target([] {
    for (const std::string& literal :
         {std::string("plain"), std::string("a\r\nb\r\n\r\n"), std::string("\n\n\r\r"),
          std::string("\0\x01\x7f", 3), std::string("ends in CR\r"), std::string("\n"), std::string("\r\n"),
          std::string(20000, '\n')}) {
      const std::string stream = "head\r\n" + literal + "tail\r\nend\r\n";
      Reader reader(100);
      reader.feed(stream);
      ASSERT_EQ(read_one(reader), (Seen{"head", 0, 6}));
      ASSERT_EQ(reader.rest().substr(0, literal.size()), literal);
      reader.skip(literal.size());
      ASSERT_EQ(reader.line_offset(), 6 + literal.size());
      ASSERT_EQ(drain(reader),
                (std::vector<Seen>{{"tail", 6 + literal.size(), 6}, {"end", 12 + literal.size(), 5}}))
          << testing::PrintToString(literal.substr(0, 20));
    }
  });
}

TEST(LineReaderSkip, ACrInsideDoesNotPairWithAnLfOutside) {
  under_every_target([] {
    Reader reader(100);
    reader.feed("head\r\nxx\r\ntail\r\n");
    ASSERT_EQ(read_one(reader), (Seen{"head", 0, 6}));
    reader.skip(3);  // xx CR
    ASSERT_TRUE(drain(reader).empty());
    ASSERT_EQ(reader.error(), (Error{ErrorCode::bare_lf, 9}));
  });
}

TEST(LineReaderSkip, WithBareLfToleratedTheLfOutsideIsALineOfItsOwn) {
  Reader reader(100, tolerate::bare_lf);
  reader.feed("head\r\nxx\r\ntail\r\n");
  EXPECT_EQ(read_one(reader), (Seen{"head", 0, 6}));
  reader.skip(3);
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"", 9, 1}, {"tail", 10, 6}}));
}

TEST(LineReaderSkip, ACrInsideAtTheEndOfAFeedDoesNotPairWithTheNext) {
  Reader reader(100);
  reader.feed("head\r\nxx\r");
  EXPECT_EQ(read_one(reader), (Seen{"head", 0, 6}));
  reader.skip(3);
  EXPECT_TRUE(drain(reader).empty());
  reader.feed("\ntail\r\n");
  EXPECT_TRUE(drain(reader).empty());
  EXPECT_EQ(reader.error(), (Error{ErrorCode::bare_lf, 9}));
}

TEST(LineReaderSkip, OverSeveralFeeds) {
  Reader reader(100);
  reader.feed("head\r\nab");
  EXPECT_EQ(read_one(reader), (Seen{"head", 0, 6}));
  reader.skip(2);
  EXPECT_TRUE(drain(reader).empty());
  reader.feed("\n\r\n");
  reader.skip(3);
  EXPECT_TRUE(drain(reader).empty());
  reader.feed("\ntail\r\n");
  reader.skip(1);
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"tail", 12, 6}}));
}

TEST(LineReaderSkip, NothingChangesNothing) {
  Reader reader(100);
  reader.feed("a\r\nb\r\n");
  EXPECT_EQ(read_one(reader), (Seen{"a", 0, 3}));
  reader.skip(0);
  EXPECT_EQ(drain(reader), (std::vector<Seen>{{"b", 3, 3}}));
}

}  // namespace
}  // namespace backtalk::detail
