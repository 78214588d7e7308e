// SPDX-License-Identifier: Apache-2.0 OR MIT
// The typed decoders of POP3: listings, capabilities, response codes, the timestamp.
#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/greeting.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/pop3/response.hpp"

namespace backtalk::pop3 {
namespace {

TEST(Pop3DropListing, ReadsTheExampleOfRfc1939) {
  const auto found = read_drop_listing("2 320");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->messages, 2U);
  EXPECT_EQ(found->octets, 320U);
  EXPECT_EQ(read_drop_listing("0 0")->messages, 0U);
}

TEST(Pop3DropListing, LetsTextFollow) {
  EXPECT_EQ(read_drop_listing("2 320 octets or so")->octets, 320U);
  EXPECT_EQ(read_drop_listing("2 320 ")->octets, 320U);
}

TEST(Pop3DropListing, IsNothingElse) {
  for (const std::string_view text :
       {"", " ", "2", "2 ", " 2 320", "2  320", "2\t320", "-2 320", "2 320x", "x 320", "4294967296 1",
        "2 18446744073709551616", "2 99999999999999999999999"}) {
    EXPECT_FALSE(read_drop_listing(text)) << text;
  }
}

TEST(Pop3ScanListing, ReadsNumbersOfEveryLength) {
  std::string digits;
  std::uint64_t value = 0;
  for (unsigned length = 1; length <= 19; ++length) {
    digits += static_cast<char>('0' + length % 10);
    value = value * 10 + length % 10;
    for (const std::string_view tail : {"", " ", " more text"}) {
      const std::string line = "7 " + digits + std::string(tail);
      const auto found = read_scan_listing(line);
      ASSERT_TRUE(found) << line;
      EXPECT_EQ(found->message, 7U) << line;
      EXPECT_EQ(found->octets, value) << line;
    }
  }
}

TEST(Pop3ScanListing, ReadsTheLargestNumbersAndNoLarger) {
  const auto found = read_scan_listing("4294967295 18446744073709551615");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, 4294967295U);
  EXPECT_EQ(found->octets, 18446744073709551615U);
  EXPECT_FALSE(read_scan_listing("x2345678 1"));
  EXPECT_FALSE(read_scan_listing("4294967296 1"));
  EXPECT_FALSE(read_scan_listing("1 18446744073709551616"));
  EXPECT_EQ(read_scan_listing("00000000001 0000000000000000000000120")->octets, 120U);
}

// A load of eight bytes must not reach past the line, and must not take bytes before or after it
// for digits.
TEST(Pop3ScanListing, EveryByteThatIsNoDigitEndsANumber) {
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    if (c >= '0' && c <= '9') continue;
    const std::string line = std::string("12 34") + c + "56789012";
    EXPECT_EQ(read_scan_listing(line).has_value(), c == ' ') << byte;
  }
}

TEST(Pop3ScanListing, MessagesCountFromOne) {
  EXPECT_FALSE(read_scan_listing("0 120"));
  EXPECT_FALSE(read_scan_listing("0000000000 120"));
}

TEST(Pop3UniqueId, ReadsTheExampleOfRfc1939) {
  const auto found = read_unique_id_listing("1 whqtswO00WBw418f9t5JxYwZ");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->message, 1U);
  EXPECT_EQ(found->id, "whqtswO00WBw418f9t5JxYwZ");
}

TEST(Pop3UniqueId, HasOneToSeventyCharacters) {
  for (std::size_t size = 1; size <= 70; ++size) {
    EXPECT_TRUE(read_unique_id_listing("1 " + std::string(size, '~'))) << size;
  }
  EXPECT_FALSE(read_unique_id_listing("1 "));
  EXPECT_FALSE(read_unique_id_listing("1"));
  EXPECT_FALSE(read_unique_id_listing("1 " + std::string(71, '~')));
}

// Each line, with the offset at which it is refused without the tolerance.
TEST(Pop3Listings, HaveMoreSpacesIfTolerated) {
  struct Line {
    std::string_view text;
    std::uint64_t refused_at;
  };
  for (const auto& [text, refused_at] : {Line{"2  120", 2}, Line{" 2 120", 0}, Line{"2\t120", 1},
                                         Line{"2 120\tmore", 5}, Line{"\t2 \t 120 \t", 0}}) {
    EXPECT_EQ(read_scan_listing(text, {}).error(), (Error{ErrorCode::wrong_shape, refused_at})) << text;
    EXPECT_EQ(read_drop_listing(text, {}).error(), (Error{ErrorCode::wrong_shape, refused_at})) << text;
    const auto scan = read_scan_listing(text, tolerate::extra_spaces);
    const auto drop = read_drop_listing(text, tolerate::extra_spaces);
    ASSERT_TRUE(scan && drop) << text;
    EXPECT_TRUE(scan->message == 2 && scan->octets == 120) << text;
    EXPECT_TRUE(drop->messages == 2 && drop->octets == 120) << text;
  }
  for (const auto& [text, refused_at] : {Line{"2   msg-2", 2}, Line{" 2 msg-2", 0}, Line{"2\tmsg-2", 1},
                                         Line{"2 msg-2 ", 2}, Line{" 2\t msg-2\t ", 0}}) {
    EXPECT_EQ(read_unique_id_listing(text, {}).error(), (Error{ErrorCode::wrong_shape, refused_at})) << text;
    const auto found = read_unique_id_listing(text, tolerate::extra_spaces);
    ASSERT_TRUE(found) << text;
    EXPECT_EQ(found->message, 2U) << text;
    EXPECT_EQ(found->id, "msg-2") << text;
  }
}

