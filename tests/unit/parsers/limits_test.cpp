// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every limit of every parser: one under it and at it a stream is read, one over it is refused,
// with the error at its place. A limit without a row here does not compile, or fails.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <functional>
#include <limits>
#include <string>
#include <type_traits>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "every_parser.hpp"
#include "every_target.hpp"

namespace backtalk {
namespace {

// The error that a run ended with, or this if the limit shows in another way.
constexpr Error kNotTaken{ErrorCode::count_of_codes, 0};

std::string times(std::size_t count, std::string_view text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

std::string as(std::size_t count) {
  return std::string(count, 'a');
}

TEST(Limits, TheDefaultsAreThoseOfTheBuild) {
  EXPECT_EQ(detail::kTinyLimits, BACKTALK_EXPECTS_TINY_LIMITS);
  EXPECT_EQ(smtp::ReplyLimits{}.line_octets_max, BACKTALK_EXPECTS_TINY_LIMITS ? 80 : 4096);
}

template <class Limits>
struct Row {
  const char* name;
  void (*set)(Limits&, std::size_t);
  std::size_t max;                                         // the value that the limit is set to
  std::string (*stream)(std::size_t);                      // a stream that uses so much
  Error over;                                              // the error with one more
  std::function<Error(const Limits&, std::size_t)> run{};  // in place of feeding the stream
};

// The first error of a stream: the parser's, or, of IMAP, one inside a message.
template <class Kind>
Error error_of(const typename Kind::Limits& limits, std::string_view stream, std::size_t piece) {
  typename Kind::Parser parser(limits);
  Error inside;
  while (!stream.empty()) {
    const std::string_view bytes = stream.substr(0, piece);
    stream.remove_prefix(bytes.size());
    parser.feed(bytes);
    while (const auto* given = parser.next()) {
      if constexpr (requires { given->error; }) {
        if (given->error && !inside) inside = given->error;
      }
    }
    if (parser.error()) return parser.error();
  }
  return inside;
}

// All limits so large that none of them is met.
template <class Limits>
Limits roomy(const std::vector<Row<Limits>>& rows) {
  Limits limits;
  for (const Row<Limits>& row : rows) row.set(limits, 100'000);
  return limits;
}

template <class Limits>
std::vector<std::size_t> words_of(const Limits& limits) {
  static_assert(sizeof(Limits) % sizeof(std::size_t) == 0, "every limit is a number of that size");
  std::vector<std::size_t> words(sizeof(Limits) / sizeof(std::size_t));
  std::memcpy(words.data(), &limits, sizeof limits);
  return words;
}

// A row for each member: each row changes another one, and together they change all.
template <class Limits>
void check_that_all_are_there(const std::vector<Row<Limits>>& rows) {
  ASSERT_EQ(rows.size(), sizeof(Limits) / sizeof(std::size_t)) << "a limit has no row";
  std::vector<bool> changed(rows.size(), false);
  for (const Row<Limits>& row : rows) {
    Limits limits;
    const std::vector<std::size_t> before = words_of(limits);
    row.set(limits, 123'456'789);
    const std::vector<std::size_t> after = words_of(limits);
    for (std::size_t i = 0; i < before.size(); ++i) {
      if (before[i] != after[i]) changed[i] = true;
    }
  }
  EXPECT_EQ(std::ranges::count(changed, true), static_cast<std::ptrdiff_t>(rows.size()));
}

// Requests have neither interim messages nor answers that are awaited: those limits are for
// responses.
template <class Kind>
bool applies(std::string_view name) {
  return !std::is_same_v<Kind, HttpRequests> || (name != "interims_max" && name != "expectations_max");
}

template <class Kind>
void check_rows(const std::vector<Row<typename Kind::Limits>>& rows) {
  check_that_all_are_there(rows);
  under_every_target([&rows] {
    for (const auto& row : rows) {
      if (!applies<Kind>(row.name)) continue;
      SCOPED_TRACE(std::string(Kind::kName) + ", " + row.name);
      auto limits = roomy(rows);
      row.set(limits, row.max);
      for (const std::size_t piece :
           {std::size_t{1}, std::size_t{2}, std::size_t{17}, std::size_t{100'000}}) {
        const auto run = [&](std::size_t n) {
          return row.run ? row.run(limits, n) : error_of<Kind>(limits, row.stream(n), piece);
        };
        EXPECT_EQ(run(row.max - 1), Error{}) << "one under, in pieces of " << piece;
        EXPECT_EQ(run(row.max), Error{}) << "at it, in pieces of " << piece;
        const Error over = run(row.max + 1);
        EXPECT_EQ(word(over.code == kNotTaken.code ? ErrorCode::none : over.code),
                  word(row.over.code == kNotTaken.code ? ErrorCode::none : row.over.code));
        EXPECT_EQ(over, row.over) << "one over, in pieces of " << piece << ": at " << over.offset;
      }
    }
  });
}

// Everything that a parser with these limits reads in a stream.
template <class Kind>
std::string read_with(const typename Kind::Limits& limits, std::string_view stream, std::size_t piece) {
  typename Kind::Parser parser(limits);
  std::string out;
  for (std::size_t at = 0; at < stream.size(); at += piece) {
    feed_copy<Kind>(parser, stream.substr(at, piece), out);
  }
  return out + standing(parser);
}

// The largest numbers: no sum of them wraps around and allows nothing, or too much, or keeps
// nothing of what is cut.
template <class Kind>
void check_the_largest(const std::vector<Row<typename Kind::Limits>>& rows) {
  const auto enough = roomy(rows);
  auto limits = enough;
  for (const auto& row : rows) {
    if (std::string_view(row.name) != "expectations_max") {
      row.set(limits, std::numeric_limits<std::size_t>::max());
    }
  }
  for (const auto& row : rows) {
    if (row.run || !applies<Kind>(row.name)) continue;
    SCOPED_TRACE(std::string(Kind::kName) + ", " + row.name);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{1000}}) {
      EXPECT_EQ(error_of<Kind>(limits, row.stream(row.max + 1), piece), Error{});
    }
    // With more behind it, so that buffers are used again.
    const std::string stream = row.stream(row.max + 1) + std::string(Kind::kStream);
    const std::string expected = read_with<Kind>(enough, stream, stream.size());
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{64}, std::size_t{700}}) {
      EXPECT_EQ(read_with<Kind>(limits, stream, piece), expected);
    }
  }
}

// -- SMTP

const std::vector<Row<smtp::ReplyLimits>> kSmtpReplyRows{
    {"line_octets_max",
     [](auto& limits, std::size_t n) { limits.line_octets_max = n; },
     40,
     [](std::size_t n) { return "250 " + as(n - 6) + "\r\n"; },
     {ErrorCode::line_too_long, 40}},
    {"reply_lines_max",
     [](auto& limits, std::size_t n) { limits.reply_lines_max = n; },
     3,
     [](std::size_t n) { return times(n - 1, "250-a\r\n") + "250 b\r\n"; },
     {ErrorCode::too_many_lines, 21}},
    {"reply_octets_max",
     [](auto& limits, std::size_t n) { limits.reply_octets_max = n; },
     64,
     [](std::size_t n) { return "250-" + as(24) + "\r\n250 " + as(n - 36) + "\r\n"; },
     {ErrorCode::reply_too_long, 64}},
};

const std::vector<Row<smtp::CommandLimits>> kSmtpCommandRows{
    {"line_octets_max",
     [](auto& limits, std::size_t n) { limits.line_octets_max = n; },
     40,
     [](std::size_t n) { return "NOOP " + as(n - 7) + "\r\nNOOP\r\n"; },
     {ErrorCode::line_too_long, 40}},
};

// -- POP3

const std::vector<Row<pop3::ResponseLimits>> kPop3ResponseRows{
    {"line_octets_max",
     [](auto& limits, std::size_t n) { limits.line_octets_max = n; },
     40,
     [](std::size_t n) { return "+OK " + as(n - 6) + "\r\n"; },
     {ErrorCode::line_too_long, 40}},
    {"expectations_max", [](auto& limits, std::size_t n) { limits.expectations_max = n; }, 5, nullptr,
     kNotTaken,
     [](const pop3::ResponseLimits& limits, std::size_t n) {
       pop3::ResponseParser parser(limits);  // the greeting is the first of them
       for (std::size_t i = 1; i < n; ++i) {
         if (!parser.expect(pop3::Expect::single_line)) return kNotTaken;
       }
       return parser.expected() == n ? Error{} : kNotTaken;
     }},
};

const std::vector<Row<pop3::CommandLimits>> kPop3CommandRows{
    {"line_octets_max",
     [](auto& limits, std::size_t n) { limits.line_octets_max = n; },
     40,
     [](std::size_t n) { return "NOOP " + as(n - 7) + "\r\nNOOP\r\n"; },
     {ErrorCode::line_too_long, 40}},
};

// -- HTTP: the same rows for both directions, but for the start line and what only responses have

template <bool response>
std::string start(std::string_view fields) {
  // 16 and 17 octets
  return (response ? "HTTP/1.1 204 x\r\n" : "GET /a HTTP/1.1\r\n") + std::string(fields);
}

template <bool response>
std::string chunked(const std::string& body) {
  return (response ? "HTTP/1.1 200 x\r\n" : "PUT /a HTTP/1.1\r\n") +
         std::string("Transfer-Encoding: chunked\r\n\r\n") + body;
}

template <bool response>
std::vector<Row<http::Limits>> http_rows() {
  constexpr std::size_t kStart = response ? 16 : 17;
  constexpr std::size_t kChunkedHead = kStart + 30;
  return {
      {"head_octets_max",
       [](auto& limits, std::size_t n) { limits.head_octets_max = n; },
       60,
       [](std::size_t n) { return start<response>("A: " + as(n - kStart - 7) + "\r\n\r\n"); },
       {ErrorCode::head_too_long, 60}},
      {"line_octets_max",
       [](auto& limits, std::size_t n) { limits.line_octets_max = n; },
       50,
       [](std::size_t n) { return start<response>("A: " + as(n - 5) + "\r\nB: c\r\n\r\n"); },
       {ErrorCode::line_too_long, kStart + 50}},
      {"fields_max",
       [](auto& limits, std::size_t n) { limits.fields_max = n; },
       7,
       [](std::size_t n) { return start<response>(times(n, "A: b\r\n") + "\r\n"); },
       {ErrorCode::too_many_fields, kStart + std::size_t{7} * 6}},
      {"trailer_octets_max",
       [](auto& limits, std::size_t n) { limits.trailer_octets_max = n; },
       40,
       [](std::size_t n) { return chunked<response>("0\r\nA: " + as(n - 7) + "\r\n\r\n"); },
       {ErrorCode::trailers_too_long, kChunkedHead + 3 + 40}},
      {"chunk_extension_octets_max",
       [](auto& limits, std::size_t n) { limits.chunk_extension_octets_max = n; },
       20,
       [](std::size_t n) {
         return chunked<response>("1;" + as(9) + "\r\nx\r\n0;" + as(n - 11) + "\r\n\r\n");
       },
       {ErrorCode::chunk_extensions_too_long, kChunkedHead + 1 + 10 + 2 + 3 + 1 + 10}},
      {"interims_max",
       [](auto& limits, std::size_t n) { limits.interims_max = n; },
       3,
       [](std::size_t n) { return times(n, "HTTP/1.1 100 x\r\n\r\n") + "HTTP/1.1 204 x\r\n\r\n"; },
       {ErrorCode::too_many_interims, 3 * 18}},
      {"expectations_max", [](auto& limits, std::size_t n) { limits.expectations_max = n; }, 5, nullptr,
       kNotTaken,
       [](const http::Limits& limits, std::size_t n) {
         http::ResponseParser parser(limits);
         for (std::size_t i = 0; i < n; ++i) {
           if (!parser.expect(http::Method::head)) return kNotTaken;
         }
         return parser.expected() == n ? Error{} : kNotTaken;
       }},
  };
}

// -- IMAP: the same rows for both directions

template <bool response>
Error gathered_or_not(const imap::Limits& limits, std::size_t n) {
  const std::string stream = (response ? "* X {" : "a X {") + std::to_string(n) + "}\r\n" + as(n) + "\r\n";
  const auto streamed = [&stream](auto parser) {
    parser.feed(stream);
    while (const auto* given = parser.next()) {
      if (!given->literal.empty()) return kNotTaken;
    }
    return parser.error();
  };
  return response ? streamed(imap::ResponseParser(limits)) : streamed(imap::CommandParser(limits));
}

template <bool response>
std::vector<Row<imap::Limits>> imap_rows() {
  static constexpr std::string_view kX = response ? "* X" : "a X";
  return {
      {"line_octets_max",
       [](auto& limits, std::size_t n) { limits.line_octets_max = n; },
       40,
       [](std::size_t n) { return std::string(kX) + ' ' + as(n - 6) + "\r\n" + std::string(kX) + "\r\n"; },
       {ErrorCode::line_too_long, 40}},
      {"literal_octets_max",
       [](auto& limits, std::size_t n) { limits.literal_octets_max = n; },
       50,
       [](std::size_t n) { return std::string(kX) + " {" + std::to_string(n) + "}\r\n" + as(n) + "\r\n"; },
       {ErrorCode::literal_too_long, 4}},
      {"literal_gather_octets_max", [](auto& limits, std::size_t n) { limits.literal_gather_octets_max = n; },
       30, nullptr, kNotTaken, &gathered_or_not<response>},
      {"response_octets_max",
       [](auto& limits, std::size_t n) { limits.response_octets_max = n; },
       64,
       [](std::size_t n) { return std::string(kX) + " {20}\r\n" + as(20) + ' ' + as(n - 33) + "\r\n"; },
       {ErrorCode::reply_too_long, 30}},
      // A command's tag and name do not count as tokens; a response's name does.
      {"tokens_max",
       [](auto& limits, std::size_t n) { limits.tokens_max = n; },
       6,
       [](std::size_t n) { return std::string(kX) + times(response ? n - 1 : n, " a") + "\r\n"; },
       {ErrorCode::too_many_tokens, response ? 2 + 2 * 6 : 4 + 2 * 6}},
      {"depth_max",
       [](auto& limits, std::size_t n) { limits.depth_max = n; },
       5,
       [](std::size_t n) { return std::string(kX) + ' ' + times(n, "(") + 'a' + times(n, ")") + "\r\n"; },
       {ErrorCode::nesting_too_deep, 4 + 5}},
  };
}

TEST(Limits, OfSmtpReplies) {
  check_rows<SmtpReplies>(kSmtpReplyRows);
  check_the_largest<SmtpReplies>(kSmtpReplyRows);
}

TEST(Limits, OfSmtpCommands) {
  check_rows<SmtpCommands>(kSmtpCommandRows);
  check_the_largest<SmtpCommands>(kSmtpCommandRows);
}

TEST(Limits, OfPop3Responses) {
  check_rows<Pop3Responses>(kPop3ResponseRows);
  check_the_largest<Pop3Responses>(kPop3ResponseRows);
}

TEST(Limits, OfPop3Commands) {
  check_rows<Pop3Commands>(kPop3CommandRows);
  check_the_largest<Pop3Commands>(kPop3CommandRows);
}

TEST(Limits, OfHttpResponses) {
  check_rows<HttpResponses>(http_rows<true>());
  check_the_largest<HttpResponses>(http_rows<true>());
}

TEST(Limits, OfHttpRequests) {
  check_rows<HttpRequests>(http_rows<false>());
  check_the_largest<HttpRequests>(http_rows<false>());
}

TEST(Limits, OfImapResponses) {
  check_rows<ImapResponses>(imap_rows<true>());
  check_the_largest<ImapResponses>(imap_rows<true>());
}

TEST(Limits, OfImapCommands) {
  check_rows<ImapCommands>(imap_rows<false>());
  check_the_largest<ImapCommands>(imap_rows<false>());
}

// A literal of the largest size, under the largest limits: its size is added to that of the
// preceding octets, and the sum must not wrap around.
TEST(Limits, TheLargestLiteralDoesNotWrapAround) {
  imap::Limits limits;
  limits.literal_octets_max = std::numeric_limits<std::uint64_t>::max();
  limits.literal_gather_octets_max = std::numeric_limits<std::size_t>::max();
  limits.response_octets_max = std::numeric_limits<std::size_t>::max();
  EXPECT_EQ(error_of<ImapResponses>(limits, "* X {18446744073709551615}\r\nabc", 100),
            (Error{ErrorCode::literal_too_long, 4}));
  limits.response_octets_max = 1000;
  EXPECT_EQ(error_of<ImapResponses>(limits, "* X {4611686018427387903}\r\nabc", 100),
            (Error{ErrorCode::reply_too_long, 4}));
}

}  // namespace
}  // namespace backtalk
