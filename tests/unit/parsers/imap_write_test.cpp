// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is written for IMAP: quoted where it may be, a literal where it must, and nothing that is
// read as something else.
#include "backtalk/imap/write.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace backtalk::imap {
namespace {

constexpr StringRules kPlain{};
constexpr StringRules kPlus{.literals = Literals::plus};
constexpr StringRules kMinus{.literals = Literals::minus};
constexpr StringRules kUtf8{.utf8 = true};

// What was written, with "..." if the octets of a literal are still to follow; or the error.
template <class Write>
std::string written_by(Write write) {
  std::string text;
  Output out(text);
  const Result<Written> done = write(out);
  if (!done) return text + std::string(word(done.error().code)) + " " + std::to_string(done.error().offset);
  return *done == Written::whole ? text : text + "...";
}
std::string string_of(std::string_view value, StringRules rules = {}) {
  return written_by([&](Output& out) { return write_string(out, value, rules); });
}
std::string astring_of(std::string_view value, StringRules rules = {}) {
  return written_by([&](Output& out) { return write_astring(out, value, rules); });
}
std::string mailbox_of(std::string_view name, StringRules rules = {}) {
  return written_by([&](Output& out) { return write_mailbox(out, name, rules); });
}

TEST(ImapString, IsQuotedWhereItMayBe) {
  EXPECT_EQ(string_of(""), "\"\"");
  EXPECT_EQ(string_of("a b"), "\"a b\"");
  EXPECT_EQ(string_of("NIL"), "\"NIL\"");
  EXPECT_EQ(string_of("a\"b\\c\t"), "\"a\\\"b\\\\c\t\"");
  EXPECT_EQ(string_of("x {5}"), "\"x {5}\"");
  EXPECT_EQ(string_of("\xC3\xB6", kUtf8), "\"\xC3\xB6\"");
}

TEST(ImapString, IsALiteralWhereItMust) {
  EXPECT_EQ(string_of("a\r\nb DELETE c"), "{13}\r\n...");
  EXPECT_EQ(string_of("a\nb", kPlus), "{3+}\r\na\nb");
  EXPECT_EQ(string_of("a\rb", kMinus), "{3+}\r\na\rb");
  EXPECT_EQ(string_of("\x7f", kPlus), "{1+}\r\n\x7f");
  EXPECT_EQ(string_of("\x01", kPlus), "{1+}\r\n\x01");
  EXPECT_EQ(string_of("\xC3\xB6"), "{2}\r\n...");
  EXPECT_EQ(string_of("\xC3\xB6", kPlus), "{2+}\r\n\xC3\xB6");
  // Not UTF-8: overlong, a surrogate, cut off.
  EXPECT_EQ(string_of("\xC0\x80", kUtf8), "{2}\r\n...");
  EXPECT_EQ(string_of("\xED\xA0\x80", kUtf8), "{3}\r\n...");
  EXPECT_EQ(string_of("\"\xC3", kUtf8), "{2}\r\n...");
}

// RFC 7888 5: with LITERAL-, up to 4096 octets need not wait.
TEST(ImapLiteral, WaitsByItsSize) {
  const auto announced = [](std::uint64_t octets, StringRules rules) {
    return written_by([&](Output& out) { return announce_literal(out, octets, rules); });
  };
  EXPECT_EQ(announced(0, kPlain), "{0}\r\n...");
  EXPECT_EQ(announced(0, kMinus), "{0+}\r\n");
  EXPECT_EQ(announced(4096, kMinus), "{4096+}\r\n");
  EXPECT_EQ(announced(4097, kMinus), "{4097}\r\n...");
  EXPECT_EQ(announced(4097, kPlus), "{4097+}\r\n");
  EXPECT_EQ(announced(18446744073709551615U, kPlus), "{18446744073709551615+}\r\n");
  const std::string large(4097, '\n');
  EXPECT_EQ(string_of(large, kMinus), "{4097}\r\n...");
  EXPECT_EQ(string_of(large.substr(1), kMinus), "{4096+}\r\n" + large.substr(1));
}

TEST(ImapLiteral, HoldsNulOnlyAsLiteral8) {
  constexpr std::string_view kNul{"a\0b", 3};
  EXPECT_EQ(string_of(kNul, kPlus), "unwritable 1");
  EXPECT_EQ(astring_of(kNul, kPlus), "unwritable 1");
  EXPECT_EQ(written_by([&](Output& out) { return write_literal(out, kNul, kPlus); }), "unwritable 1");
  EXPECT_EQ(written_by([&](Output& out) { return write_literal8(out, kNul, kPlus); }),
            "~{3+}\r\n" + std::string(kNul));
  EXPECT_EQ(written_by([&](Output& out) { return write_literal8(out, kNul, kPlain); }), "~{3}\r\n...");
  EXPECT_EQ(written_by([&](Output& out) { return write_literal(out, "", kPlus); }), "{0+}\r\n");
  EXPECT_EQ(written_by([&](Output& out) { return write_literal(out, "abc", kPlain); }), "{3}\r\n...");
}

TEST(ImapAstring, IsAnAtomWhereItMayBe) {
  for (const std::string_view atom :
       {"INBOX", "a.b/c", "Entw&APw-rfe", "200", "a+b", "BODY", "nila", "$x", "a}"}) {
    EXPECT_EQ(astring_of(atom), atom);
  }
  // What would be NIL, a section, a wildcard, a literal, a flag, a list, or nothing at all.
  for (const std::string_view text : {"", "NIL", "nil", "Nil", "[Gmail]/All", "BODY[", "a]", "%", "a*", "{5}",
                                      "~{5}", "~", "(a)", "a b", "a)"}) {
    EXPECT_EQ(astring_of(text), "\"" + std::string(text) + "\"");
  }
  EXPECT_EQ(astring_of("\\Seen"), "\"\\\\Seen\"");
  EXPECT_EQ(astring_of("a\r\nb"), "{4}\r\n...");
}

TEST(ImapNstring, IsNilForNothing) {
  const auto nstring = [](std::optional<std::string_view> value) {
    return written_by([&](Output& out) { return write_nstring(out, value); });
  };
  EXPECT_EQ(nstring(std::nullopt), "NIL");
  EXPECT_EQ(nstring("NIL"), "\"NIL\"");
  EXPECT_EQ(nstring(""), "\"\"");
}

// RFC 3501 5.1.3 and its example.
TEST(ImapMailbox, IsModifiedUtf7) {
  EXPECT_EQ(mailbox_of("INBOX"), "INBOX");
  EXPECT_EQ(mailbox_of("~peter/mail/\xE5\x8F\xB0\xE5\x8C\x97/\xE6\x97\xA5\xE6\x9C\xAC\xE8\xAA\x9E"),
            "\"~peter/mail/&U,BTFw-/&ZeVnLIqe-\"");
  EXPECT_EQ(mailbox_of("Entw\xC3\xBCrfe"), "\"Entw&APw-rfe\"");
  EXPECT_EQ(mailbox_of("\xF0\x9F\x98\x80"), "\"&2D3eAA-\"");
  EXPECT_EQ(mailbox_of("\xF0\x90\x80\x80"), "\"&2ADcAA-\"");      // U+10000
  EXPECT_EQ(mailbox_of("\xF4\x8F\xBF\xBD"), "\"&2,,f,Q-\"");      // U+10FFFD
  EXPECT_EQ(mailbox_of("\xEF\xBF\xBD\xC2\x80"), "\"&,,0AgA-\"");  // U+FFFD, U+0080
  EXPECT_EQ(mailbox_of("\xE2\x82\xAC\xE2\x82\xAC\xE2\x82\xAC"), "\"&IKwgrCCs-\"");
  EXPECT_EQ(mailbox_of("Q&A"), "\"Q&-A\"");
  EXPECT_EQ(mailbox_of("a b"), "\"a b\"");
  EXPECT_EQ(mailbox_of("a\\b\xC3\xBC"), "\"a\\\\b&APw-\"");
  EXPECT_EQ(mailbox_of("a\"&"), "\"a\\\"&-\"");
  EXPECT_EQ(mailbox_of("\xC3\xBC%", kUtf8), "\"\xC3\xBC%\"");
  EXPECT_EQ(mailbox_of("Q&A", kUtf8), "Q&A");
  EXPECT_EQ(mailbox_of("a\r\nb"), "unwritable 1");
  EXPECT_EQ(mailbox_of("a\tb", kUtf8), "unwritable 1");
  EXPECT_EQ(mailbox_of("ab\xC3"), "unwritable 2");
  EXPECT_EQ(mailbox_of("ab\xED\xA0\x80", kUtf8), "unwritable 2");
}

TEST(ImapMailbox, IsWrittenWholeOrNotAtAll) {
  std::array<char, 14> room{};  // "Entw&APw-rfe"
  for (std::size_t octets = 0; octets <= room.size(); ++octets) {
    Output out{std::span<char>(room).first(octets)};
    const Result<Written> done = write_mailbox(out, "Entw\xC3\xBCrfe");
    EXPECT_EQ(done.has_value(), octets == 14) << octets;
    EXPECT_EQ(out.size(), octets == 14 ? 14U : 0U);
    if (!done) {
      EXPECT_EQ(done.error(), (Error{ErrorCode::no_room, 14}));
    }
  }
}

TEST(ImapCommandLine, HasATagAndAName) {
  std::string text;
  Output out(text);
  EXPECT_FALSE(begin_command(out, "a1", "UID FETCH"));
  EXPECT_EQ(text, "a1 UID FETCH");
  EXPECT_EQ(begin_command(out, "", "NOOP"), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(begin_command(out, "a+", "NOOP"), (Error{ErrorCode::unwritable, 1}));
  EXPECT_EQ(begin_command(out, "*", "NOOP"), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(begin_command(out, "a b", "NOOP"), (Error{ErrorCode::unwritable, 1}));
  EXPECT_EQ(begin_command(out, "a", ""), (Error{ErrorCode::unwritable, 2}));
  EXPECT_EQ(begin_command(out, "a", "UID  FETCH"), (Error{ErrorCode::unwritable, 6}));
  EXPECT_EQ(begin_command(out, "a", "UID "), (Error{ErrorCode::unwritable, 5}));
  EXPECT_EQ(begin_command(out, "a", " UID"), (Error{ErrorCode::unwritable, 2}));
  EXPECT_EQ(begin_command(out, "a", "NOOP\r\nb LOGOUT"), (Error{ErrorCode::unwritable, 6}));
  EXPECT_EQ(text, "a1 UID FETCH");
}

TEST(ImapFlags, AreAtomsWithOrWithoutABackslash) {
  std::string text;
  Output out(text);
  constexpr std::array<std::string_view, 3> kFlags{"\\Seen", "$Forwarded", "work"};
  EXPECT_FALSE(write_flags(out, kFlags));
  EXPECT_FALSE(write_flags(out, {}));
  EXPECT_EQ(text, "(\\Seen $Forwarded work)()");
  for (const std::string_view bad :
       {"", "\\", "\\*", "a b", "a)", "\\a\\b", "a\r\n", "NIL", "a]", "\xC3\xBC"}) {
    const std::array<std::string_view, 2> flags{"\\Seen", bad};
    EXPECT_EQ(write_flags(out, flags), (Error{ErrorCode::unwritable, 1})) << bad;
    EXPECT_EQ(write_flag(out, bad).code, ErrorCode::unwritable) << bad;
  }
  EXPECT_EQ(text, "(\\Seen $Forwarded work)()");
}

TEST(ImapSequenceSet, IsAtLeastOneRangeFromOneOn) {
  std::string text;
  Output out(text);
  constexpr std::array kRanges{NumberRange{1, 1},
                               NumberRange{4, 7},
                               NumberRange{9, NumberRange::kStar},
                               NumberRange{NumberRange::kStar, NumberRange::kStar},
                               NumberRange{1, NumberRange::kLargest},
                               NumberRange{NumberRange::kLargest, NumberRange::kLargest}};
  EXPECT_FALSE(write_sequence_set(out, kRanges));
  EXPECT_EQ(text, "1,4:7,9:*,*,1:4294967295,4294967295");
  NumberSet set(text, true);
  std::string again;
  Output second(again);
  for (NumberRange range; set.next(range);) {
    if (!again.empty()) again += ',';
    EXPECT_FALSE(write_sequence_set(second, std::array{range}));
  }
  EXPECT_TRUE(set.good());
  EXPECT_EQ(again, text) << "what is read is written the same";
  constexpr std::array kZero{NumberRange{1, 1}, NumberRange{2, 0}};
  EXPECT_EQ(write_sequence_set(out, kZero), (Error{ErrorCode::unwritable, 1}));
  constexpr std::array kTooLarge{NumberRange{1, std::uint64_t{NumberRange::kLargest} + 1}};
  constexpr std::array kAlmostStar{NumberRange{NumberRange::kStar - 1, 1}};
  EXPECT_EQ(write_sequence_set(out, kAlmostStar), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(write_sequence_set(out, kTooLarge), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(write_sequence_set(out, {}), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(text, "1,4:7,9:*,*,1:4294967295,4294967295");
}

}  // namespace
}  // namespace backtalk::imap
