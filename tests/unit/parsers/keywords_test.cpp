// SPDX-License-Identifier: Apache-2.0 OR MIT
// Every keyword that the library has a name for is known by it, in any case, and its neighbours are
// not.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backtalk/imap/body_structure.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/response_parser.hpp"
#include "backtalk/pop3/command_parser.hpp"
#include "backtalk/smtp/command_parser.hpp"
#include "enumerators.hpp"

namespace backtalk {
namespace {

std::string upper(std::string word) {
  for (char& c : word) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return word;
}

// Each word in other cases, and words that differ from it in one place.
void check(const std::vector<std::string>& names, std::size_t unknown,
           std::size_t (*read)(const std::string&)) {
  ASSERT_GT(names.size(), unknown + 10);
  for (std::size_t i = unknown + 1; i < names.size(); ++i) {
    const std::string& word = names[i];
    EXPECT_EQ(read(upper(word)), i) << word;
    EXPECT_EQ(read(word), i) << word;
    std::vector<std::string> twins{word + "X", "X" + word, word.substr(1), word.substr(0, word.size() - 1)};
    for (std::size_t at = 0; at < word.size(); ++at) {
      twins.push_back(word);
      twins.back()[at] = word[at] == 'q' ? 'Z' : 'Q';
    }
    for (const std::string& twin : twins) EXPECT_EQ(read(twin), unknown) << twin;
  }
}

template <class Parser>
std::size_t verb_of(const std::string& word) {
  Parser parser;
  const std::string line = word + "\r\n";
  parser.feed(line);
  const auto* input = parser.next();
  return input == nullptr ? 0 : static_cast<std::size_t>(input->command.verb);
}

std::size_t code_of(const std::string& word) {
  imap::ResponseParser parser;
  const std::string line = "* OK [" + word + "] text\r\n";
  parser.feed(line);
  const imap::Response* response = parser.next();
  return response == nullptr ? 0
                             : static_cast<std::size_t>(read_response_code(response->code).partial().code);
}

TEST(Keywords, VerbsOfSmtp) {
  check(enumerators("smtp/command.hpp", "Verb"), 0, verb_of<smtp::CommandParser>);
}

TEST(Keywords, VerbsOfPop3) {
  check(enumerators("pop3/command.hpp", "Verb"), 0, verb_of<pop3::CommandParser>);
}

TEST(Keywords, ResponseCodesOfImap) {
  check(enumerators("imap/response_code.hpp", "Code"), 1, code_of);
}

template <class Enum>
void check_words(const std::vector<std::string>& names) {
  ASSERT_GE(names.size(), 4U);
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(word(static_cast<Enum>(i)), names[i]);
}

TEST(Keywords, WordsAreTheNames) {
  check_words<imap::BodyField>(enumerators("imap/body_structure.hpp", "BodyField"));
  check_words<imap::EnvelopeField>(enumerators("imap/envelope.hpp", "EnvelopeField"));
}

}  // namespace
}  // namespace backtalk
