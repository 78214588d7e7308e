// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every tolerance: what it allows is an error without it, and no other tolerance allows it. A
// tolerance without a row here fails.
#include "backtalk/tolerate.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <functional>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/mailbox.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/search.hpp"
#include "backtalk/pop3/capability.hpp"
#include "backtalk/pop3/listing.hpp"
#include "backtalk/smtp/ehlo.hpp"
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

Error envelope_error(Tolerances tolerances, std::string_view envelope) {
  return decoder_error(tolerances, "* 1 FETCH (ENVELOPE " + std::string(envelope) + ")\r\n",
                       [tolerances](const imap::Response& response) {
                         return read_envelope(*(&response.data[2] + 2), tolerances).error();
                       });
}

// The error of a decoder that takes a response and tolerances.
template <class Decode>
std::function<Error(Tolerances)> decoded(std::string_view line, Decode decode) {
  return [line, decode](Tolerances tolerances) {
    return decoder_error(tolerances, line, [tolerances, decode](const imap::Response& response) {
      return decode(response, tolerances);
    });
  };
}

Error fetch_error(const imap::Response& response, Tolerances tolerances) {
  imap::FetchItems items(response, tolerances);
  for (imap::FetchItem item; items.next(item);) {
  }
  return items.error();
}

Error code_error(const imap::Response& response, Tolerances tolerances) {
  return imap::read_response_code(response.code, tolerances).error();
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
    {tolerate::differing_codes,
     "differing_codes",
     {ErrorCode::code_mismatch, 7},
     of<SmtpReplies>("220-a\r\n521 b\r\n")},
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
    {tolerate::obs_fold,
     "obs_fold",
     {ErrorCode::obs_fold, 16},
     of<HttpResponses>("HTTP/1.1 204 x\r\n b\r\n\r\n")},
    {tolerate::coding_in_http_1_0,
     "coding_in_http_1_0",
     {ErrorCode::coding_in_http_1_0, 16},
     of<HttpResponses>("HTTP/1.0 200 x\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")},
    {tolerate::repeated_chunked,
     "repeated_chunked",
     {ErrorCode::repeated_chunked, 44},
     of<HttpResponses>("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n")},
    {tolerate::empty_lines,
     "empty_lines",
     {ErrorCode::bad_version, 0},
     of<HttpResponses>("\r\n\r\nHTTP/1.1 204 x\r\n\r\n")},
    {tolerate::empty_lines,
     "empty_lines",
     {ErrorCode::excess_bytes, 18},
     of<HttpResponses>("HTTP/1.1 204 x\r\n\r\n\r\n")},
    {tolerate::empty_lines,
     "empty_lines",
     {ErrorCode::bad_method, 2},
     of<HttpRequests>("\r\n\r\nGET / HTTP/1.1\r\n\r\n")},
    {tolerate::identity_coding,
     "identity_coding",
     {ErrorCode::length_with_coding, 35},
     [](Tolerances tolerances) {
       return stream_error<HttpResponses>(
           tolerances.without(tolerate::length_with_coding),
           "HTTP/1.1 200 x\r\nContent-Length: 0\r\nTransfer-Encoding: Identity\r\n\r\n");
     }},
    {tolerate::junk_field_lines,
     "junk_field_lines",
     {ErrorCode::bad_field_name, 19},
     of<HttpResponses>("HTTP/1.1 204 x\r\nabc\r\n\r\n")},
    {tolerate::junk_field_lines,
     "junk_field_lines",
     {ErrorCode::space_before_colon, 17},
     [](Tolerances tolerances) {
       return stream_error<HttpResponses>(tolerances.without(tolerate::space_before_colon),
                                          "HTTP/1.1 204 x\r\nA b: c\r\n\r\n");
     }},
    {tolerate::junk_field_lines,
     "junk_field_lines",
     {ErrorCode::empty_field_name, 16},
     of<HttpResponses>("HTTP/1.1 204 x\r\n: b\r\n\r\n")},
    {tolerate::status_line_spaces,
     "status_line_spaces",
     {ErrorCode::bad_version, 8},
     of<HttpResponses>("HTTP/1.1\t204 x\r\n\r\n")},
    {tolerate::status_line_spaces,
     "status_line_spaces",
     {ErrorCode::bad_status_code, 9},
     of<HttpResponses>("HTTP/1.1  204 x\r\n\r\n")},
    {tolerate::status_line_spaces,
     "status_line_spaces",
     {ErrorCode::bad_status_code, 12},
     of<HttpResponses>("HTTP/1.1 204\tx\r\n\r\n")},
    {tolerate::empty_line_before_chunk,
     "empty_line_before_chunk",
     {ErrorCode::bad_chunk_size, 46},
     of<HttpResponses>("HTTP/1.1 200 x\r\nTransfer-Encoding: chunked\r\n\r\n\r\n0\r\n\r\n")},
    {tolerate::icy_status,
     "icy_status",
     {ErrorCode::bad_version, 0},
     of<HttpResponses>("ICY 200 OK\r\n\r\n")},
    {tolerate::missing_text, "missing_text", {ErrorCode::missing_text, 4}, of<ImapResponses>("a OK\r\n")},
    {tolerate::extra_spaces, "extra_spaces", {ErrorCode::extra_space, 8}, of<ImapResponses>("* SEARCH \r\n")},
    {tolerate::missing_text, "missing_text", {ErrorCode::missing_text, 1}, of<ImapResponses>("+\r\n")},
    {tolerate::extra_spaces, "extra_spaces", {ErrorCode::extra_space, 4}, of<ImapCommands>("a X  b\r\n")},
    {tolerate::extra_spaces,
     "extra_spaces",
     {ErrorCode::wrong_shape, 2},
     [](Tolerances t) { return pop3::read_unique_id_listing("1   msg-0001", t).error(); }},
    {tolerate::extra_spaces,
     "extra_spaces",
     {ErrorCode::wrong_shape, 2},
     [](Tolerances t) { return pop3::read_scan_listing("1  120", t).error(); }},
    {tolerate::extra_spaces,
     "extra_spaces",
     {ErrorCode::wrong_shape, 0},
     [](Tolerances t) { return pop3::read_drop_listing(" 1 120", t).error(); }},
    {tolerate::extra_spaces,
     "extra_spaces",
     {ErrorCode::wrong_shape, 0},
     [](Tolerances t) { return pop3::read_capability(" TOP", t).error(); }},
    {tolerate::extra_spaces,
     "extra_spaces",
     {ErrorCode::wrong_shape, 4},
     [](Tolerances t) { return smtp::read_ehlo_line("SIZE\t1000", t).error(); }},
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
    {tolerate::extra_spaces, "extra_spaces", {ErrorCode::extra_space, 2}, of<ImapResponses>("*  OK x\r\n")},
    {tolerate::extra_spaces, "extra_spaces", {ErrorCode::bad_condition, 2}, of<ImapResponses>("a  OK x\r\n")},
    {tolerate::unescaped_quotes,
     "unescaped_quotes",
     {ErrorCode::missing_space, 7},
     of<ImapResponses>("* X \"a\"b\"\r\n")},
    {tolerate::blank_line_after_literal,
     "blank_line_after_literal",
     {ErrorCode::unbalanced_list, 11},
     of<ImapResponses>("* X ({1}\r\na\r\n)\r\n")},
    {tolerate::tabs_in_atoms,
     "tabs_in_atoms",
     {ErrorCode::bad_token, 8},
     of<ImapResponses>("* LIST a\tb\r\n")},
    {tolerate::joined_continuation,
     "joined_continuation",
     {ErrorCode::bad_tag, 1},
     of<ImapResponses>("+a\r\n")},
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
    {tolerate::nil_strings,
     "nil_strings",
     {ErrorCode::wrong_shape, 30},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" ("c" NIL) NIL NIL "7BIT" 1))");
     }},
    {tolerate::empty_lists,
     "empty_lists",
     {ErrorCode::wrong_shape, 58},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" NIL NIL NIL "7BIT" 1 NIL NIL NIL ()))");
     }},
    {tolerate::extra_spaces,
     "extra_spaces",
     {ErrorCode::extra_space, 47},
     [](Tolerances tolerances) {
       return structure_error(tolerances,
                              R"((("a" "b" NIL NIL NIL "7BIT" 1) ("a" "b" NIL NIL NIL "7BIT" 1) "c"))");
     }},
    {tolerate::exponents,
     "exponents",
     {ErrorCode::wrong_shape, 44},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" NIL NIL NIL "7BIT" 9.3736e+06))");
     }},
    {tolerate::empty_multiparts,
     "empty_multiparts",
     {ErrorCode::wrong_shape, 26},
     [](Tolerances tolerances) { return structure_error(tolerances, R"((("mixed" NIL NIL) "mixed"))"); }},
    {tolerate::missing_sizes,
     "missing_sizes",
     {ErrorCode::wrong_shape, 49},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("text" "b" NIL NIL NIL "7BIT" 1 NIL))");
     }},
    {tolerate::missing_sizes,
     "missing_sizes",
     {ErrorCode::wrong_shape, 44},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" NIL NIL NIL "7BIT" NIL))");
     }},
    {tolerate::bare_disposition,
     "bare_disposition",
     {ErrorCode::wrong_shape, 50},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" NIL NIL NIL "7BIT" 1 NIL "inline"))");
     }},
    {tolerate::bare_disposition,
     "bare_disposition",
     {ErrorCode::wrong_shape, 50},
     [](Tolerances tolerances) {
       return structure_error(tolerances,
                              R"(("a" "b" NIL NIL NIL "7BIT" 1 NIL "attachment" ("filename" "c") "en"))");
     }},
    {tolerate::extra_lines,
     "extra_lines",
     {ErrorCode::wrong_shape, 46},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" NIL NIL NIL "7BIT" 1 2 "md5"))");
     }},
    {tolerate::missing_md5,
     "missing_md5",
     {ErrorCode::wrong_shape, 46},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" "b" NIL NIL NIL "7BIT" 1 ("inline" NIL)))");
     }},
    {tolerate::missing_subtype,
     "missing_subtype",
     {ErrorCode::wrong_shape, 21},
     [](Tolerances tolerances) {
       return structure_error(tolerances, R"(("a" ("c" "d") NIL NIL "7BIT" 1))");
     }},
    {tolerate::short_envelopes,
     "short_envelopes",
     {ErrorCode::wrong_shape, 20},
     [](Tolerances tolerances) {
       return envelope_error(tolerances, "(NIL NIL NIL NIL NIL NIL NIL NIL NIL)");
     }},
    {tolerate::nil_addresses,
     "nil_addresses",
     {ErrorCode::wrong_shape, 30},
     [](Tolerances tolerances) {
       return envelope_error(tolerances, "(NIL NIL (NIL) NIL NIL NIL NIL NIL NIL NIL)");
     }},
    {tolerate::negative_numbers,
     "negative_numbers",
     {ErrorCode::wrong_shape, 19},
     decoded("* 1 FETCH (MODSEQ (-1))\r\n", fetch_error)},
    {tolerate::negative_numbers,
     "negative_numbers",
     {ErrorCode::wrong_shape, 20},
     decoded("* OK [HIGHESTMODSEQ -1] x\r\n", code_error)},
    {tolerate::atoms_as_strings,
     "atoms_as_strings",
     {ErrorCode::wrong_shape, 6},
     decoded("* ID (name x)\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_id(response, tolerances).error();
             })},
    {tolerate::zero_numbers,
     "zero_numbers",
     {ErrorCode::number_out_of_range, 15},
     decoded("* 1 FETCH (UID 0)\r\n", fetch_error)},
    {tolerate::zero_numbers,
     "zero_numbers",
     {ErrorCode::number_out_of_range, 13},
     decoded("* OK [UNSEEN 0] x\r\n", code_error)},
    {tolerate::zero_numbers,
     "zero_numbers",
     {ErrorCode::wrong_shape, 11},
     decoded("* VANISHED 0:3\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_vanished(response, tolerances).error();
             })},
    {tolerate::large_numbers,
     "large_numbers",
     {ErrorCode::number_out_of_range, 15},
     decoded("* 1 FETCH (UID 4294967296)\r\n", fetch_error)},
    {tolerate::large_numbers,
     "large_numbers",
     {ErrorCode::wrong_shape, 18},
     decoded("* OK [APPENDUID 1 4294967296] x\r\n", code_error)},
    {tolerate::large_numbers,
     "large_numbers",
     {ErrorCode::number_out_of_range, 24},
     decoded("* STATUS a (UIDVALIDITY 1666390893380)\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_status(response, tolerances).error();
             })},
    {tolerate::unquoted_names,
     "unquoted_names",
     {ErrorCode::wrong_shape, 11},
     decoded("* STATUS a b (MESSAGES 1)\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_status(response, tolerances).error();
             })},
    {tolerate::unquoted_names,
     "unquoted_names",
     {ErrorCode::wrong_shape, 16},
     decoded("* LIST () \"/\" a b\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_listing(response, tolerances).error();
             })},
    {tolerate::empty_fetch,
     "empty_fetch",
     {ErrorCode::wrong_shape, 10},
     decoded("* 1 FETCH ()\r\n", fetch_error)},
    {tolerate::nested_items,
     "nested_items",
     {ErrorCode::wrong_shape, 17},
     decoded("* 1 FETCH (UID 5 (FLAGS ()))\r\n", fetch_error)},
    {tolerate::missing_values,
     "missing_values",
     {ErrorCode::wrong_shape, 11},
     decoded("* 1 FETCH (BODY[2] UID 9)\r\n", fetch_error)},
    {tolerate::quoted_flags,
     "quoted_flags",
     {ErrorCode::wrong_shape, 9},
     decoded("* FLAGS (\"\\\\Seen\")\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_flags(response, tolerances).error();
             })},
    {tolerate::quoted_flags,
     "quoted_flags",
     {ErrorCode::wrong_shape, 8},
     decoded("* LIST (\"\\\\Noselect\") \"/\" x\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_listing(response, tolerances).error();
             })},
    {tolerate::star_flag,
     "star_flag",
     {ErrorCode::wrong_shape, 9},
     decoded("* FLAGS (\\*)\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_flags(response, tolerances).error();
             })},
    {tolerate::empty_sets,
     "empty_sets",
     {ErrorCode::wrong_shape, 0},
     decoded("* VANISHED (EARLIER)\r\n",
             [](const imap::Response& response, Tolerances tolerances) {
               return read_vanished(response, tolerances).error();
             })},
    {tolerate::empty_sets,
     "empty_sets",
     {ErrorCode::wrong_shape, 6},
     decoded("* OK [COPYUID 7] x\r\n", code_error)},
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
  std::set<std::uint64_t> bits;
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

TEST(Tolerances, ASetHasANameOfItsOwnAndMoreThanOneSwitch) {
  for (const auto& known : tolerate::sets()) {
    EXPECT_GT(std::popcount(known.set.bits()), 1) << known.name;
    EXPECT_GT(known.risk.size(), 20U) << known.name;
    EXPECT_EQ(tolerate::by_name(known.name), known.set);
    for (const auto& single : tolerate::all()) EXPECT_NE(single.name, known.name);
    const auto in_set = [&](std::uint64_t bits, const tolerate::Named& single) {
      return known.set.has(single.set) ? bits & ~single.set.bits() : bits;
    };
    EXPECT_EQ(std::accumulate(tolerate::all().begin(), tolerate::all().end(), known.set.bits(), in_set), 0U)
        << known.name << " has a switch without a name";
  }
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
