// SPDX-License-Identifier: Apache-2.0 OR MIT
// What --verify makes of the answers of a POP3 server.
#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

#include "pop3_dialogue.hpp"
#include "session/message_checksum.hpp"

namespace backtalk::session::test {
namespace {

std::string message_with(std::string_view body, std::string_view made_of) {
  return "+OK\r\nX-Backtalk-Checksum: " + std::string(ChecksumValue(crc32_of(made_of)).text()) + "\r\n\r\n" +
         std::string(body) + ".\r\n";
}

std::string message_of(std::string_view body) {
  return message_with(body, body);
}

// A pass of each of these commands, which are answered like this in turn.
struct Exchanged {
  std::string command;
  std::string answer;
};

class Verified : public Pop3Dialogue {
 public:
  explicit Verified(std::initializer_list<Exchanged> all) : Pop3Dialogue(plan_of(all)) {
    supply = all.size();
    log_in();
    for (const Exchanged& one : all) says(one.answer);
    EXPECT_EQ(recorder.ends.size(), all.size());
    EXPECT_EQ(recorder.completed() + recorder.failed(), all.size());
  }

  /// The name of each transaction's failure; empty for one that completed.
  [[nodiscard]] std::vector<std::string> failures() const {
    std::vector<std::string> names;
    for (const TransactionEnd& end : recorder.ends) names.emplace_back(end.reason);
    return names;
  }

