// SPDX-License-Identifier: Apache-2.0 OR MIT
// What every encoder does with each of the 256 octets, in each place of what it writes, against the
// grammar spelled out; and with every sequence that begins like UTF-8.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <string_view>

#include "backtalk/http/write.hpp"
#include "backtalk/imap/write.hpp"
#include "backtalk/pop3/write.hpp"
#include "backtalk/smtp/write.hpp"

namespace backtalk {
namespace {

bool is_among(std::string_view octets, char c) {
  return octets.find(c) != std::string_view::npos;
}
bool is_alnum(char c) {
  return is_among("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", c);
}
bool is_wide(char c) {
  return static_cast<unsigned char>(c) >= 0x80;
}
bool is_visible(char c) {
  return c > ' ' && c < '\x7f';
}
// What a line of text holds.
bool is_text(char c) {
  return is_visible(c) || is_wide(c) || c == ' ' || c == '\t';
}
bool is_imap_atom(char c) {
  return is_visible(c) && !is_among("(){%*\"\\[]", c);
}
bool is_base64(char c) {
  return is_alnum(c) || is_among("+/=", c);
}

// `write` gets an octet, and writes a text with it, or nothing if it is not `allowed`: then it says
// that it is at `offset`.
template <class Allowed, class Write>
void expect_octets(std::string_view what, std::uint64_t offset, Allowed allowed, Write write) {
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    std::string text;
    Output out(text);
    const Error error = write(out, c);
    EXPECT_EQ(error, allowed(c) ? Error{} : (Error{ErrorCode::unwritable, offset})) << what << ' ' << byte;
    EXPECT_EQ(text.empty(), !allowed(c)) << what << ' ' << byte;
  }
}

std::string with(std::string_view before, char c, std::string_view after = {}) {
  return std::string(before) + c + std::string(after);
}

TEST(EncodersOctets, OfImap) {
  using namespace imap;
  const auto in_tag = [](char c) { return is_visible(c) && !is_among("(){%*\"\\+", c); };
  expect_octets("tag", 1, in_tag,
                [](Output& out, char c) { return begin_command(out, with("a", c, "b"), "NOOP"); });
  expect_octets("tag of one", 0, in_tag,
                [](Output& out, char c) { return begin_command(out, with("", c), "NOOP"); });
  expect_octets(
      "name", 4, [](char c) { return is_imap_atom(c) || c == ' '; },
      [](Output& out, char c) { return begin_command(out, "a1", with("U", c, "D")); });
  expect_octets("name's end", 4, is_imap_atom,
                [](Output& out, char c) { return begin_command(out, "a1", with("U", c)); });
  expect_octets("name's begin", 3, is_imap_atom,
                [](Output& out, char c) { return begin_command(out, "a1", with("", c, "U")); });
  expect_octets("flag", 1, is_imap_atom, [](Output& out, char c) { return write_flag(out, with("a", c)); });
  expect_octets("system flag", 1, is_imap_atom,
                [](Output& out, char c) { return write_flag(out, with("\\", c)); });
}

std::string imap_string(std::string_view value, imap::StringRules rules) {
  std::string text;
  Output out(text);
  const auto done = write_string(out, value, rules);
  return done ? text : std::string(word(done.error().code)) + std::to_string(done.error().offset);
}

// What stands in an IMAP string for an octet: the octet, an escape of it, or a literal for all.
TEST(EncodersOctets, OfImapStrings) {
  constexpr imap::StringRules kRules{.literals = imap::Literals::plus};
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    const std::string value = with("a", c, "b");
    std::string expected = "\"" + value + "\"";
    if (c == '"' || c == '\\') expected = with("\"a\\", c, "b\"");
    if (!is_text(c) || is_wide(c)) expected = "{3+}\r\n" + value;
    if (c == '\0') expected = "unwritable1";
    EXPECT_EQ(imap_string(value, kRules), expected) << byte;

    std::string text;
    Output out(text);
    const auto done = write_astring(out, value, kRules);
    EXPECT_EQ(done ? text : "unwritable1", is_imap_atom(c) && c != '~' ? value : expected) << byte;

    text.clear();
    Output mailbox(text);
    const auto named = write_mailbox(mailbox, value, kRules);
    if (!is_text(c) || is_wide(c) || c == '\t') {
      ASSERT_FALSE(named) << byte;
      EXPECT_EQ(named.error(), (Error{ErrorCode::unwritable, 1})) << byte;
    } else {
      EXPECT_EQ(text, c == '&' ? "\"a&-b\"" : is_imap_atom(c) && c != '~' ? value : expected) << byte;
    }
  }
}

