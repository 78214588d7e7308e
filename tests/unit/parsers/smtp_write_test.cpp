// SPDX-License-Identifier: Apache-2.0 OR MIT
// What is written for SMTP: the examples of the RFCs, and the values that would break out of them.
#include "backtalk/smtp/write.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

namespace backtalk::smtp {
namespace {

std::string reverse_path(const Mailbox& mailbox, PathRules rules = {}) {
  std::string text;
  Output out(text);
  const Error error = write_reverse_path(out, mailbox, rules);
  return error ? std::string(word(error.code)) + " " + std::to_string(error.offset) : text;
}
std::string forward_path(const Mailbox& mailbox) {
  std::string text;
  Output out(text);
  const Error error = write_forward_path(out, mailbox);
  return error ? std::string(word(error.code)) + " " + std::to_string(error.offset) : text;
}

TEST(SmtpPath, IsWrittenAsInRfc5321) {
  EXPECT_EQ(reverse_path({"Smith", "bar.com"}), "<Smith@bar.com>");
  EXPECT_EQ(reverse_path({}), "<>");
  EXPECT_EQ(forward_path({"Jones", "[123.255.37.2]"}), "<Jones@[123.255.37.2]>");
  EXPECT_EQ(forward_path({"a", "[IPv6:2001:db8::1]"}), "<a@[IPv6:2001:db8::1]>");
  EXPECT_EQ(forward_path({"Postmaster", ""}), "<Postmaster>");
  EXPECT_EQ(forward_path({"postMASTER", "x-1.example"}), "<postMASTER@x-1.example>");
}

TEST(SmtpPath, QuotesALocalPartWhereItMust) {
  EXPECT_EQ(reverse_path({"john.doe+tag", "a.b"}), "<john.doe+tag@a.b>");
  EXPECT_EQ(reverse_path({"!#$%&'*+-/=?^_`{|}~", "a"}), "<!#$%&'*+-/=?^_`{|}~@a>");
  EXPECT_EQ(reverse_path({"john doe", "a"}), "<\"john doe\"@a>");
  EXPECT_EQ(reverse_path({"a\"b\\c", "a"}), "<\"a\\\"b\\\\c\"@a>");
  EXPECT_EQ(reverse_path({"a> SIZE=1", "a"}), "<\"a> SIZE=1\"@a>");
  EXPECT_EQ(reverse_path({"a@b", "a"}), "<\"a@b\"@a>");
  EXPECT_EQ(reverse_path({"", "a"}), "<\"\"@a>");
  for (const std::string_view dotted : {".a", "a.", "a..b", "."}) {
    EXPECT_EQ(reverse_path({dotted, "a"}), "<\"" + std::string(dotted) + "\"@a>");
  }
}

TEST(SmtpPath, RefusesWhatWouldEndItsLine) {
  for (const char c : {'\0', '\r', '\n', '\t', '\x1b', '\x7f', '\x80', '\xff'}) {
    const std::string local = std::string("ab") + c + "d";
    EXPECT_EQ(reverse_path({local, "a"}), "unwritable 2") << static_cast<int>(c);
    EXPECT_EQ(reverse_path({"x", local}), "unwritable 4") << static_cast<int>(c);
  }
}

TEST(SmtpPath, RefusesADomainThatIsNone) {
  struct Case {
    std::string_view domain;
    std::size_t at;
  };
  for (const auto& [domain, at] :
       {Case{"", 0}, Case{".a", 0}, Case{"a..b", 2}, Case{"a.", 1}, Case{"-a", 0}, Case{"a-", 1},
        Case{"a-.b", 1}, Case{"a.-b", 2}, Case{"a_b", 1}, Case{"a b", 1}, Case{"a>b", 1}, Case{"a@b", 1},
        Case{"[1.2.3.4", 7}, Case{"[]", 1}, Case{"[", 0}, Case{"[a>b]", 2}, Case{"[a]b]", 2},
        Case{"[a b]", 2}, Case{"[a\\b]", 2}}) {
    EXPECT_EQ(reverse_path({"x", domain}), "unwritable " + std::to_string(2 + at)) << domain;
  }
  EXPECT_EQ(forward_path({}), "unwritable 1");
  EXPECT_EQ(forward_path({"x", ""}), "unwritable 2");
  EXPECT_EQ(reverse_path({"Postmaster", ""}), "unwritable 11");
}

TEST(SmtpPath, HoldsUtf8WithSmtputf8) {
  constexpr PathRules kUtf8{.smtputf8 = true};
  EXPECT_EQ(reverse_path({"d\xC3\xB6rte", "s\xC3\xB6rensen.example"}, kUtf8),
            "<d\xC3\xB6rte@s\xC3\xB6rensen.example>");
  EXPECT_EQ(reverse_path({"\xF0\x9F\x98\x80 x", "a"}, kUtf8), "<\"\xF0\x9F\x98\x80 x\"@a>");
  // Overlong, a surrogate, beyond Unicode, cut off, a tail alone.
  for (const std::string_view bad : {"\xC0\xBE", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE2\x82", "\xBE"}) {
    EXPECT_EQ(reverse_path({"x" + std::string(bad), "a"}, kUtf8), "unwritable 1");
    EXPECT_EQ(reverse_path({"x", bad}, kUtf8), "unwritable 2");
  }
}

TEST(SmtpPath, IsWrittenWholeOrNotAtAll) {
  std::array<char, 16> room{};
  for (std::size_t octets = 0; octets <= room.size(); ++octets) {
    Output out{std::span<char>(room).first(octets)};
    const Error error = write_reverse_path(out, {"a\"b", "c.d"});  // <"a\"b"@c.d>
    if (octets < 12) {
      EXPECT_EQ(error, (Error{ErrorCode::no_room, 12}));
      EXPECT_EQ(out.size(), 0U);
    } else {
      EXPECT_EQ(error, Error{});
      EXPECT_EQ(out.written(), "<\"a\\\"b\"@c.d>");
    }
  }
}

TEST(SmtpPath, AnAddressIsSplitAtItsLastAt) {
  EXPECT_EQ(split_mailbox("a@b@c").local_part, "a@b");
  EXPECT_EQ(split_mailbox("a@b@c").domain, "c");
  EXPECT_EQ(split_mailbox("postmaster").local_part, "postmaster");
  EXPECT_EQ(split_mailbox("postmaster").domain, "");
  EXPECT_EQ(split_mailbox("").local_part, "");
}

// RFC 3461 4: "+", "=" and everything that is not printable.
TEST(SmtpXtext, CodesWhatAValueCannotHold) {
  std::string text;
  Output out(text);
  ASSERT_FALSE(write_xtext(out, std::string_view("a+b=c d\0\xFF~!", 11)));
  EXPECT_EQ(text, "a+2Bb+3Dc+20d+00+FF~!");
  std::array<char, 3> room{};
  Output small(room);
  EXPECT_EQ(write_xtext(small, "ab "), (Error{ErrorCode::no_room, 5}));
  EXPECT_EQ(small.size(), 0U);
  EXPECT_FALSE(write_xtext(small, "+"));
  EXPECT_EQ(small.written(), "+2B");
}

TEST(SmtpParameter, IsAKeywordAndAValue) {
  std::string text;
  Output out(text);
  EXPECT_FALSE(write_parameter(out, "SIZE", "1000"));
  EXPECT_FALSE(write_parameter(out, "X-a1", "<>"));
  EXPECT_FALSE(write_parameter(out, "SMTPUTF8"));
  EXPECT_EQ(text, " SIZE=1000 X-a1=<> SMTPUTF8");
  EXPECT_EQ(write_parameter(out, "", "1"), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(write_parameter(out, "-A", "1"), (Error{ErrorCode::unwritable, 0}));
  EXPECT_EQ(write_parameter(out, "A B", "1"), (Error{ErrorCode::unwritable, 1}));
  EXPECT_EQ(write_parameter(out, "A", ""), (Error{ErrorCode::unwritable, 2}));
  for (const char c : {' ', '=', '\r', '\n', '\0', '\t', '\x7f', '\x80'}) {
    EXPECT_EQ(write_parameter(out, "AB", std::string("1") + c), (Error{ErrorCode::unwritable, 4}));
  }
  EXPECT_EQ(text, " SIZE=1000 X-a1=<> SMTPUTF8");
  EXPECT_FALSE(write_parameter(out, "A", "\xC3\xB6", {.smtputf8 = true}));
  EXPECT_EQ(write_parameter(out, "A", "\xC3", {.smtputf8 = true}), (Error{ErrorCode::unwritable, 2}));
}

TEST(SmtpCommandLine, IsOneLine) {
  std::string text;
  Output out(text);
  EXPECT_FALSE(write_command(out, "EHLO", "client.example.org"));
  EXPECT_FALSE(write_command(out, "RSET"));
  EXPECT_FALSE(write_chunk_command(out, 1000, true));
  EXPECT_FALSE(write_chunk_command(out, 9223372036854775807U, false));
  EXPECT_EQ(text, "EHLO client.example.org\r\nRSET\r\nBDAT 1000 LAST\r\nBDAT 9223372036854775807\r\n");
  EXPECT_EQ(write_chunk_command(out, 9223372036854775808U, true), (Error{ErrorCode::number_out_of_range, 0}));
  EXPECT_EQ(write_command(out, "NOOP", "a\r\nQUIT"), (Error{ErrorCode::unwritable, 6}));
  EXPECT_EQ(write_command(out, "NOOP\r\n"), (Error{ErrorCode::unwritable, 4}));
  EXPECT_EQ(write_command(out, ""), (Error{ErrorCode::unwritable, 0}));
}

}  // namespace
}  // namespace backtalk::smtp
