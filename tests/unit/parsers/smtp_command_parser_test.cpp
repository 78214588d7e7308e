// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/smtp/command_parser.hpp"

#include <gtest/gtest.h>

#include <string>

#include "every_target.hpp"

namespace backtalk::smtp {
namespace {

// Serves as a server would: DATA and BDAT are accepted. One line for each event; octets are joined.
class Served {
 public:
  explicit Served(Tolerances tolerances = {}) : parser_({.line_octets_max = 100}, tolerances) {}

  void feed(std::string_view bytes) {
    const std::string piece(bytes);
    parser_.feed(piece);
    while (const Input* input = parser_.next()) take(*input);
  }

  // Gives back the rest after each input, and feeds it again from other memory.
  void feed_with_pauses(std::string_view bytes) {
    std::string piece(bytes);
    parser_.feed(piece);
    while (const Input* input = parser_.next()) {
      take(*input);
      std::string left(parser_.give_back());
      piece.swap(left);
      parser_.feed(piece);
    }
  }

  [[nodiscard]] std::string log() const {
    std::string text = log_;
    if (parser_.error()) {
      text +=
          std::string(word(parser_.error().code)) + " at " + std::to_string(parser_.error().offset) + '\n';
    }
    return text;
  }

  [[nodiscard]] bool in_message() const { return parser_.in_message(); }

 private:
  void take(const Input& input) {
    switch (input.kind) {
      case Input::Kind::octets: data_ += input.octets; return;
      case Input::Kind::end_of_data:
        log_ += "data " + testing::PrintToString(data_) + '\n';
        data_.clear();
        return;
      case Input::Kind::command: break;
    }
    const Command& command = input.command;
    log_ += std::to_string(command.offset) + ' ' + std::string(command.name) + '|' +
            std::string(command.arguments) + '\n';
    if (command.verb == Verb::data) parser_.expect_data();
    if (command.verb == Verb::bdat) parser_.expect_chunk(read_chunk(command)->octets);
  }

