// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every encoder writes all or nothing, whatever room there is, and says how much it needs.
#include <gtest/gtest.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/http/write.hpp"
#include "backtalk/imap/write.hpp"
#include "backtalk/pop3/write.hpp"
#include "backtalk/smtp/write.hpp"

namespace backtalk {
namespace {

struct Encoded {
  std::string_view text;
  Error (*write)(Output& out);
  bool in_parts = false;  // how much it needs is not known before
};

constexpr std::array<std::string_view, 2> kFlags{"\\Seen", "a"};
constexpr std::array kRanges{imap::NumberRange{1, 12}, imap::NumberRange{3, 3},
                             imap::NumberRange{9, imap::NumberRange::kStar}};
constexpr std::array kTrailers{http::Field{"A", "b"}, http::Field{"C", ""}};
constexpr imap::StringRules kPlus{.literals = imap::Literals::plus};

const std::vector<Encoded>& everything() {
  using O = Output&;
  static const std::vector<Encoded> all{
      {"USER joe\r\n", [](O out) { return pop3::write_command(out, "USER", "joe"); }},
      {"STAT\r\n", [](O out) { return pop3::write_command(out, "STAT"); }},
      {"RETR 12\r\n", [](O out) { return pop3::write_message_command(out, "RETR", 12); }},
      {"TOP 12 345\r\n", [](O out) { return pop3::write_top(out, 12, 345); }},
      {"APOP a 0123456789abcdef0123456789abcdef\r\n",
       [](O out) { return pop3::write_apop(out, "a", "0123456789abcdef0123456789abcdef"); }},
      {"AUTH PLAIN\r\n", [](O out) { return pop3::write_auth(out, "PLAIN"); }},
      {"AUTH PLAIN =\r\n", [](O out) { return pop3::write_auth(out, "PLAIN", ""); }},
      {"QQ==\r\n", [](O out) { return pop3::write_sasl_response(out, "QQ=="); }},
      {"<>", [](O out) { return smtp::write_reverse_path(out, {}); }},
      {"<a@b>", [](O out) { return smtp::write_reverse_path(out, {"a", "b"}); }},
      {"<\"a b\"@c>", [](O out) { return smtp::write_reverse_path(out, {"a b", "c"}); }},
      {"<Postmaster>", [](O out) { return smtp::write_forward_path(out, {"Postmaster", ""}); }},
      {" SIZE=12", [](O out) { return smtp::write_parameter(out, "SIZE", "12"); }},
      {" X", [](O out) { return smtp::write_parameter(out, "X"); }},
      {"a+2B+20b", [](O out) { return smtp::write_xtext(out, "a+ b"); }},
      {"BDAT 12 LAST\r\n", [](O out) { return smtp::write_chunk_command(out, 12, true); }},
      {"a1 NOOP", [](O out) { return imap::begin_command(out, "a1", "NOOP"); }},
      {"\"a\\\"\"", [](O out) { return imap::write_string(out, "a\"").error(); }},
      {"{2}\r\n", [](O out) { return imap::write_string(out, "a\n").error(); }},
      {"{2+}\r\na\n", [](O out) { return imap::write_string(out, "a\n", kPlus).error(); }},
      {"abc", [](O out) { return imap::write_astring(out, "abc").error(); }},
      {"NIL", [](O out) { return imap::write_nstring(out, std::nullopt).error(); }},
      {"~{1+}\r\na", [](O out) { return imap::write_literal8(out, "a", kPlus).error(); }},
      {"{12}\r\n", [](O out) { return imap::announce_literal(out, 12).error(); }},
      {"\"a\\\\&APw-\"", [](O out) { return imap::write_mailbox(out, "a\\\xC3\xBC").error(); }},
      {"\\Seen", [](O out) { return imap::write_flag(out, "\\Seen"); }},
      {"(\\Seen a)", [](O out) { return imap::write_flags(out, kFlags); }, true},
      {"4294967295", [](O out) { return imap::write_number(out, 4294967295); }},
      {"1:12,3,9:*", [](O out) { return imap::write_sequence_set(out, kRanges); }, true},
      {"GET / HTTP/1.1\r\n", [](O out) { return http::write_request_line(out, "GET", "/"); }},
      {"HTTP/1.0 200 OK\r\n", [](O out) { return http::write_status_line(out, 200, "OK", 0); }},
      {"A: b\r\n", [](O out) { return http::write_field(out, "A", " b\t"); }},
      {"[::1]:80", [](O out) { return http::write_authority(out, "::1", 80); }},
      {"a.b", [](O out) { return http::write_authority(out, "a.b", 0); }},
      {"3\r\nabc\r\n", [](O out) { return http::write_chunk(out, "abc"); }},
      {"0\r\nA: b\r\nC:\r\n\r\n", [](O out) { return http::write_last_chunk(out, kTrailers); }, true},
      {"Host: a:1\r\n", [](O out) { return http::HeadWriter(out).host("a", 1); }, true},
      {"Content-Length: 12\r\n", [](O out) { return http::HeadWriter(out).content_length(12); }},
      {"Transfer-Encoding: chunked\r\n", [](O out) { return http::HeadWriter(out).chunked(); }},
      {"\r\n", [](O out) { return http::HeadWriter(out).end(); }},
  };
  return all;
}

TEST(EncodersRoom, AllOrNothingIsWritten) {
  for (const auto& [text, write, in_parts] : everything()) {
    for (std::size_t room = 0; room <= text.size() + 1; ++room) {
      SCOPED_TRACE(testing::PrintToString(text) + " in " + std::to_string(room));
      // Behind what is there already, which stays.
      std::string place(room + 2, '#');
      Output out{std::span<char>(place)};
      ASSERT_TRUE(out.add("ab"));
      const Error error = write(out);
      if (room >= text.size()) {
        EXPECT_EQ(error, Error{});
        EXPECT_EQ(out.written(), "ab" + std::string(text));
      } else {
        EXPECT_EQ(error.code, ErrorCode::no_room);
        EXPECT_EQ(in_parts ? text.size() : error.offset, text.size());
        EXPECT_EQ(out.written(), "ab");
      }
    }
    std::string endless = "before";
    Output out(endless);
    ASSERT_TRUE(out.add("ab"));
    EXPECT_EQ(write(out), Error{});
    EXPECT_EQ(endless, "beforeab" + std::string(text));
  }
}

// What could not be written has not changed what may follow.
TEST(EncodersRoom, AHeadGoesOnAfterAFieldThatHadNoRoom) {
  std::array<char, 40> place{};
  for (const auto& [name, value] :
       {http::Field{"Host", "a"}, {"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}) {
    Output small{std::span<char>(place).first(5)};
    Output large{place};
    for (Output* const out : {&small, &large}) {
      http::HeadWriter head(*out);
      for (int attempt = 0; attempt < 2; ++attempt) {
        const ErrorCode code = head.field(name, value).code;
        if (out == &small) {
          EXPECT_EQ(code, ErrorCode::no_room) << name;
        } else {
          EXPECT_EQ(code == ErrorCode::none, attempt == 0) << name;
        }
      }
    }
  }
}

}  // namespace
}  // namespace backtalk