 private:
  static Pop3Plan plan_of(std::initializer_list<Exchanged> all) {
    Script script;
    script.passes.resize(all.size());
    std::uint64_t number = 0;
    for (const Exchanged& one : all)
      script.passes[PassOrder(all.size()).place(number++)].commands.push_back(pop3_command(one.command));
    Pop3Plan plan = pop3_plan(std::move(script));
    plan.verifies = true;
    return plan;
  }
};

using Names = std::vector<std::string>;

TEST(Pop3Verify, AHealthyMailboxHasNothingWrong) {
  const Verified talk({{"STAT", "+OK 2 110\r\n"},
                       {"LIST", "+OK\r\n1 55\r\n2 55\r\n.\r\n"},
                       {"UIDL", "+OK\r\n1 a\r\n2 b\r\n.\r\n"},
                       {"RETR 1", message_of("hello, world\r\n\r\n")},
                       {"RETR 2", message_of("hello, earth\r\n\r\n")},
                       {"RETR 1", message_of("hello, world\r\n\r\n")},
                       {"DELE 1", "+OK\r\n"},
                       {"STAT", "+OK 1 55\r\n"},
                       {"LIST", "+OK\r\n2 55\r\n.\r\n"},
                       {"UIDL", "+OK\r\n2 b\r\n.\r\n"},
                       {"RSET", "+OK\r\n"},
                       {"STAT", "+OK 2 110\r\n"}});
  EXPECT_EQ(talk.failures(), Names(12));
  EXPECT_EQ(talk.recorder.checkable, 3);
  EXPECT_EQ(talk.recorder.not_checkable, 0);
}

TEST(Pop3Verify, ABodyIsWhatItsChecksumWasMadeOf) {
  const Verified talk({{"RETR 1", message_with("a\r\n", "b\r\n")}, {"RETR 1", message_of("a\r\n")}});
  EXPECT_EQ(talk.failures(), Names({"verify-checksum", ""}));
  ASSERT_EQ(talk.recorder.said.size(), 1U);
  EXPECT_EQ(talk.recorder.said[0].name, "verify-checksum");
  EXPECT_EQ(talk.recorder.said[0].command, "RETR");
  EXPECT_EQ(talk.recorder.unexpected.at("RETR"), 1) << "it refuses nothing";
}

TEST(Pop3Verify, WhatHasNoChecksumIsCountedAsNotCheckable) {
  const Verified talk(
      {{"RETR 1", "+OK\r\nSubject: x\r\n\r\na\r\n.\r\n"}, {"TOP 1 0", "+OK\r\nSubject: x\r\n\r\n.\r\n"}});
  EXPECT_EQ(talk.failures(), Names(2));
  EXPECT_EQ(talk.recorder.checkable, 0);
  EXPECT_EQ(talk.recorder.not_checkable, 2);
}

TEST(Pop3Verify, TopIsComparedWhereItIsWhole) {
  const std::string part = "+OK\r\nX-Backtalk-Checksum: crc32=12345678\r\n\r\na\r\n.\r\n";
  const Verified talk(
      {{"TOP 1 9", message_of("a\r\n")}, {"TOP 1 9", part}, {"LIST 1", "+OK 1 42\r\n"}, {"TOP 1 9", part}});
  EXPECT_EQ(talk.failures(), Names({"", "", "", "verify-checksum"})) << "as many octets as LIST says";
  EXPECT_EQ(talk.recorder.checkable, 2);
  EXPECT_EQ(talk.recorder.not_checkable, 1);
}

TEST(Pop3Verify, AMessageIsTheSameEachTime) {
  const Verified talk(
      {{"RETR 1", message_of("a\r\n")}, {"RETR 1", message_of("b\r\n")}, {"LIST 2", "+OK 3 12\r\n"}});
  EXPECT_EQ(talk.failures(), Names({"", "verify-other-answer", "verify-other-answer"}));
}

TEST(Pop3Verify, AMessageHasTheSizeOfItsListing) {
  const Verified talk({{"LIST", "+OK\r\n1 41\r\n.\r\n"}, {"RETR 1", message_of("a\r\n")}});
  EXPECT_EQ(talk.failures(), Names({"", "verify-size"}));
}

TEST(Pop3Verify, ALastLineWithoutAnEndGetsOne) {
  const Verified talk({{"LIST", "+OK\r\n1 40\r\n.\r\n"}, {"RETR 1", message_with("a\r\n", "a")}});
  EXPECT_EQ(talk.failures(), Names(2));
  EXPECT_EQ(talk.recorder.not_checkable, 1);
}

TEST(Pop3Verify, StatListAndUidlAgree) {
  for (const auto& [command, answer] : {Exchanged{"LIST", "+OK\r\n1 50\r\n.\r\n"},
                                        {"LIST", "+OK\r\n1 50\r\n2 51\r\n.\r\n"},
                                        {"LIST", "+OK\r\n2 50\r\n1 50\r\n.\r\n"},
                                        {"LIST", "+OK\r\n1 50\r\nx\r\n.\r\n"},
                                        {"UIDL", "+OK\r\n1 a\r\n.\r\n"},
                                        {"UIDL", "+OK\r\n1 a\r\n2 b\r\n3 c\r\n.\r\n"},
                                        {"STAT", "+OK 3 100\r\n"},
                                        {"STAT", "+OK 2 101\r\n"},
                                        {"STAT", "+OK\r\n"}}) {
    const Verified talk({{"STAT", "+OK 2 100\r\n"}, {command, answer}});
    EXPECT_EQ(talk.failures(), Names({"", "verify-listing"})) << answer;
  }
}

TEST(Pop3Verify, AUidIsUsedOnce) {
  const Verified talk({{"UIDL", "+OK\r\n1 a\r\n2 b\r\n3 a\r\n.\r\n"}});
  EXPECT_EQ(talk.failures(), Names({"verify-uid-reused"}));
  EXPECT_EQ(talk.recorder.said.at(0).text, "messages 1 3 have the same unique-id");
}

TEST(Pop3Verify, AListingStaysAsItIs) {
  const Verified talk({{"UIDL", "+OK\r\n1 a\r\n.\r\n"},
                       {"UIDL", "+OK\r\n1 b\r\n.\r\n"},
                       {"LIST 1", "+OK 1 5\r\n"},
                       {"LIST 1", "+OK 1 6\r\n"}});
  EXPECT_EQ(talk.failures(), Names({"", "verify-listing", "", "verify-listing"}));
}

TEST(Pop3Verify, RefusalsAndOddNumbersAreNoViolations) {
  const Verified talk({{"RETR 4294967295", message_of("a\r\n")},
                       {"DELE 4294967295", "+OK\r\n"},
                       {"RETR 1", "-ERR no such message\r\n"},
                       {"STAT", "+OK 0 0\r\n"}});
  EXPECT_EQ(talk.failures(), Names({"", "", "reply-err", ""}));
}

}  // namespace
}  // namespace backtalk::session::test
