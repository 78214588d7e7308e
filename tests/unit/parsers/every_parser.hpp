// SPDX-License-Identifier: Apache-2.0 OR MIT
// All eight parsers under one interface: what is true of each of them is tested on each of them.
//
// A kind of parser is a struct: how to make it, a stream that it reads without an error, one that
// it refuses, and its events as text, in which the stretches of a body are joined so that the text
// does not depend on the cuts.
#pragma once

#include <array>
#include <charconv>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "backtalk/imap/command_parser.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/pop3/response_parser.hpp"
#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk {

// A number as text, without allocating: tests that count allocations use the readers below.
class Digits {
 public:
  explicit Digits(unsigned number)
      : size_(static_cast<std::size_t>(
            std::to_chars(digits_.data(), digits_.data() + digits_.size(), number).ptr - digits_.data())) {}
  [[nodiscard]] std::string_view text() const { return {digits_.data(), size_}; }

 private:
  std::array<char, 10> digits_{};
  std::size_t size_;
};

struct SmtpReplies {
  using Parser = smtp::ReplyParser;
  using Limits = smtp::ReplyLimits;
  static constexpr std::string_view kName = "smtp replies";
  static constexpr std::string_view kStream =
      "220 mx ESMTP\r\n250-mx\r\n250-SIZE 1000\r\n250 PIPELINING\r\n250-2.1.5 a\r\n250 2.1.5 b\r\n354\r\n";
  static constexpr std::string_view kBroken = "250-a\r\n250-b\r\n251 c\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    while (const smtp::Reply* reply = parser.next()) {
      take(Digits(reply->code).text());
      for (const std::string_view line : reply->lines) take(line);
    }
  }
};

struct SmtpCommands {
  using Parser = smtp::CommandParser;
  using Limits = smtp::CommandLimits;
  static constexpr std::string_view kName = "smtp commands";
  static constexpr std::string_view kStream =
      "EHLO a.example\r\nMAIL FROM:<a@b> SIZE=5\r\nDATA\r\nHello\r\n..dot\r\n.\r\nBDAT 5\r\nab\r\ncQUIT\r\n";
  static constexpr std::string_view kBroken = "DATA\r\nab\r\nc\rd";

  template <class Take>
  static void read(Parser& parser, Take take) {
    while (const smtp::Input* input = parser.next()) {
      switch (input->kind) {
        case smtp::Input::Kind::command:
          take(input->command.name);
          take(input->command.arguments);
          if (input->command.verb == smtp::Verb::data) parser.expect_data();
          if (input->command.verb == smtp::Verb::bdat) {
            parser.expect_chunk(read_chunk(input->command)->octets);
          }
          break;
        case smtp::Input::Kind::octets: take(input->octets); break;
        case smtp::Input::Kind::end_of_data: take("."); break;
      }
    }
  }
};

struct Pop3Responses {
  using Parser = pop3::ResponseParser;
  using Limits = pop3::ResponseLimits;
  static constexpr std::string_view kName = "pop3 responses";
  static constexpr std::string_view kStream =
      "+OK POP3\r\n+OK 2 messages\r\n1 120\r\n2 200\r\n.\r\n+OK 120 octets\r\nSubject: "
      "x\r\n\r\n..dot\r\n.\r\n"
      "-ERR [IN-USE] later\r\n";
  static constexpr std::string_view kBroken = "+OK\r\n+OK 1\r\na\rb\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    parser.expect_otherwise(pop3::Expect::automatic);
    while (const pop3::Event* event = parser.next()) {
      if (event->kind == pop3::Event::Kind::status) take(event->status.text);
      if (event->kind == pop3::Event::Kind::end) take(".");
      take(event->data);
    }
  }
};

struct Pop3Commands {
  using Parser = pop3::CommandParser;
  using Limits = pop3::CommandLimits;
  static constexpr std::string_view kName = "pop3 commands";
  static constexpr std::string_view kStream =
      "USER a\r\nPASS b c\r\nAUTH PLAIN\r\nAGEAYg==\r\nRETR 1\r\nquit\r\n";
  static constexpr std::string_view kBroken = "USER a\r\nAUTH PLAIN\r\nPA\nSS b\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    while (const pop3::Input* input = parser.next()) {
      if (input->kind == pop3::Input::Kind::sasl_response) {
        take(input->response);
        continue;
      }
      take(input->command.keyword);
      take(input->command.arguments);
      if (input->command.verb == pop3::Verb::auth) parser.expect_sasl_response();
    }
  }
};

// What both HTTP parsers give.
template <class Parser, class Take>
void read_http(Parser& parser, Take take) {
  while (const auto* event = parser.next()) {
    using Kind = std::remove_cvref_t<decltype(event->kind)>;
    switch (event->kind) {
      case Kind::head:
        for (const http::Field& field : event->head.fields) {
          take(field.name);
          take(field.value);
        }
        break;
      case Kind::end:
        take("end");
        for (const http::Field& field : event->trailers) take(field.value);
        break;
      case Kind::octets:
      case Kind::opaque: take(event->octets); break;
    }
  }
}

