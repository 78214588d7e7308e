// SPDX-License-Identifier: Apache-2.0 OR MIT
// The options of `backtalk parse`, and how it prints bytes.
#include "parse/options.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>

#include "parse/json_text.hpp"
#include "parse/protocols.hpp"

namespace backtalk::parse {
namespace {

std::string set(Options& options, std::string_view name, std::string_view value) {
  return set_option(options, *find_protocol("smtp"), name, value);
}

TEST(Options, TolerancesAddUp) {
  Options options;
  EXPECT_EQ(set(options, "tolerate", "bare_lf"), "");
  EXPECT_EQ(set(options, "tolerate", "any_code"), "");
  EXPECT_EQ(options.tolerances, tolerate::bare_lf | tolerate::any_code);
}

TEST(Options, ASetOfTolerancesAddsAllOfThem) {
  Options options;
  EXPECT_EQ(set(options, "tolerate", "bare_lf"), "");
  EXPECT_EQ(set(options, "tolerate", "web_servers"), "");
  EXPECT_EQ(options.tolerances, tolerate::bare_lf | tolerate::web_servers);
}

TEST(Options, AnUnknownToleranceIsAnsweredWithTheList) {
  Options options;
  const std::string complaint = set(options, "tolerate", "bare-lf");
  EXPECT_NE(complaint.find("'bare-lf'"), std::string::npos);
  for (const auto& known : tolerate::all()) EXPECT_NE(complaint.find(known.name), std::string::npos);
  for (const auto& known : tolerate::sets()) EXPECT_NE(complaint.find(known.name), std::string::npos);
}

TEST(Options, LimitsAreTheProtocolsOwn) {
  Options options;
  EXPECT_EQ(set(options, "limit", "line_octets_max=64"), "");
  EXPECT_EQ(limit_or(options, "line_octets_max", 7), 64U);
  EXPECT_EQ(limit_or(options, "reply_lines_max", 7), 7U);
  EXPECT_EQ(set(options, "limit", "line_octets_max=65"), "");
  EXPECT_EQ(limit_or(options, "line_octets_max", 7), 65U);
  for (const std::string_view value :
       {"", "line_octets_max", "line_octets_max=", "line_octets_max=0", "line_octets_max=-1",
        "line_octets_max=1x", "no_such_limit=1", "=1", "line_octets_max=99999999999999999999"}) {
    EXPECT_NE(set(options, "limit", value), "") << value;
  }
}

TEST(Options, ChunkIsANumberFromOneOn) {
  Options options;
  EXPECT_EQ(set(options, "chunk", "17"), "");
  EXPECT_EQ(options.chunk, 17U);
  for (const std::string_view value : {"", "0", "-1", "x", "1.5"})
    EXPECT_NE(set(options, "chunk", value), "") << value;
}

TEST(Options, Pop3MultiIsAutoOrAFormForEachReply) {
  Options options;
  EXPECT_EQ(set(options, "pop3-multi", "0,1,l"), "");
  using Form = Pop3Multi::Form;
  EXPECT_EQ(options.pop3_multi.forms, (std::vector<Form>{Form::line, Form::body, Form::listing}));
  EXPECT_FALSE(options.pop3_multi.automatic);
  EXPECT_EQ(set(options, "pop3-multi", "auto"), "");
  EXPECT_TRUE(options.pop3_multi.automatic);
  for (const std::string_view value :
       {"", "2", "0,", ",0", "0,,1", "01", "0 1", "automatic", "0,1,2", "L", "01l"}) {
    EXPECT_NE(set(options, "pop3-multi", value), "") << value;
  }
}

TEST(JsonText, BytesAreCodePointsInPlainAscii) {
  std::string out;
  append_string(out, std::string_view("a\"\\\r\n\t\0\x1b\x7f\x80\xff~", 12));
  EXPECT_EQ(out, R"("a\"\\\r\n\t\u0000\u001b\u007f\u0080\u00ff~")");
}

TEST(JsonText, NumbersAndLists) {
  std::string out;
  append_number(out, 18446744073709551615U);
  EXPECT_EQ(out, "18446744073709551615");
  out.clear();
  append_strings(out, std::array<std::string_view, 2>{"a", ""});
  EXPECT_EQ(out, R"(["a",""])");
  out.clear();
  append_strings(out, {});
  EXPECT_EQ(out, "[]");
}

}  // namespace
}  // namespace backtalk::parse
