// SPDX-License-Identifier: Apache-2.0 OR MIT
// One client cannot keep the built-in IMAP server from the others: a command that reads much is
// answered in many turns, and one that must be done at once has a limit.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "imap_talk.hpp"

namespace backtalk::serve {
namespace {

using mailbox::Store;

constexpr std::size_t kBig = std::size_t{8} << 20;

// One message of 8 MiB, of nothing but the letter a.
class OneBigMessage : public testing::Test {
 protected:
  void SetUp() override {
    if (detail::kTinyLimits) GTEST_SKIP() << "the commands are too long there";
    put(store_, "Subject: big\r\n\r\n" + std::string(kBig, 'a') + "\r\n");
    talk_.select();
  }

  Store store_{{.messages = 0}};
  ImapTalk talk_{store_};
};

// What makes a naive search slow: almost all of it is everywhere. Each turn reads its share.
TEST_F(OneBigMessage, IsSearchedInTurns) {
  EXPECT_EQ(talk_.ask("SEARCH TEXT " + std::string(1000, 'a') + "b"), "* SEARCH\r\nOK Done");
  EXPECT_GE(talk_.turns(), kBig / ImapServer::kTurnOctets);
  EXPECT_EQ(talk_.ask("SEARCH BODY " + std::string(1000, 'A')), "* SEARCH 1\r\nOK Done");
}

TEST_F(OneBigMessage, EachKeyOfASearchTakesItsTurns) {
  EXPECT_EQ(talk_.ask("SEARCH BODY b BODY c NOT BODY a OR BODY d BODY e"), "* SEARCH\r\nOK Done");
  EXPECT_GE(talk_.turns(), 4 * kBig / ImapServer::kTurnOctets);
}

TEST_F(OneBigMessage, ItsStructureIsReadOnceATurn) {
  std::string items;
  for (int i = 0; i < 20; ++i) items += " BODYSTRUCTURE";
  EXPECT_TRUE(talk_.ask("FETCH 1 (" + items.substr(1) + ")").ends_with("OK Done"));
  EXPECT_GE(talk_.turns(), 20U);
  EXPECT_TRUE(talk_.ask("FETCH 1 (BODY.PEEK[1]<0.1> BODY.PEEK[1]<1.1>)").ends_with("OK Done"));
  EXPECT_GE(talk_.turns(), 2U);
}

// What wants none of the octets of a literal is answered, however many come at once: the answers
// to what was sent in one piece are more than are put together at a time.
TEST(ImapServerTurns, EachRefusedLiteralIsAnswered) {
  Store store({.messages = 0});
  ImapTalk talk(store);
  constexpr int kMany = 2000;
  std::string commands;
  std::string answers;
  for (int i = 0; i < kMany; ++i) {
    commands += "t LOGIN {99999}\r\n";
    answers += "t NO [TOOBIG] That is too long\r\n";
  }
  EXPECT_EQ(talk.say(commands), answers);
  EXPECT_LT(talk.most(), 2 * ImapServer::kOutputEnough);
}

// Commands that are answered at once come one in a turn, if they are as much work.
TEST_F(OneBigMessage, PipelinedSearchesHaveTurnsOfTheirOwn) {
  const std::string heard = talk_.say("a SEARCH BODY b\r\nb SEARCH BODY c\r\n");
  EXPECT_EQ(heard, "* SEARCH\r\na OK Done\r\n* SEARCH\r\nb OK Done\r\n");
  EXPECT_GE(talk_.turns(), 2 * kBig / ImapServer::kTurnOctets);
}

// Many messages, every other of which is marked.
class ManyMessages : public testing::Test {
 protected:
  static constexpr std::size_t kMany = ImapServer::kCopyMax + 1;

  void SetUp() override {
    if (detail::kTinyLimits) GTEST_SKIP() << "the commands are too long there";
    talk_.select();
    mailbox::View view = inbox_of(store_)->view();
    std::vector<std::size_t> every_other;
    for (std::size_t i = 0; i < kMany; i += 2) every_other.push_back(i);
    inbox_of(store_)->change_flags(view, every_other, {.add = mailbox::kFlagged});
    ASSERT_TRUE(talk_.ask("SELECT INBOX").ends_with("Selected"));
    ASSERT_TRUE(talk_.ask("CREATE other").starts_with("OK "));
  }

