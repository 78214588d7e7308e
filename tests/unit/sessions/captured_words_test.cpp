// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/captured_words.hpp"

#include <gtest/gtest.h>

#include <string>

#include "session/command_writer.hpp"
#include "session/script.hpp"

namespace backtalk::session {
namespace {

using Field = CommandTemplate::Field;
using std::string_view_literals::operator""sv;

std::string word_of(std::string_view line, unsigned n, std::string_view separators = kSpaces) {
  return std::string(nth_word(line, n, separators).value_or("(none)"));
}

TEST(NthWord, CountsFromOne) {
  EXPECT_EQ(word_of("+OK 2 320", 1), "+OK");
  EXPECT_EQ(word_of("+OK 2 320", 3), "320");
  EXPECT_EQ(word_of("+OK 2 320", 4), "(none)");
  EXPECT_EQ(word_of("+OK 2 320", 0), "(none)");
  EXPECT_EQ(word_of("", 1), "(none)");
}

TEST(NthWord, SeveralSeparatorsAreOne) {
  EXPECT_EQ(word_of("  a   b  ", 2), "b");
  EXPECT_EQ(word_of("  a   b  ", 3), "(none)");
  EXPECT_EQ(word_of("   ", 1), "(none)");
}

TEST(NthWord, BracketsSeparateTheWordsOfImap) {
  EXPECT_EQ(word_of("* 1 FETCH (UID 23)", 5, kSpacesAndBrackets), "23");
  EXPECT_EQ(word_of("* OK [UIDNEXT 24] next", 4, kSpacesAndBrackets), "24");
  EXPECT_EQ(word_of("* OK [UIDNEXT 24] next", 4), "24]");
}

TEST(CapturedWords, EachTransactionHasItsOwn) {
  CapturedWords words(2, 4);
  EXPECT_TRUE(words.keep(0, 1, "a"));
  EXPECT_TRUE(words.keep(3, 1, "b"));
  EXPECT_EQ(words.word(0, 1), "a");
  EXPECT_EQ(words.word(3, 1), "b");
  EXPECT_EQ(words.word(0, 0), "");
  EXPECT_EQ(words.word(words.connection_row(), 1), "");
}

TEST(CapturedWords, ATransactionBeginsWithThoseOfTheConnection) {
  CapturedWords words(2, 1);
  words.keep(0, 0, "stale");
  words.keep(0, 1, "stale");
  words.keep(words.connection_row(), 1, "once");
  words.begin(0);
  EXPECT_EQ(words.word(0, 0), "");
  EXPECT_EQ(words.word(0, 1), "once");
}

TEST(CapturedWords, ANewConnectionHasNone) {
  CapturedWords words(1, 1);
  words.keep(0, 0, "a");
  words.keep(words.connection_row(), 0, "b");
  words.restart();
  EXPECT_EQ(words.word(0, 0), "");
  EXPECT_EQ(words.word(words.connection_row(), 0), "");
}

TEST(CapturedWords, FindsTheWordInALine) {
  CapturedWords words(1, 1);
  EXPECT_TRUE(words.keep_nth(0, 0, "+OK 2 320", 2, kSpaces));
  EXPECT_EQ(words.word(0, 0), "2");
  EXPECT_FALSE(words.keep_nth(0, 0, "+OK", 2, kSpaces));
  EXPECT_EQ(words.word(0, 0), "") << "the word of an earlier answer is not taken for this one's";
}

// --- A server's words are hostile

TEST(CapturedWords, KeepsNothingThatCouldNotGoOut) {
  CapturedWords words(1, 1);
  for (const std::string_view evil : {"1\r\nDELE 1"sv, "\n"sv, "a\r"sv, "a\0b"sv, ""sv}) {
    words.keep(0, 0, "before");
    EXPECT_FALSE(words.keep(0, 0, evil));
    EXPECT_EQ(words.word(0, 0), "");
  }
  EXPECT_TRUE(words.keep(0, 0, std::string(CapturedWords::kOctetsMax, 'x')));
  EXPECT_FALSE(words.keep(0, 0, std::string(CapturedWords::kOctetsMax + 1, 'x')));
  EXPECT_EQ(words.word(0, 0), "");
}

TEST(CapturedWords, AWordThatIsTooLongIsToldFromOneThatIsMissing) {
  CapturedWords words(2, 2);
  const std::string too_long(CapturedWords::kOctetsMax + 1, 'x');
  EXPECT_FALSE(words.keep(1, 1, ""));
  EXPECT_EQ(words.why_missing(1), kUnexpectedReply);
  EXPECT_FALSE(words.keep(1, 1, too_long));
  EXPECT_EQ(words.why_missing(1), kWordTooLong);
  EXPECT_EQ(words.why_missing(0), kUnexpectedReply) << "another transaction's";
  EXPECT_FALSE(words.keep(1, 1, ""));
  EXPECT_EQ(words.why_missing(1), kUnexpectedReply) << "of an earlier answer";
  words.keep(1, 1, too_long);
  words.begin(1);
  EXPECT_EQ(words.why_missing(1), kUnexpectedReply) << "of an earlier transaction";
  words.keep(1, 1, too_long);
  words.restart();
  EXPECT_EQ(words.why_missing(1), kUnexpectedReply) << "of an earlier connection";
}

TEST(CapturedWords, AWordIsFilledInAsItIs) {
  CommandTemplate text("RETR ", {});
  text.append_captured(0);
  CapturedWords words(1, 1);
  words.keep(0, 0, "{n}{password}");
  const CommandValues values{.captured = &words, .captured_row = 0};
  std::string out(64, '?');
  CommandWriter writer(out);
  EXPECT_TRUE(writer.add(text, values).end_line());
  EXPECT_EQ(out.substr(0, writer.size()), "RETR {n}{password}\r\n");
  EXPECT_EQ(text.octets(values), 18U);
  EXPECT_TRUE(text.uses(Field::captured));
}

TEST(CapturedWords, AreThoseOfTheRowThatIsAskedFor) {
  CommandTemplate text;
  text.append_captured(0);
  CapturedWords words(1, 2);
  for (std::size_t row = 0; row <= words.connection_row(); ++row) words.keep(row, 0, std::to_string(row));
  const auto filled_in = [&](const CommandValues& values) {
    std::string out(8, '?');
    CommandWriter writer(out);
    EXPECT_TRUE(writer.add(text, values).end_line());
    return out.substr(0, 1);
  };
  EXPECT_EQ(filled_in({.captured = &words}), "0");
  for (std::size_t row = 0; row <= words.connection_row(); ++row)
    EXPECT_EQ(filled_in({.captured = &words, .captured_row = row}), std::to_string(row));
}

TEST(CapturedWords, WithoutAWordTheCommandIsTakenBack) {
  CommandTemplate text("RETR ", {});
  text.append_captured(0);
  CapturedWords words(1, 1);
  std::string out(64, '?');
  CommandWriter writer(out);
  EXPECT_FALSE(writer.add(text, {.captured = &words}).end_line());
  EXPECT_EQ(writer.size(), 0U);
  EXPECT_EQ(text.octets({.captured = &words}), std::nullopt);
}

#ifdef BACKTALK_CHECK_PRECONDITIONS

TEST(CapturedWords, MisuseEndsTheProgram) {
  constexpr const char* kBroken = "broken precondition of backtalk";
  CapturedWords words(1, 1);
  EXPECT_DEATH(words.keep(2, 0, "a"), kBroken);
  EXPECT_DEATH(words.keep(0, 1, "a"), kBroken);
  EXPECT_DEATH(CapturedWords(CapturedWords::kSlotsMax + 1, 1), kBroken);
}

#endif

}  // namespace
}  // namespace backtalk::session