TEST(Pop3Listings, AreNothingElseForAllThat) {
  constexpr Tolerances kSpaces = tolerate::extra_spaces;
  for (const std::string_view text : {"", " ", "2", "2 ", "\t", "2x 1", "2 1x", "x 1"}) {
    EXPECT_FALSE(read_scan_listing(text, kSpaces)) << text;
    EXPECT_FALSE(read_drop_listing(text, kSpaces)) << text;
  }
  EXPECT_FALSE(read_scan_listing(" 0  1", kSpaces));
  for (const std::string_view text : {"", "2", "2 ", "2  a b", "0  a", "2a", "2  a\tb", "2  \x7f"}) {
    EXPECT_FALSE(read_unique_id_listing(text, kSpaces)) << text;
  }
  EXPECT_EQ(read_unique_id_listing("2   a b", kSpaces).error(), (Error{ErrorCode::wrong_shape, 4}));
  EXPECT_TRUE(read_unique_id_listing("1  " + std::string(70, 'x') + " ", kSpaces));
  EXPECT_FALSE(read_unique_id_listing("1  " + std::string(71, 'x'), kSpaces));
}

TEST(Pop3UniqueId, IsOfPrintableCharactersWithoutSpaceWhereverTheyStand) {
  for (const std::size_t size : {1U, 7U, 8U, 9U, 16U, 70U}) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int byte = 0; byte < 256; ++byte) {
        std::string id(size, 'x');
        id[at] = static_cast<char>(byte);
        ASSERT_EQ(read_unique_id_listing("1 " + id).has_value(), byte >= 0x21 && byte <= 0x7E)
            << size << ' ' << at << ' ' << byte;
      }
    }
  }
}

Capabilities read_all(std::initializer_list<std::string_view> lines) {
  Capabilities found;
  for (const std::string_view line : lines) add_capability(line, found);
  return found;
}

TEST(Pop3Capabilities, ReadsTheExampleOfRfc2449) {
  const Capabilities found =
      read_all({"TOP", "USER", "SASL CRAM-MD5 KERBEROS_V4", "RESP-CODES", "LOGIN-DELAY 900", "PIPELINING",
                "EXPIRE 60", "UIDL", "IMPLEMENTATION Shlemazle-Plotz-v302"});
  EXPECT_TRUE(found.top && found.user && found.resp_codes && found.pipelining && found.uidl && found.sasl);
  EXPECT_FALSE(found.stls || found.utf8 || found.lang || found.auth_resp_code);
  EXPECT_EQ(found.sasl_mechanisms, "CRAM-MD5 KERBEROS_V4");
  EXPECT_EQ(found.login_delay, (LoginDelay{900, false}));
  EXPECT_EQ(found.expire, (Expire{60, false}));
  EXPECT_EQ(found.implementation, "Shlemazle-Plotz-v302");
}

TEST(Pop3Capabilities, ReadsTheOthersInAnyCase) {
  const Capabilities found =
      read_all({"stls", "Utf8 user", "LANG", "auth-Resp-Code", "EXPIRE NEVER", "LOGIN-DELAY 0 USER"});
  EXPECT_TRUE(found.stls && found.utf8 && found.utf8_user && found.lang && found.auth_resp_code);
  EXPECT_EQ(found.expire, (Expire{std::nullopt, false}));
  EXPECT_EQ(found.login_delay, (LoginDelay{0, true}));
  EXPECT_EQ(read_all({"EXPIRE 5 USER"}).expire, (Expire{5, true}));
}

TEST(Pop3Capabilities, PassesOverWhatIsNoneOrHasNoNumber) {
  const Capabilities found = read_all({"", " TOP", "TOP.", "TOPX", "U\x80", "EXPIRE", "EXPIRE x",
                                       "EXPIRE 4294967296", "LOGIN-DELAY 1x", "X-GOOGLE-RICO", "STLS\t"});
  EXPECT_FALSE(found.top || found.user || found.uidl || found.stls);
  EXPECT_FALSE(found.expire);
  EXPECT_FALSE(found.login_delay);
}