  Store store_{{.messages = kMany, .message_octets = 320}};
  ImapTalk talk_{store_};
};

TEST_F(ManyMessages, AreNotCopiedAllAtOnce) {
  const std::string refusal = "NO [LIMIT] COPY and MOVE take at most 100000 messages at a time";
  EXPECT_EQ(talk_.ask("COPY 1:* other"), refusal);
  EXPECT_EQ(talk_.ask("UID MOVE 1:* other"), refusal);
  EXPECT_NE(talk_.ask("STATUS other (MESSAGES)").find("(MESSAGES 0)"), std::string::npos);
  EXPECT_EQ(talk_.ask("COPY 1:100000 other").substr(0, 12), "OK [COPYUID ");
  EXPECT_NE(talk_.ask("STATUS other (MESSAGES)").find("(MESSAGES 100000)"), std::string::npos);
}

TEST_F(ManyMessages, AreMarkedInTurns) {
  EXPECT_EQ(talk_.ask("STORE 1:* +FLAGS.SILENT (\\Answered)"), "OK Done");
  EXPECT_GT(talk_.turns(), 1U);
  EXPECT_EQ(talk_.ask("SEARCH RETURN (COUNT) ANSWERED"), "* ESEARCH (TAG \"t\") COUNT 100001\r\nOK Done");
}

TEST_F(ManyMessages, AreSeenInTurnsBeforeTheyAreFetched) {
  const std::string heard = talk_.ask("FETCH 1:* (BODY[]<0.1>)");
  EXPECT_EQ(heard.substr(0, heard.find('(')), "* 1 FETCH ");
  EXPECT_NE(heard.find("FLAGS (\\Seen \\Flagged"), std::string::npos);
  EXPECT_EQ(talk_.ask("SEARCH RETURN (COUNT) UNSEEN"), "* ESEARCH (TAG \"t\") COUNT 0\r\nOK Done");
}

// The first turn is not enough: others have theirs, and what they do is not lost.
TEST_F(ManyMessages, AreRemovedInTurns) {
  ImapTalk other(store_);
  ASSERT_TRUE(other.ask("LOGIN mrc secret").starts_with("OK "));
  EXPECT_EQ(talk_.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)"), "OK Done");
  for (const char* const command : {"t EXPUNGE\r\n", "t CLOSE\r\n"}) {
    ASSERT_TRUE(talk_.ask("SELECT INBOX").ends_with("Selected"));
    const std::size_t before = inbox_of(store_)->view().size();
    (void)talk_.server().consume(command);
    EXPECT_TRUE(talk_.server().has_more());
    EXPECT_EQ(talk_.server().output(), "");
    EXPECT_EQ(inbox_of(store_)->view().size(), before) << "all go at once";
    EXPECT_EQ(other.ask("STATUS other (MESSAGES)"), "* STATUS other (MESSAGES 0)\r\nOK Done");
    mailbox::View view = inbox_of(store_)->view();
    inbox_of(store_)->change_flags(view, std::vector<std::size_t>{0},
                                   {.remove = mailbox::kDeleted});  // too late
    put(store_, "new\r\n");
    EXPECT_TRUE(
        talk_.say("").ends_with(std::string("t OK ") + (command[2] == 'E' ? "Done" : "Closed") + "\r\n"));
    EXPECT_EQ(inbox_of(store_)->view().size(), 1U);
    // As many again, for CLOSE.
    std::vector<mailbox::NewItem> items(kMany,
                                        {inbox_of(store_)->view().item(0).message, mailbox::kDeleted, 0});
    inbox_of(store_)->expunge(std::vector<std::uint32_t>{inbox_of(store_)->view().item(0).uid}, false);
    ASSERT_TRUE(inbox_of(store_)->append(items));
  }
}

TEST_F(ManyMessages, AreRemovedThoughTheClientHangsUpMeanwhile) {
  EXPECT_EQ(talk_.ask("STORE 1:* +FLAGS.SILENT (\\Deleted)"), "OK Done");
  (void)talk_.server().consume("t EXPUNGE\r\n");
  ASSERT_TRUE(talk_.server().has_more());
  talk_.server().hang_up();
  EXPECT_EQ(inbox_of(store_)->view().size(), 0U);
}

// The answer, of a quarter of a megabyte, is never in memory as a whole.
TEST_F(ManyMessages, AreFoundInPieces) {
  for (const char* const how : {"SEARCH FLAGGED", "SEARCH RETURN (ALL) FLAGGED"}) {
    const std::string heard = talk_.ask(how);
    EXPECT_TRUE(heard.ends_with(heard[2] == 'S' ? " 99999 100001\r\nOK Done" : ",99999,100001\r\nOK Done"))
        << how;
    EXPECT_GT(heard.size(), 10 * ImapServer::kOutputEnough);
  }
  EXPECT_LT(talk_.most(), 2 * ImapServer::kOutputEnough);
}

TEST_F(ManyMessages, AreCountedOnceHoweverOftenTheyAreAskedFor) {
  const std::string answer = talk_.ask("STATUS INBOX (UNSEEN SIZE DELETED UNSEEN SIZE DELETED)");
  EXPECT_EQ(answer.substr(0, answer.find('\r')),
            "* STATUS INBOX (UNSEEN 100001 SIZE 32000320 DELETED 0 UNSEEN 100001 SIZE 32000320 DELETED 0)");
}

}  // namespace
}  // namespace backtalk::serve