struct HttpResponses {
  using Parser = http::ResponseParser;
  using Limits = http::Limits;
  static constexpr std::string_view kName = "http responses";
  static constexpr std::string_view kStream =
      "HTTP/1.1 103 Early\r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 5\r\n\r\nhello"
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\nT: v\r\n\r\n"
      "HTTP/1.1 204 None\r\n\r\n";
  static constexpr std::string_view kBroken =
      "HTTP/1.1 100 Go\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    read_http(parser, take);
  }
};

struct HttpRequests {
  using Parser = http::RequestParser;
  using Limits = http::Limits;
  static constexpr std::string_view kName = "http requests";
  static constexpr std::string_view kStream =
      "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\nPOST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
      "PUT /y HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
  static constexpr std::string_view kBroken = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    read_http(parser, take);
  }
};

// The texts of a row of tokens.
template <class Take>
void take_tokens(std::span<const imap::Token> row, Take take) {
  for (const imap::Token& token : row) {
    take(Digits(static_cast<unsigned>(token.kind)).text());
    take(token.text);
  }
}

struct ImapResponses {
  using Parser = imap::ResponseParser;
  using Limits = imap::Limits;
  static constexpr std::string_view kName = "imap responses";
  static constexpr std::string_view kStream =
      "* OK [CAPABILITY IMAP4rev1 IDLE] hello\r\n* 1 FETCH (FLAGS (\\Seen) BODY[] {5}\r\nhello UID 7)\r\n"
      "* LIST () \"/\" \"a \\\"b\\\"\"\r\n+ go on\r\na1 OK [UIDNEXT 8] done\r\n"
      "* 2 FETCH (BODY[TEXT] "
      "{70}\r\n0123456789012345678901234567890123456789012345678901234567890123456789)\r\n";
  static constexpr std::string_view kBroken = "* 1 FETCH (BODY[] {3}\r\nabc UID \"5 {9}\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    while (const imap::Response* response = parser.next()) {
      if (response->kind == imap::Response::Kind::literal) {
        take(response->literal);
        continue;
      }
      take(response->tag);
      take_tokens(response->code, take);
      take_tokens(response->data, take);
      take(response->text);
      take(word(response->error.code));
    }
  }
};

struct ImapCommands {
  using Parser = imap::CommandParser;
  using Limits = imap::Limits;
  static constexpr std::string_view kName = "imap commands";
  static constexpr std::string_view kStream =
      "a1 LOGIN {3}\r\nfoo \"bar\"\r\na2 APPEND x {2+}\r\nhi\r\na3 UID FETCH 1:* (FLAGS BODY[1]<0.5>)\r\n"
      "a4 AUTHENTICATE PLAIN\r\nAGEAYg==\r\na5 LOGOUT\r\n";
  static constexpr std::string_view kBroken = "a1 LOGIN {3}\r\nfoo {x {9}\r\n";

  template <class Take>
  static void read(Parser& parser, Take take) {
    while (const imap::Input* input = parser.next()) {
      switch (input->kind) {
        case imap::Input::Kind::literal_wanted: take("+"); break;
        case imap::Input::Kind::octets: take(input->literal); break;
        case imap::Input::Kind::line: take(input->text); break;
        case imap::Input::Kind::command:
          take(input->tag);
          take(input->name);
          take_tokens(input->arguments.row(), take);
          take(word(input->error.code));
          if (input->name == "AUTHENTICATE") parser.expect_line();
          break;
      }
    }
  }
};

// Everything that a parser gave and how it stands after that, as one text.
template <class Kind>
void read_into(typename Kind::Parser& parser, std::string& out) {
  Kind::read(parser, [&out](std::string_view text) { out += text; });
}

template <class Parser>
std::string standing(const Parser& parser) {
  return std::string(word(parser.error().code)) + ' ' + std::to_string(parser.error().offset) +
         (parser.in_message() ? " in a message" : "");
}

// A piece that is gone after it was read, so that an address sanitizer sees a view kept too long.
template <class Kind>
void feed_copy(typename Kind::Parser& parser, std::string_view bytes, std::string& out) {
  const auto copy = std::make_unique<char[]>(bytes.size());
  if (!bytes.empty()) std::memcpy(copy.get(), bytes.data(), bytes.size());
  parser.feed({copy.get(), bytes.size()});
  read_into<Kind>(parser, out);
}

// The events that a new parser reads in a stream.
template <class Kind>
std::string what_is_read(std::string_view stream) {
  typename Kind::Parser parser;
  std::string out;
  feed_copy<Kind>(parser, stream, out);
  return out + standing(parser);
}

}  // namespace backtalk
