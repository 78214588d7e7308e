// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every tolerance: what it allows is an error without it, and no other tolerance allows it. A
// tolerance without a row here fails.
#include "backtalk/tolerate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "every_parser.hpp"

namespace backtalk {
namespace {

template <class Kind>
Error stream_error(Tolerances tolerances, std::string_view stream) {
  typename Kind::Parser parser({}, tolerances);
  Error inside;
  parser.feed(stream);
  if constexpr (requires { parser.expect_otherwise(pop3::Expect::sasl); }) {
    parser.expect_otherwise(pop3::Expect::sasl);
  }
  while (const auto* given = parser.next()) {
    if constexpr (requires { given->error; }) {
      if (given->error && !inside) inside = given->error;
    }
  }
  return parser.error() ? parser.error() : inside;
}

// The error of a decoder, for input that the parser itself accepts as tokens.
template <class Decode>
Error decoder_error(Tolerances tolerances, std::string_view line, Decode decode) {
  imap::ResponseParser parser({}, tolerances);
  parser.feed(line);
  const imap::Response* response = parser.next();
  if (response == nullptr) return parser.error();
  return response->error ? response->error : decode(*response);
}

Error structure_error(Tolerances tolerances, std::string_view body) {
  return decoder_error(tolerances, "* 1 FETCH (BODY " + std::string(body) + ")\r\n",
                       [tolerances](const imap::Response& response) {
                         std::vector<imap::BodyPart> parts;
                         return read_body_structure(*(&response.data[2] + 2), parts, tolerances).error();
                       });
}

struct Row {
  Tolerances tolerance;
  std::string_view name;
  Error without;
  std::function<Error(Tolerances)> run;
};

template <class Kind>
std::function<Error(Tolerances)> of(std::string_view stream) {
  return [stream](Tolerances tolerances) { return stream_error<Kind>(tolerances, stream); };
}

const std::vector<Row> kRows{
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 6}, of<SmtpReplies>("250 Ok\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 6}, of<SmtpCommands>("NOOP x\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 3}, of<Pop3Responses>("+OK\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 4}, of<Pop3Commands>("STAT\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 6}, of<ImapResponses>("* OK x\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 6}, of<ImapCommands>("a NOOP\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 14}, of<HttpResponses>("HTTP/1.1 204 x\nA: b\n\n")},
    {tolerate::bare_lf, "bare_lf", {ErrorCode::bare_lf, 14}, of<HttpRequests>("GET / HTTP/1.1\nA: b\n\n")},
    {tolerate::bare_cr, "bare_cr", {ErrorCode::bare_cr, 5}, of<SmtpReplies>("250 a\rb\r\n")},
    {tolerate::bare_cr, "bare_cr", {ErrorCode::bare_cr, 5}, of<Pop3Responses>("+OK a\rb\r\n")},
    {tolerate::bare_cr, "bare_cr", {ErrorCode::bare_cr, 6}, of<ImapResponses>("* OK a\rb\r\n")},
    {tolerate::bare_cr,
     "bare_cr",
     {ErrorCode::bare_cr, 20},
     of<HttpResponses>("HTTP/1.1 204 x\r\nA: b\rc\r\n\r\n")},
    {tolerate::bare_cr, "bare_cr", {ErrorCode::bare_cr, 6}, of<SmtpCommands>("NOOP a\rb\r\n")},
    {tolerate::bare_cr, "bare_cr", {ErrorCode::bare_cr, 6}, of<Pop3Commands>("USER a\rb\r\n")},
    {tolerate::bare_cr,
     "bare_cr",
     {ErrorCode::bare_cr, 20},
     of<HttpRequests>("GET / HTTP/1.1\r\nA: b\rc\r\n\r\n")},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::control_byte, 4},
     of<SmtpReplies>("250 \x1b[2J\r\n")},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::nul, 4},
     of<Pop3Responses>(std::string_view("+OK \0\r\n", 7))},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::control_byte, 5},
     of<ImapResponses>("* OK \x7f\r\n")},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::control_byte, 19},
     of<HttpResponses>("HTTP/1.1 204 x\r\nA: \x01\r\n\r\n")},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::control_byte, 5},
     of<SmtpCommands>("NOOP \x7f\r\n")},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::control_byte, 5},
     of<Pop3Commands>("USER \x01\r\n")},
    {tolerate::control_bytes,
     "control_bytes",
     {ErrorCode::nul, 19},
     of<HttpRequests>(std::string_view("GET / HTTP/1.1\r\nA: \0\r\n\r\n", 24))},
    {tolerate::any_code, "any_code", {ErrorCode::bad_code, 0}, of<SmtpReplies>("650 Ok\r\n")},
    {tolerate::lower_case_status,
     "lower_case_status",
     {ErrorCode::bad_status, 1},
     of<Pop3Responses>("+ok\r\n")},
    {tolerate::bare_continuation,
     "bare_continuation",
     {ErrorCode::bad_status, 6},
     of<Pop3Responses>("+OK\r\n+\r\n+OK\r\n")},
    {tolerate::obs_fold,
     "obs_fold",
     {ErrorCode::obs_fold, 22},
     of<HttpResponses>("HTTP/1.1 204 x\r\nA: b\r\n c\r\n\r\n")},
    {tolerate::obs_fold,
     "obs_fold",
     {ErrorCode::obs_fold, 22},
     of<HttpRequests>("GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n")},
    {tolerate::missing_reason,
     "missing_reason",
     {ErrorCode::missing_reason, 12},
     of<HttpResponses>("HTTP/1.1 204\r\n\r\n")},
    {tolerate::equal_content_lengths,
     "equal_content_lengths",
     {ErrorCode::repeated_content_length, 35},
     of<HttpResponses>("HTTP/1.1 200 x\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n")},
    {tolerate::equal_content_lengths,
     "equal_content_lengths",
     {ErrorCode::repeated_content_length, 33},
     of<HttpRequests>("PUT / HTTP/1.1\r\nContent-Length: 0, 0\r\n\r\n")},
    {tolerate::space_before_colon,
     "space_before_colon",
     {ErrorCode::space_before_colon, 17},
     of<HttpResponses>("HTTP/1.1 204 x\r\nA : b\r\n\r\n")},
    {tolerate::length_with_coding,
     "length_with_coding",
     {ErrorCode::length_with_coding, 35},
     of<HttpRequests>("PUT / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
    {tolerate::chunk_size_space,
     "chunk_size_space",
     {ErrorCode::bad_chunk_size, 47},
     of<HttpResponses>("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0 \r\n\r\n")},
    {tolerate::space_before_colon,
     "space_before_colon",
     {ErrorCode::space_before_colon, 17},
     of<HttpRequests>("GET / HTTP/1.1\r\nA\t: b\r\n\r\n")},
    {tolerate::length_with_coding,
     "length_with_coding",
     {ErrorCode::length_with_coding, 44},
     of<HttpResponses>("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n0\r\n\r\n")},
    {tolerate::chunk_size_space,
     "chunk_size_space",
     {ErrorCode::bad_chunk_extension, 48},
     of<HttpRequests>("PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0;\ta\r\n\r\n")},
    {tolerate::any_status,
     "any_status",
     {ErrorCode::bad_status_code, 9},
     of<HttpResponses>("HTTP/1.1 999 x\r\n\r\n")},
    {tolerate::missing_text, "missing_text", {ErrorCode::missing_text, 4}, of<ImapResponses>("a OK\r\n")},
    {tolerate::extra_spaces, "extra_spaces", {ErrorCode::extra_space, 8}, of<ImapResponses>("* SEARCH \r\n")},
    {tolerate::missing_text, "missing_text", {ErrorCode::missing_text, 1}, of<ImapResponses>("+\r\n")},
    {tolerate::extra_spaces, "extra_spaces", {ErrorCode::extra_space, 4}, of<ImapCommands>("a X  b\r\n")},
    {tolerate::loose_escapes,
     "loose_escapes",
     {ErrorCode::bad_escape, 5},
     of<ImapCommands>("a X \"\\u\"\r\n")},
    {tolerate::loose_atoms, "loose_atoms", {ErrorCode::bad_token, 5}, of<ImapResponses>("* X a%\r\n")},
    {tolerate::loose_escapes,
     "loose_escapes",
     {ErrorCode::bad_escape, 6},
     of<ImapResponses>("* X \"a\\u\"\r\n")},
    {tolerate::literal_plus,
     "literal_plus",
     {ErrorCode::bad_literal, 6},
     of<ImapResponses>("* X {2+}\r\nab\r\n")},
    {tolerate::empty_lists,
     "empty_lists",
     {ErrorCode::wrong_shape, 25},
     [](Tolerances tolerances) {
       return structure_error(tolerances, "(\"a\" \"b\" () NIL NIL \"7BIT\" 1)");
     }},
    {tolerate::empty_lists,
     "empty_lists",
     {ErrorCode::wrong_shape, 12},
     [](Tolerances tolerances) {
       return decoder_error(tolerances, "* NAMESPACE () NIL NIL\r\n",
                            [tolerances](const imap::Response& response) {
                              return read_namespaces(response, tolerances).error();
                            });
     }},
    {tolerate::negative_numbers,
     "negative_numbers",
     {ErrorCode::wrong_shape, 44},
     [](Tolerances tolerances) {
       return structure_error(tolerances, "(\"a\" \"b\" NIL NIL NIL \"7BIT\" -1)");
     }},
    {tolerate::nil_strings,
     "nil_strings",
     {ErrorCode::wrong_shape, 37},
     [](Tolerances tolerances) { return structure_error(tolerances, "(\"a\" \"b\" NIL NIL NIL NIL 1)"); }},
};

Tolerances all_but(Tolerances one) {
  Tolerances rest;
  for (const auto& known : tolerate::all()) {
    if (known.set != one) rest = rest | known.set;
  }
  return rest;
}

TEST(Tolerances, EachLetsPassWhatIsAnErrorWithoutIt) {
  for (const Row& row : kRows) {
    SCOPED_TRACE(std::string(row.name) + ", " + std::string(word(row.without.code)));
    EXPECT_EQ(tolerate::by_name(row.name), row.tolerance);
    const Error strict = row.run({});
    EXPECT_EQ(word(strict.code), word(row.without.code));
    EXPECT_EQ(strict.offset, row.without.offset);
    EXPECT_EQ(row.run(row.tolerance), Error{});
    EXPECT_NE(row.run(all_but(row.tolerance)), Error{}) << "another tolerance lets it pass too";
  }
}

TEST(Tolerances, EachHasARowItsOwnBitAndARiskThatIsSaid) {
  std::set<std::uint32_t> bits;
  for (const auto& known : tolerate::all()) {
    EXPECT_TRUE(std::ranges::any_of(kRows, [&](const Row& row) { return row.name == known.name; }))
        << known.name << " has no row";
    EXPECT_TRUE(std::has_single_bit(known.set.bits())) << known.name;
    EXPECT_TRUE(bits.insert(known.set.bits()).second) << known.name;
    EXPECT_GT(known.risk.size(), 20U) << known.name;
    EXPECT_EQ(tolerate::by_name(known.name), known.set);
  }
  EXPECT_EQ(tolerate::by_name("no such"), std::nullopt);
}

// No tolerance changes this: bare LF is not part of the end of data (CVE-2023-51764), neither
// around the dot nor at the end of the command before it.
TEST(Tolerances, BareLfIsNeverPartOfTheEndOfData) {
  for (const std::string_view stream : {"DATA\r\nx\n.\r\nQUIT\r\n", "DATA\r\nx\r\n.\nQUIT\r\n",
                                        "DATA\r\nx\n.\nQUIT\r\n", "DATA\n.\r\nQUIT\r\n"}) {
    smtp::CommandParser parser({}, tolerate::bare_lf);
    std::string out;
    feed_copy<SmtpCommands>(parser, stream, out);
    EXPECT_FALSE(parser.error()) << stream;
    EXPECT_TRUE(parser.in_message()) << "the data go on after " << stream;
    feed_copy<SmtpCommands>(parser, "\r\n.\r\n", out);
    EXPECT_FALSE(parser.in_message()) << stream;
  }
}

}  // namespace
}  // namespace backtalk