TEST(EncodersOctets, OfPop3) {
  using namespace pop3;
  const auto is_mechanism = [](char c) { return is_alnum(c) || c == '-' || c == '_'; };
  const auto is_digest = [](char c) { return is_among("0123456789abcdef", c); };
  expect_octets("keyword", 1, is_alnum,
                [](Output& out, char c) { return write_command(out, with("A", c, "B")); });
  expect_octets("argument", 6, is_text,
                [](Output& out, char c) { return write_command(out, "PASS", with("a", c)); });
  expect_octets("name", 6, is_text,
                [](Output& out, char c) { return write_apop(out, with("a", c, "b"), std::string(32, 'f')); });
  expect_octets("digest", 38, is_digest,
                [](Output& out, char c) { return write_apop(out, "a", with(std::string(31, '9'), c)); });
  expect_octets("mechanism", 6, is_mechanism,
                [](Output& out, char c) { return write_auth(out, with("A", c, "B")); });
  expect_octets("initial response", 8, is_base64,
                [](Output& out, char c) { return write_auth(out, "A", with("b", c)); });
  expect_octets("response", 1, is_base64,
                [](Output& out, char c) { return write_sasl_response(out, with("b", c)); });
  expect_octets(
      "response of one", 0, [](char c) { return is_base64(c) || c == '*'; },
      [](Output& out, char c) { return write_sasl_response(out, with("", c)); });
}

TEST(EncodersOctets, OfSmtp) {
  using namespace smtp;
  const auto is_label = [](char c) { return is_alnum(c) || c == '-' || c == '.'; };
  const auto is_value = [](char c) { return is_visible(c) && c != '='; };
  expect_octets(
      "local part", 1, [](char c) { return is_visible(c) || c == ' '; },
      [](Output& out, char c) { return write_reverse_path(out, {with("a", c), "b"}); });
  expect_octets("domain", 3, is_label,
                [](Output& out, char c) { return write_forward_path(out, {"x", with("a", c, "b")}); });
  expect_octets("label's begin", 4, is_alnum,
                [](Output& out, char c) { return write_forward_path(out, {"x", with("a.", c, "b")}); });
  // Of two dots the second is the wrong one.
  expect_octets("label's end", 3, is_alnum, [](Output& out, char c) {
    return write_forward_path(out, {"x", c == '.' ? "a-.b" : with("a", c, ".b")});
  });
  expect_octets("domain's end", 3, is_alnum,
                [](Output& out, char c) { return write_forward_path(out, {"x", with("a", c)}); });
  expect_octets(
      "address literal", 4, [](char c) { return is_visible(c) && !is_among("[\\]<>", c); },
      [](Output& out, char c) { return write_forward_path(out, {"x", with("[a", c, "b]")}); });
  expect_octets(
      "keyword", 1, [](char c) { return is_alnum(c) || c == '-'; },
      [](Output& out, char c) { return write_parameter(out, with("A", c)); });
  expect_octets("keyword's begin", 0, is_alnum,
                [](Output& out, char c) { return write_parameter(out, with("", c, "A")); });
  expect_octets("value", 3, is_value,
                [](Output& out, char c) { return write_parameter(out, "A", with("b", c)); });
}

// An octet of a local part makes it a quoted string or not; one of xtext stands for itself or not.
TEST(EncodersOctets, OfSmtpThatAreCoded) {
  for (unsigned byte = 0x20; byte < 0x7F; ++byte) {
    const char c = static_cast<char>(byte);
    std::string text;
    Output out(text);
    EXPECT_FALSE(smtp::write_reverse_path(out, {with("a", c, "b"), "x"}));
    if (is_alnum(c) || is_among("!#$%&'*+-/=?^_`{|}~.", c)) {
      EXPECT_EQ(text, with("<a", c, "b@x>"));
    } else {
      EXPECT_EQ(text, with(c == '"' || c == '\\' ? "<\"a\\" : "<\"a", c, "b\"@x>"));
    }
  }
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    std::string text;
    Output out(text);
    EXPECT_FALSE(smtp::write_xtext(out, with("", c)));
    const std::string hex{'+', "0123456789ABCDEF"[byte / 16], "0123456789ABCDEF"[byte % 16]};
    EXPECT_EQ(text, is_visible(c) && c != '+' && c != '=' ? with("", c) : hex);
  }
}