  CommandParser parser_;
  std::string log_;
  std::string data_;
};

void expect_log(std::string_view stream, const std::string& expected, Tolerances tolerances = {}) {
  under_every_target([&] {
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
      Served served(tolerances);
      served.feed(stream.substr(0, cut));
      served.feed(stream.substr(cut));
      ASSERT_EQ(served.log(), expected) << "cut at " << cut;
    }
    Served served(tolerances);
    for (const char& byte : stream) served.feed({&byte, 1});
    ASSERT_EQ(served.log(), expected) << "byte by byte";
    Served paused(tolerances);
    paused.feed_with_pauses(stream);
    ASSERT_EQ(paused.log(), expected) << "with a pause after each input";
  });
}

// RFC 5321 appendix D.1, the client's side, as one pipelined stream.
TEST(CommandParser, AConversation) {
  expect_log(
      "EHLO bar.com\r\nMAIL FROM:<Smith@bar.com>\r\nRCPT TO:<Jones@foo.com>\r\nDATA\r\n"
      "Blah blah blah...\r\n..etc. etc.\r\n.\r\nQUIT\r\n",
      "0 EHLO|bar.com\n14 MAIL|FROM:<Smith@bar.com>\n41 RCPT|TO:<Jones@foo.com>\n66 DATA|\n"
      "data \"Blah blah blah...\\r\\n.etc. etc.\\r\\n\"\n107 QUIT|\n");
}

// RFC 3030 4: chunks may contain any byte; line ends and commands in them do not count.
TEST(CommandParser, Chunks) {
  using namespace std::string_literals;
  expect_log("BDAT 6\r\n\r\n.\r\n\0BDAT 0 LAST\r\nBDAT 3\r\nab\rRSET\r\n"s,
             "0 BDAT|6\ndata \"\\r\\n.\\r\\n\\0\"\n14 BDAT|0 LAST\ndata \"\"\n27 BDAT|3\ndata \"ab\\r\"\n38 "
             "RSET|\n");
}

TEST(CommandParser, AChunkThatEndsInCrDoesNotMakeALineEnd) {
  expect_log("BDAT 3\r\nab\r\nRSET\r\n", "0 BDAT|3\ndata \"ab\\r\"\nbare-lf at 11\n");
}

TEST(CommandParser, SmuggledEndOfDataIsAnError) {
  expect_log("DATA\r\na\n.\r\nMAIL FROM:<x>\r\n", "0 DATA|\nbare-lf at 7\n");
  expect_log("DATA\r\na\r\n.\nMAIL FROM:<x>\r\n", "0 DATA|\nbare-lf at 10\n");
  expect_log("DATA\r\na\r\n.\rMAIL FROM:<x>\r\n", "0 DATA|\nbare-cr at 10\n");
}

TEST(CommandParser, EvenWithBareLfToleratedItDoesNotEndTheData) {
  expect_log("DATA\na\n.\nRSET\r\n.\r\nQUIT\n", "0 DATA|\ndata \"a\\n.\\nRSET\\r\\n\"\n18 QUIT|\n",
             tolerate::bare_lf);
}

TEST(CommandParser, WhatIsWrongInsideALineKeepsTheFrame) {
  expect_log("\r\nFOO  bar\r\nmail from:<a>\r\n \r\n", "0 |\n2 FOO| bar\n12 mail|from:<a>\n27 |\n");
}

TEST(CommandParser, BrokenLinesAreErrors) {
  using namespace std::string_literals;
  expect_log("NOOP\r\nNO\nOP\r\n", "0 NOOP|\nbare-lf at 8\n");
  expect_log("NOOP\r\nNO\rOP\r\n", "0 NOOP|\nbare-cr at 8\n");
  expect_log("NO\0OP\r\n"s, "nul at 2\n");
  expect_log(std::string(100, 'A') + "\r\n", "line-too-long at 100\n");
  expect_log("A" + std::string(97, ' ') + "\r\n", "0 A|" + std::string(96, ' ') + "\n");
}

TEST(CommandParser, VerbsAreKnownInAnyCase) {
  for (const auto& [line, verb] :
       {std::pair{"ehlo x\r\n", Verb::ehlo}, std::pair{"HeLo x\r\n", Verb::helo},
        std::pair{"LHLO x\r\n", Verb::lhlo}, std::pair{"StartTLS\r\n", Verb::starttls},
        std::pair{"AUTH PLAIN\r\n", Verb::auth}, std::pair{"VRFY x\r\n", Verb::vrfy},
        std::pair{"EXPN x\r\n", Verb::expn}, std::pair{"HELP\r\n", Verb::help},
        std::pair{"QUITX\r\n", Verb::unknown}, std::pair{"QUI\r\n", Verb::unknown}}) {
    CommandParser parser;
    parser.feed(line);
    const Input* input = parser.next();
    ASSERT_NE(input, nullptr) << line;
    EXPECT_EQ(input->command.verb, verb) << line;
  }
}

TEST(CommandParser, KnowsWhetherItIsInsideAMessage) {
  for (const auto& [stream, inside] :
       {std::pair{"", false}, std::pair{"NOOP\r\n", false}, std::pair{"NOO", true},
        std::pair{"DATA\r\n", true}, std::pair{"DATA\r\na\r\n.\r\n", false}, std::pair{"BDAT 2\r\na", true},
        std::pair{"BDAT 2\r\nab", false}}) {
    Served served;
    served.feed(stream);
    EXPECT_EQ(served.in_message(), inside) << stream;
  }
}

// RFC 3207 5, CVE-2021-38371: commands received in clear text after STARTTLS must not be executed
// inside TLS.
TEST(CommandParser, RefusesCommandsInjectedBeforeTls) {
  CommandParser parser;
  parser.feed("STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_FALSE(parser.begin_tls());
  EXPECT_EQ(parser.error(), (Error{ErrorCode::starttls_injection, 10}));
  EXPECT_EQ(parser.next(), nullptr);
}

TEST(CommandParser, BeginsTlsWhereNothingFollows) {
  CommandParser parser;
  parser.feed("STARTTLS\r\n");
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_TRUE(parser.begin_tls());
  EXPECT_FALSE(parser.error());
}

TEST(CommandParser, ResetForgetsErrorAndData) {
  CommandParser parser;
  parser.feed("DATA\r\na\n");
  ASSERT_NE(parser.next(), nullptr);
  parser.expect_data();
  while (parser.next() != nullptr) {
  }
  ASSERT_TRUE(parser.error());
  parser.reset();
  EXPECT_FALSE(parser.error());
  EXPECT_FALSE(parser.in_message());
  parser.feed("NOOP\r\n");
  const Input* input = parser.next();
  ASSERT_NE(input, nullptr);
  EXPECT_EQ(input->command.verb, Verb::noop);
  EXPECT_EQ(input->command.offset, 0U);
}

TEST(CommandParser, SaysWhereWhatWasBegunStarts) {
  CommandParser parser;
  EXPECT_EQ(parser.message_offset(), 0U);
  parser.feed("DATA\r\nab");
  ASSERT_NE(parser.next(), nullptr);
  parser.expect_data();
  EXPECT_EQ(parser.message_offset(), 6U);
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.message_offset(), 6U);
  parser.feed("c\r\n.\r\nBDAT 5\r\nxy");
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next()->kind, Input::Kind::end_of_data);
  EXPECT_EQ(parser.message_offset(), 14U);
  ASSERT_NE(parser.next(), nullptr);
  parser.expect_chunk(5);
  ASSERT_NE(parser.next(), nullptr);
  EXPECT_EQ(parser.message_offset(), 22U);
  ASSERT_EQ(parser.next(), nullptr);
  parser.feed("zzzQU");
  ASSERT_NE(parser.next(), nullptr);
  ASSERT_EQ(parser.next()->kind, Input::Kind::end_of_data);
  ASSERT_EQ(parser.next(), nullptr);
  EXPECT_EQ(parser.message_offset(), 27U);
  EXPECT_TRUE(parser.in_message());
}

// What ends a message has none of its octets, so that they are not taken twice.
TEST(SmtpCommandParser, TheEndOfAMessageHasNoOctets) {
  for (const bool chunk : {false, true}) {
    CommandParser parser;
    parser.feed(chunk ? "BDAT 4\r\nab\r\n" : "DATA\r\nab\r\n.\r\n");
    ASSERT_NE(parser.next(), nullptr);
    if (chunk) {
      parser.expect_chunk(4);
    } else {
      parser.expect_data();
    }
    const Input* input = parser.next();
    ASSERT_NE(input, nullptr);
    EXPECT_EQ(input->kind, Input::Kind::octets);
    EXPECT_EQ(input->octets, "ab\r\n");
    input = parser.next();
    ASSERT_NE(input, nullptr);
    EXPECT_EQ(input->kind, Input::Kind::end_of_data);
    EXPECT_EQ(input->octets, "");
    EXPECT_EQ(parser.next(), nullptr);
  }
}

}  // namespace
}  // namespace backtalk::smtp