// One bad line costs itself alone, and says where it is bad.
TEST(Pop3Capabilities, SayWhatIsWrongWithALine) {
  const auto wrong_shape = [](std::uint64_t offset) { return Error{ErrorCode::wrong_shape, offset}; };
  Capabilities found;
  EXPECT_EQ(add_capability("TOP", found), Error{});
  EXPECT_EQ(add_capability("X-UNKNOWN a b", found), Error{});
  EXPECT_EQ(add_capability(".capability", found), wrong_shape(0));
  EXPECT_EQ(add_capability("", found), wrong_shape(0));
  EXPECT_EQ(add_capability(" UIDL", found), wrong_shape(0));
  EXPECT_EQ(add_capability("STLS\t", found), wrong_shape(4));
  EXPECT_EQ(add_capability("EXPIRE", found), wrong_shape(6));
  EXPECT_EQ(add_capability("EXPIRE soon", found), wrong_shape(7));
  EXPECT_EQ(add_capability("EXPIRE  4294967296", found), (Error{ErrorCode::number_out_of_range, 8}));
  EXPECT_EQ(add_capability("LOGIN-DELAY 10x", found), wrong_shape(14));
  EXPECT_EQ(add_capability("PIPELINING", found), Error{});
  EXPECT_TRUE(found.top && found.pipelining);
  EXPECT_FALSE(found.uidl || found.stls || found.expire || found.login_delay);
}

TEST(Pop3Capabilities, DropSpacesAndTabsIfTolerated) {
  Capabilities found;
  for (const std::string_view line : {" UIDL", "STLS\t", "SASL\tPLAIN  LOGIN ", "\t TOP \t", " EXPIRE  60"}) {
    EXPECT_EQ(add_capability(line, found, tolerate::extra_spaces), Error{}) << line;
  }
  EXPECT_TRUE(found.uidl && found.stls && found.top);
  EXPECT_EQ(found.sasl_mechanisms, "PLAIN  LOGIN");
  EXPECT_EQ(found.expire, (Expire{60, false}));
  EXPECT_EQ(add_capability("  .x", found, tolerate::extra_spaces), (Error{ErrorCode::wrong_shape, 2}));
  EXPECT_EQ(add_capability("  EXPIRE  x", found, tolerate::extra_spaces),
            (Error{ErrorCode::wrong_shape, 10}));
}

TEST(Pop3Capabilities, OfTwoLinesTheLaterCounts) {
  EXPECT_EQ(read_all({"SASL PLAIN", "SASL LOGIN"}).sasl_mechanisms, "LOGIN");
}

TEST(Pop3Capabilities, AMechanismIsAWholeWord) {
  EXPECT_TRUE(has_mechanism("PLAIN  cram-md5", "CRAM-MD5"));
  EXPECT_FALSE(has_mechanism("CRAM-MD5-X", "CRAM-MD5"));
  EXPECT_FALSE(has_mechanism("", "PLAIN"));
  EXPECT_FALSE(has_mechanism("PLAIN", ""));
}

TEST(Pop3ResponseCode, ReadsThoseOfTheRfcs) {
  EXPECT_EQ(response_code(find_response_code("[IN-USE] busy")), ResponseCode::in_use);
  EXPECT_EQ(response_code(find_response_code("[login-delay]")), ResponseCode::login_delay);
  EXPECT_EQ(response_code("SYS/TEMP"), ResponseCode::sys_temp);
  EXPECT_EQ(response_code("SYS/PERM"), ResponseCode::sys_perm);
  EXPECT_EQ(response_code("AUTH"), ResponseCode::auth);
  EXPECT_EQ(response_code("UTF8"), ResponseCode::utf8);
}

TEST(Pop3ResponseCode, ALongerOneCountsAsItsKnownBeginning) {
  EXPECT_EQ(response_code("SYS/TEMP/DISK"), ResponseCode::sys_temp);
  EXPECT_EQ(response_code("SYS/TEMPER"), ResponseCode::unknown);
  EXPECT_EQ(response_code("SYS"), ResponseCode::unknown);
  EXPECT_EQ(response_code(""), ResponseCode::none);
}

TEST(Pop3ResponseCode, UnterminatedOrEmptyOnesAreText) {
  for (const std::string_view text :
       {"", "IN-USE", "[", "[]", "[IN-USE", "[/A]", "[A/]", "[A//B]", "[A B]", "[\x80]", " [A]"}) {
    EXPECT_EQ(find_response_code(text), "") << text;
  }
}

TEST(Pop3Timestamp, IsFoundInTheExampleOfRfc1939) {
  EXPECT_EQ(find_timestamp("POP3 server ready <1896.697170952@dbc.mtview.ca.us>"),
            "<1896.697170952@dbc.mtview.ca.us>");
  EXPECT_EQ(find_timestamp("a < b <x> <<1@h> <2@h>"), "<1@h>");
}

// CVE-2007-1558: a challenge that is not a msg-id lets an attacker choose what is hashed.
TEST(Pop3Timestamp, IsNothingThatIsNoMessageId) {
  for (const std::string_view text :
       {"", "ready", "<>", "<@>", "<a@>", "<@b>", "<ab>", "<a@b@c>", "<a@b", "<a b@c>", "<a@b\x80>"}) {
    EXPECT_FALSE(find_timestamp(text)) << text;
  }
}

}  // namespace
}  // namespace backtalk::pop3