TEST(EncodersOctets, OfHttp) {
  using namespace http;
  const auto is_token = [](char c) { return is_alnum(c) || is_among("!#$%&'*+-.^_`|~", c); };
  const auto is_reg_name = [](char c) { return is_alnum(c) || is_among("-._~!$&'()*+,;=", c); };
  const auto is_hex = [](char c) { return is_among("0123456789abcdefABCDEF", c); };
  const auto is_ipv6 = [&](char c) { return is_hex(c) || c == ':' || c == '.'; };
  expect_octets("method", 1, is_token,
                [](Output& out, char c) { return write_request_line(out, with("A", c), "/"); });
  expect_octets("target", 5, is_visible,
                [](Output& out, char c) { return write_request_line(out, "GET", with("/", c)); });
  expect_octets("reason", 14, is_text,
                [](Output& out, char c) { return write_status_line(out, 200, with("a", c)); });
  expect_octets("name", 1, is_token, [](Output& out, char c) { return write_field(out, with("A", c), "b"); });
  expect_octets("value", 3, is_text, [](Output& out, char c) { return write_field(out, "A", with("b", c)); });
  // With a colon it is an IPv6 address.
  expect_octets(
      "host", 1, [&](char c) { return is_reg_name(c) || c == ':'; },
      [](Output& out, char c) { return write_authority(out, with("a", c), 0); });
  expect_octets("first digit of a coded octet", 1, is_hex,
                [](Output& out, char c) { return write_authority(out, with("a%", c, "0"), 0); });
  expect_octets("second digit of a coded octet", 1, is_hex,
                [](Output& out, char c) { return write_authority(out, with("a%0", c), 0); });
  expect_octets("IPv6", 3, is_ipv6,
                [](Output& out, char c) { return write_authority(out, with("a:b", c), 0); });
  expect_octets("IPv6 in brackets", 4, is_ipv6,
                [](Output& out, char c) { return write_authority(out, with("[a:b", c, "]"), 1); });
}

// UTF8-2 = %xC2-DF UTF8-tail
// UTF8-3 = %xE0 %xA0-BF UTF8-tail / %xE1-EC 2( UTF8-tail ) / %xED %x80-9F UTF8-tail / %xEE-EF 2( UTF8-tail )
// UTF8-4 = %xF0 %x90-BF 2( UTF8-tail ) / %xF1-F3 3( UTF8-tail ) / %xF4 %x80-8F 2( UTF8-tail )
//
// The length of the character that begins with these octets (RFC 3629 4); 0 if it is none.
std::size_t utf8_octets(unsigned first, unsigned second, unsigned third, unsigned fourth) {
  const auto is_tail = [](unsigned octet) { return octet >= 0x80 && octet <= 0xBF; };
  if (first >= 0xC2 && first <= 0xDF) return is_tail(second) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    const bool good = first == 0xE0   ? second >= 0xA0 && second <= 0xBF
                      : first == 0xED ? second >= 0x80 && second <= 0x9F
                                      : is_tail(second);
    return good && is_tail(third) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    const bool good = first == 0xF0   ? second >= 0x90 && second <= 0xBF
                      : first == 0xF4 ? second >= 0x80 && second <= 0x8F
                                      : is_tail(second);
    return good && is_tail(third) && is_tail(fourth) ? 4 : 0;
  }
  return 0;
}

TEST(EncodersOctets, OfUtf8) {
  constexpr std::array<unsigned, 4> kTails{0x7F, 0x80, 0xBF, 0xC0};
  for (unsigned first = 0x80; first < 256; ++first) {
    for (unsigned second = 0x70; second < 256; ++second) {
      for (const unsigned third : kTails) {
        for (const unsigned fourth : kTails) {
          const std::size_t octets = utf8_octets(first, second, third, fourth);
          const std::string all{static_cast<char>(first), static_cast<char>(second), static_cast<char>(third),
                                static_cast<char>(fourth)};
          // One character and nothing else; and the same without its last octet.
          const std::string value = all.substr(0, octets == 0 ? 4 : octets);
          std::string text;
          Output out(text);
          const Error error = smtp::write_parameter(out, "A", value, {.smtputf8 = true});
          ASSERT_EQ(!error, octets != 0) << first << ' ' << second << ' ' << third << ' ' << fourth;
          if (octets == 0) {
            EXPECT_EQ(error, (Error{ErrorCode::unwritable, 2}));
            continue;
          }
          ASSERT_TRUE(smtp::write_parameter(out, "A", value.substr(0, octets - 1), {.smtputf8 = true}));
          ASSERT_EQ(imap_string(value, {.utf8 = true}), "\"" + value + "\"");
        }
      }
    }
  }
}

}  // namespace
}  // namespace backtalk
