// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "backtalk/detail/limit_defaults.hpp"
#include "imap_talk.hpp"
#include "mailbox/date.hpp"
#include "serve/anyone.hpp"

namespace backtalk::serve {
namespace {

using mailbox::Store;

constexpr std::string_view kMinutes =
    "Date: Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\r\n"
    "From: Terry Gray <gray@cac.washington.edu>\r\n"
    "Subject: IMAP4rev1 WG mtg summary and minutes\r\n"
    "To: imap@cac.washington.edu\r\n"
    "cc: minutes@CNRI.Reston.VA.US, John Klensin <KLENSIN@MIT.EDU>\r\n"
    "Message-Id: <B27397-0100000@cac.washington.edu>\r\n"
    "MIME-Version: 1.0\r\n"
    "Content-Type: TEXT/PLAIN; CHARSET=US-ASCII\r\n"
    "\r\n"
    "the body\r\n";

// RFC 3501 section 8, with a mailbox of three messages.
TEST(ImapServer, TheSampleConnectionOfTheRfc) {
  Store store({.messages = 0, .uid_validity = 7});
  put(store, "one\r\n", mailbox::kSeen);
  put(store, "two\r\n");
  put(store, std::string(kMinutes), mailbox::kSeen,
      mailbox::read_internal_date("17-Jul-1996 02:44:25 -0700").value_or(0));
  ImapTalk talk(store);
  EXPECT_TRUE(talk.greeting().starts_with("* OK [CAPABILITY IMAP4rev1 "));
  EXPECT_TRUE(talk.say("a001 login mrc secret\r\n").starts_with("a001 OK "));
  EXPECT_EQ(talk.say("a002 select inbox\r\n"),
            "* FLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft)\r\n"
            "* OK [PERMANENTFLAGS (\\Answered \\Flagged \\Deleted \\Seen \\Draft \\*)] Flags\r\n"
            "* 3 EXISTS\r\n* 3 RECENT\r\n* OK [UNSEEN 2] The first\r\n* OK [UIDVALIDITY 7] UIDs are valid\r\n"
            "* OK [UIDNEXT 4] The next\r\na002 OK [READ-WRITE] Selected\r\n");
  EXPECT_EQ(
      talk.say("a003 fetch 3 full\r\n"),
      "* 3 FETCH (FLAGS (\\Seen \\Recent) INTERNALDATE \"17-Jul-1996 09:44:25 +0000\" RFC822.SIZE " +
          std::to_string(kMinutes.size()) +
          " ENVELOPE (\"Wed, 17 Jul 1996 02:23:25 -0700 (PDT)\" \"IMAP4rev1 WG mtg summary and minutes\" "
          "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
          "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
          "((\"Terry Gray\" NIL \"gray\" \"cac.washington.edu\")) "
          "((NIL NIL \"imap\" \"cac.washington.edu\")) "
          "((NIL NIL \"minutes\" \"CNRI.Reston.VA.US\")(\"John Klensin\" NIL \"KLENSIN\" \"MIT.EDU\")) NIL "
          "NIL "
          "\"<B27397-0100000@cac.washington.edu>\") "
          "BODY (\"TEXT\" \"PLAIN\" (\"CHARSET\" \"US-ASCII\") NIL NIL \"7bit\" 10 1))\r\na003 OK Done\r\n");
  const std::string header(kMinutes.substr(0, kMinutes.size() - 10));
  EXPECT_EQ(talk.say("a004 fetch 3 body[header]\r\n"), "* 3 FETCH (BODY[HEADER] {" +
                                                           std::to_string(header.size()) + "}\r\n" + header +
                                                           ")\r\na004 OK Done\r\n");
  EXPECT_EQ(talk.say("a005 store 3 +flags \\deleted\r\n"),
            "* 3 FETCH (FLAGS (\\Seen \\Deleted \\Recent))\r\na005 OK Done\r\n");
  EXPECT_EQ(talk.say("a006 logout\r\n"), "* BYE Logging out\r\na006 OK Bye\r\n");
  EXPECT_EQ(talk.server().closing(), session::Closing::at_once);
}

class ImapServerTest : public testing::Test {
 protected:
  Store store_{{.messages = 5, .message_octets = 400, .uid_validity = 7}};
};

TEST_F(ImapServerTest, KeepsTheStatesApart) {
  ImapTalk talk(store_);
  for (const char* const early :
       {"SELECT INBOX", "LIST \"\" *", "IDLE", "FETCH 1 FLAGS", "UID FETCH 1 FLAGS"})
    EXPECT_TRUE(talk.ask(early).starts_with("BAD ")) << early;
  EXPECT_TRUE(talk.ask("LOGIN mrc secret").starts_with("OK "));
  for (const char* const wrong : {"FETCH 1 FLAGS", "EXPUNGE", "CLOSE", "LOGIN mrc secret", "STARTTLS"})
    EXPECT_TRUE(talk.ask(wrong).starts_with("BAD ")) << wrong;
  EXPECT_TRUE(talk.ask("SELECT nowhere").starts_with("NO [NONEXISTENT]"));
  EXPECT_TRUE(talk.ask("NOOP").starts_with("OK "));
}

TEST_F(ImapServerTest, FetchesInOrderAndEachMessageOnce) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(talk.ask("FETCH 4,1:2,2,*:5 UID"),
            "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n* 4 FETCH (UID 4)\r\n* 5 FETCH (UID 5)\r\nOK Done");
  EXPECT_EQ(talk.ask("UID FETCH 4:1000 RFC822.SIZE"),
            "* 4 FETCH (UID 4 RFC822.SIZE 400)\r\n* 5 FETCH (UID 5 RFC822.SIZE 400)\r\nOK Done");
  EXPECT_EQ(talk.ask("UID FETCH 1000 FLAGS"), "OK Done");
  for (const char* const wrong :
       {"FETCH 6 FLAGS", "FETCH 0 FLAGS", "FETCH 1", "FETCH 1 NONSENSE", "FETCH 1 BODY[0]",
        "FETCH 1 BODY[MIME]", "FETCH 1 ()", "FETCH 1 BODY[]<0.0>", "FETCH x FLAGS"})
    EXPECT_TRUE(talk.ask(wrong).starts_with("BAD ")) << wrong;
}

// RFC 9051 9: number64 has 63 bits. The answer repeats the first of the two.
TEST_F(ImapServerTest, PartialsAreOf63Bits) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(talk.ask("FETCH 1 BODY.PEEK[]<9223372036854775807.9223372036854775807>"),
            "* 1 FETCH (BODY[]<9223372036854775807> {0}\r\n)\r\nOK Done");
  for (const char* const wrong :
       {"FETCH 1 BODY.PEEK[]<9223372036854775808.1>", "FETCH 1 BODY.PEEK[]<18446744073709551615.1>",
        "FETCH 1 BODY.PEEK[]<0.9223372036854775808>"})
    EXPECT_TRUE(talk.ask(wrong).starts_with("BAD ")) << wrong;
}

TEST_F(ImapServerTest, SectionsOfAMessage) {
  put(store_,
      "Subject: =?\r\n folded\r\nX: y\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n"
      "X: 1\r\n\r\nfirst\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: "
      "inner\r\n\r\nbody\r\n--b--\r\nend\r\n");
  ImapTalk talk(store_);
  talk.select();
  for (const auto& [section, text] :
       {std::pair{"BODY.PEEK[1]", "BODY[1] {5}\r\nfirst"},
        {"BODY.PEEK[1.MIME]", "BODY[1.MIME] {8}\r\nX: 1\r\n\r\n"},
        {"BODY.PEEK[2.HEADER]", "BODY[2.HEADER] {18}\r\nSubject: inner\r\n\r\n"},
        {"BODY.PEEK[2.TEXT]", "BODY[2.TEXT] {4}\r\nbody"},
        {"BODY.PEEK[2.1]", "BODY[2.1] {4}\r\nbody"},
        {"BODY.PEEK[1]<1.3>", "BODY[1]<1> {3}\r\nirs"},
        {"BODY.PEEK[1]<9.3>", "BODY[1]<9> {0}\r\n"},
        {"BODY.PEEK[3]", "BODY[3] NIL"},
        {"BODY.PEEK[1.TEXT]", "BODY[1.TEXT] NIL"},
        {"BODY.PEEK[HEADER.FIELDS (x subject)]",
         "BODY[HEADER.FIELDS (x subject)] {35}\r\nSubject: =?\r\n folded\r\nX: y\r\n\r\n"},
        {"BODY.PEEK[HEADER.FIELDS.NOT (Content-Type subject)]",
         "BODY[HEADER.FIELDS.NOT (Content-Type subject)] {8}\r\nX: y\r\n\r\n"}}) {
    const std::string answer = talk.ask("FETCH 6 " + std::string(section));
    if (std::string_view(text).find("{35}") == std::string_view::npos) {
      EXPECT_EQ(answer, "* 6 FETCH (" + std::string(text) + ")\r\nOK Done");
    } else {
      EXPECT_NE(answer.find("Subject: =?\r\n folded\r\nX: y\r\n\r\n"), std::string::npos) << answer;
    }
  }
  EXPECT_NE(talk.ask("FETCH 6 BODYSTRUCTURE")
                .find("((\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 5 1 NIL NIL NIL NIL)"
                      "(\"message\" \"rfc822\" NIL NIL NIL \"7bit\" 22 (NIL \"inner\" NIL NIL NIL NIL NIL "
                      "NIL NIL NIL) "
                      "(\"text\" \"plain\" (\"charset\" \"us-ascii\") NIL NIL \"7bit\" 4 1 NIL NIL NIL NIL) "
                      "3 NIL NIL "
                      "NIL NIL) \"mixed\" (\"boundary\" \"b\") NIL NIL NIL)"),
            std::string::npos)
      << talk.ask("FETCH 6 BODYSTRUCTURE");
}

TEST_F(ImapServerTest, ReadingABodySetsSeen) {
  ImapTalk talk(store_);
  talk.select();
  (void)talk.ask("FETCH 1 BODY.PEEK[]");
  EXPECT_EQ(talk.ask("FETCH 1 FLAGS"), "* 1 FETCH (FLAGS (\\Recent))\r\nOK Done");
  EXPECT_NE(talk.ask("FETCH 1 BODY[]").find(" FLAGS (\\Seen \\Recent))\r\nOK"), std::string::npos);
  EXPECT_EQ(inbox_of(store_)->view().flags(0), mailbox::kSeen);
  ImapTalk reader(store_);
  EXPECT_TRUE(reader.ask("LOGIN mrc x").starts_with("OK "));
  EXPECT_NE(reader.ask("EXAMINE INBOX").find("OK [READ-ONLY]"), std::string::npos);
  (void)reader.ask("FETCH 2 BODY[]");
  EXPECT_EQ(inbox_of(store_)->view().flags(1), 0U);
  EXPECT_TRUE(reader.ask("STORE 2 FLAGS \\Seen").starts_with("NO "));
}

TEST_F(ImapServerTest, StoresFlags) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(
      talk.ask("STORE 1:2 FLAGS (\\Seen $Junk)"),
      "* 1 FETCH (FLAGS (\\Seen \\Recent $Junk))\r\n* 2 FETCH (FLAGS (\\Seen \\Recent $Junk))\r\nOK Done");
  EXPECT_EQ(talk.ask("STORE 1 -FLAGS.SILENT \\Seen"), "OK Done");
  EXPECT_EQ(talk.ask("UID STORE 1 +FLAGS ($junk)"), "* 1 FETCH (UID 1 FLAGS (\\Recent $Junk))\r\nOK Done");
  EXPECT_EQ(talk.ask("STORE 1 FLAGS ()"), "* 1 FETCH (FLAGS (\\Recent))\r\nOK Done");
  for (const char* const wrong :
       {"STORE 1 FLAGS", "STORE 1 +FLAG \\Seen", "STORE 1 FLAGS (\\Seen (\\Draft))", "STORE 9 FLAGS ()"})
    EXPECT_TRUE(talk.ask(wrong).starts_with("BAD ")) << wrong;
}

TEST_F(ImapServerTest, Searches) {
  put(store_,
      "From: Ann <a@example.org>\r\nSubject: needle\r\nDate: 1 Feb 1994 12:00 +0000\r\n\r\nin the "
      "Haystack\r\n",
      mailbox::kFlagged, mailbox::read_date("2-Feb-1994").value_or(0));
  ImapTalk talk(store_);
  talk.select();
  (void)talk.ask("STORE 2 +FLAGS.SILENT (\\Seen word)");
  for (const auto& [keys, found] : {std::pair{"ALL", " 1 2 3 4 5 6"},
                                    {"SEEN", " 2"},
                                    {"NOT SEEN", " 1 3 4 5 6"},
                                    {"UNSEEN 2:4", " 3 4"},
                                    {"FLAGGED", " 6"},
                                    {"OR SEEN FLAGGED", " 2 6"},
                                    {"OR (1 2) NOT 1:5", " 6"},
                                    {"NOT (OR 1:2 (3 4))", " 1 2 3 4 5 6"},
                                    {"UID 5:6", " 5 6"},
                                    {"KEYWORD WORD", " 2"},
                                    {"UNKEYWORD word", " 1 3 4 5 6"},
                                    {"KEYWORD unknown", ""},
                                    {"UNKEYWORD unknown 1", " 1"},
                                    {"FROM ann", " 6"},
                                    {"SUBJECT NEEDLE", " 6"},
                                    {"HEADER Subject \"\"", " 1 2 3 4 5 6"},
                                    {"BODY haystack", " 6"},
                                    {"TEXT example.org BODY needle", ""},
                                    {"CHARSET UTF-8 TEXT needle", " 6"},
                                    {"LARGER 399", " 1 2 3 4 5"},
                                    {"SMALLER 400", " 6"},
                                    {"ON 2-Feb-1994", " 6"},
                                    {"SINCE 3-Feb-1994", ""},
                                    {"SENTON 1-Feb-1994", " 6"},
                                    {"NEW", " 1 3 4 5 6"},
                                    {"OLD", ""}}) {
    std::string wanted = found;
    if (std::string_view(keys) == "NOT (OR 1:2 (3 4))") wanted = " 3 4 5 6";
    if (std::string_view(keys) == "SINCE 3-Feb-1994") wanted = "";
    EXPECT_EQ(talk.ask("SEARCH " + std::string(keys)), "* SEARCH" + wanted + "\r\nOK Done") << keys;
  }
  for (const char* const wrong : {"SEARCH", "SEARCH NOT", "SEARCH OR 1", "SEARCH ()", "SEARCH NONSENSE",
                                  "SEARCH SINCE x", "SEARCH (NOT) 1", "SEARCH 9"})
    EXPECT_TRUE(talk.ask(wrong).starts_with("BAD ")) << wrong;
  EXPECT_TRUE(talk.ask("SEARCH CHARSET KOI8-R ALL").starts_with("NO [BADCHARSET"));
  EXPECT_EQ(talk.ask("UID SEARCH RETURN (MIN MAX COUNT ALL) NOT 3"),
            "* ESEARCH (TAG \"t\") UID MIN 1 MAX 6 COUNT 5 ALL 1:2,4:6\r\nOK Done");
  EXPECT_EQ(talk.ask("SEARCH RETURN () SEEN DELETED"), "* ESEARCH (TAG \"t\")\r\nOK Done");
}

TEST_F(ImapServerTest, ExpungesCopiesAndMoves) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(talk.ask("COPY 1 other"), "NO [TRYCREATE] No such mailbox");
  EXPECT_EQ(talk.ask("CREATE other"), "OK Done");
  (void)talk.ask("STORE 1:2 FLAGS.SILENT (\\Deleted word)");
  EXPECT_EQ(talk.ask("COPY 1:2 other"), "OK [COPYUID 8 1:2 1:2] Done");
  EXPECT_EQ(talk.ask("EXPUNGE"), "* 1 EXPUNGE\r\n* 1 EXPUNGE\r\nOK Done");
  EXPECT_EQ(talk.ask("UID MOVE 4 other"), "* OK [COPYUID 8 4 3] Done\r\n* 2 EXPUNGE\r\nOK Done");
  (void)talk.ask("STORE 1:2 FLAGS.SILENT \\Deleted");
  EXPECT_EQ(talk.ask("UID EXPUNGE 5"), "* 2 EXPUNGE\r\nOK Done");
  EXPECT_EQ(talk.ask("CLOSE"), "OK Closed");
  EXPECT_EQ(inbox_of(store_)->view().size(), 0U);
  EXPECT_NE(talk.ask("SELECT other").find("* 3 EXISTS"), std::string::npos);
  EXPECT_NE(talk.ask("FETCH 1 FLAGS").find("(\\Deleted \\Recent word)"), std::string::npos);
}

// RFC 3501 7.4.1: numbers do not change during FETCH, STORE and SEARCH; they do at the end of
// others.
TEST_F(ImapServerTest, LearnsOfOthersWhereItMay) {
  ImapTalk one(store_);
  ImapTalk other(store_);
  one.select();
  other.select();
  (void)other.ask("STORE 2,4 FLAGS.SILENT \\Deleted");
  (void)other.ask("STORE 5 FLAGS.SILENT \\Seen");
  (void)other.ask("EXPUNGE");
  put(store_, "new\r\n");
  EXPECT_EQ(one.ask("FETCH 4 UID"), "* 4 FETCH (UID 4)\r\nOK Done");
  EXPECT_EQ(one.ask("SEARCH 5"), "* SEARCH 5\r\nOK Done");
  EXPECT_EQ(one.ask("NOOP"),
            "* 2 EXPUNGE\r\n* 3 EXPUNGE\r\n* 3 FETCH (FLAGS (\\Seen \\Recent))\r\n* 4 EXISTS\r\n* 4 "
            "RECENT\r\nOK Done");
  EXPECT_EQ(one.ask("NOOP"), "OK Done");
  EXPECT_EQ(one.ask("FETCH 1:* UID"),
            "* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 3)\r\n* 3 FETCH (UID 5)\r\n* 4 FETCH (UID 6)\r\nOK Done");
}

TEST_F(ImapServerTest, IdleTellsOfNewMailAtOnce) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(talk.say("t IDLE\r\n"), "+ Waiting for DONE\r\n");
  EXPECT_FALSE(talk.server().has_more());
  put(store_, "new\r\n");
  EXPECT_EQ(talk.news(), 1);
  EXPECT_TRUE(talk.server().has_more());
  EXPECT_EQ(talk.say(""), "* 6 EXISTS\r\n* 6 RECENT\r\n");
  EXPECT_FALSE(talk.server().has_more());
  EXPECT_EQ(talk.say("DONE\r\n"), "t OK Idle no more\r\n");
  put(store_, "new\r\n");
  EXPECT_EQ(talk.news(), 1);
  EXPECT_EQ(talk.say("t IDLE\r\n"), "+ Waiting for DONE\r\n* 7 EXISTS\r\n* 7 RECENT\r\n");
  talk.server().hang_up();
  put(store_, "new\r\n");
  EXPECT_EQ(talk.news(), 1);
}

TEST_F(ImapServerTest, ListsMailboxes) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(talk.ask("CREATE a/b/c"), "OK Done");
  EXPECT_EQ(talk.ask("LIST \"\" \"\""), "* LIST (\\Noselect) \"/\" \"\"\r\nOK Done");
  EXPECT_EQ(talk.ask("LIST \"\" %"),
            "* LIST (\\HasNoChildren) \"/\" INBOX\r\n* LIST (\\HasChildren) \"/\" a\r\nOK Done");
  EXPECT_EQ(talk.ask("LIST \"\" inb*"), "* LIST (\\HasNoChildren) \"/\" INBOX\r\nOK Done");
  EXPECT_EQ(talk.ask("LIST a/ *c"), "* LIST (\\HasNoChildren) \"/\" a/b/c\r\nOK Done");
  EXPECT_EQ(talk.ask("LIST \"\" a%c"), "OK Done");
  EXPECT_EQ(talk.ask("SUBSCRIBE a/b"), "OK Done");
  EXPECT_EQ(talk.ask("LSUB \"\" *"), "* LSUB () \"/\" a/b\r\nOK Done");
  EXPECT_EQ(talk.ask("DELETE a"), "NO [HASCHILDREN] There are mailboxes below it");
  EXPECT_EQ(talk.ask("RENAME a z"), "OK Done");
  EXPECT_EQ(talk.ask("STATUS z/b/c (MESSAGES UIDNEXT UIDVALIDITY)"),
            "* STATUS z/b/c (MESSAGES 0 UIDNEXT 1 UIDVALIDITY 10)\r\nOK Done");
  EXPECT_EQ(talk.ask("STATUS INBOX (UNSEEN SIZE)"), "* STATUS INBOX (UNSEEN 5 SIZE 2000)\r\nOK Done");
  EXPECT_EQ(talk.ask("CREATE \"a*\""), "NO [CANNOT] Not with this name");
}

TEST_F(ImapServerTest, AppendsMessages) {
  ImapTalk talk(store_);
  talk.select();
  EXPECT_EQ(talk.say("t APPEND INBOX (\\Seen word) \"17-Jul-1996 02:44:25 -0700\" {10}\r\n"),
            "+ Go ahead\r\n");
  EXPECT_EQ(talk.say("A: b\r\n\r\nc\n\r\n"), "* 6 EXISTS\r\n* 6 RECENT\r\nt OK [APPENDUID 7 6] Done\r\n");
  EXPECT_EQ(talk.ask("FETCH 6 (FLAGS INTERNALDATE BODY.PEEK[TEXT])"),
            "* 6 FETCH (FLAGS (\\Seen \\Recent word) INTERNALDATE \"17-Jul-1996 09:44:25 +0000\" BODY[TEXT] "
            "{3}\r\nc\r\n"
            ")\r\nOK Done");
  EXPECT_EQ(talk.say("t APPEND INBOX {3+}\r\nx\r\n\r\n"),
            "* 7 EXISTS\r\n* 7 RECENT\r\nt OK [APPENDUID 7 7] Done\r\n");
  EXPECT_EQ(talk.say("t APPEND nowhere {3}\r\n"), "t NO [TRYCREATE] No such mailbox\r\n");
  EXPECT_EQ(talk.say("t APPEND nowhere {3+}\r\nx\r\n\r\n"), "t NO [TRYCREATE] No such mailbox\r\n");
  EXPECT_EQ(talk.say("t APPEND INBOX {99999999999}\r\n"), "t NO [TOOBIG] That is too long\r\n");
  for (const char* const wrong : {"APPEND", "APPEND INBOX", "APPEND INBOX text", "APPEND INBOX (\\Seen)"})
    EXPECT_TRUE(talk.ask(wrong).starts_with("BAD ")) << wrong;
  EXPECT_EQ(talk.ask("NOOP"), "OK Done");
}

TEST_F(ImapServerTest, AppendsWhatIsTooLongToKeepWhole) {
  ImapTalk talk(store_);
  talk.select();
  const std::string text = "\r\n" + std::string(200'000, 'x') + "\r\n";
  EXPECT_EQ(talk.say("t APPEND INBOX {" + std::to_string(text.size()) + "}\r\n"), "+ Go ahead\r\n");
  EXPECT_EQ(talk.say(std::string_view(text).substr(0, 100'000)), "");
  EXPECT_EQ(talk.say(text.substr(100'000) + "\r\n"),
            "* 6 EXISTS\r\n* 6 RECENT\r\nt OK [APPENDUID 7 6] Done\r\n");
  EXPECT_EQ(talk.ask("FETCH 6 RFC822.SIZE"), "* 6 FETCH (RFC822.SIZE 200004)\r\nOK Done");
  const std::string heard = talk.ask("FETCH 6 BODY[]");
  EXPECT_NE(heard.find(text), std::string::npos);
  EXPECT_LE(talk.most(), 2 * session::ServerSession::kOutputEnough);
}

// Hostile clients

TEST(ImapServerHostile, AskingForMuchIsAnsweredInPieces) {
  Store store({.messages = 20'000, .message_octets = 320});
  ImapTalk talk(store);
  talk.select();
  std::string much;
  for (int i = 0; i < 20; ++i) much += "t FETCH 1:* FLAGS\r\nt UID SEARCH ALL\r\n";
  const std::string heard = talk.say(much);
  EXPECT_EQ(std::ranges::count(heard, '\n'), 20 * (20'000 + 1 + 2));
  EXPECT_LE(talk.most(), 2 * session::ServerSession::kOutputEnough);
}

TEST(ImapServerHostile, TooManyBadCommandsEndIt) {
  Store store({.messages = 0});
  ImapTalk talk(store);
  for (unsigned i = 1; i < ImapServer::kBadMax; ++i) EXPECT_EQ(talk.ask("NONSENSE"), "BAD Unknown command");
  EXPECT_EQ(talk.say("GET / HTTP/1.1\r\n"), "* BYE Too many bad commands\r\n");
  EXPECT_EQ(talk.server().closing(), session::Closing::when_client_ends);
}

TEST(ImapServerHostile, ABareLfEndsIt) {
  Store store({.messages = 0});
  ImapTalk talk(store);
  EXPECT_TRUE(talk.say("t NOOP\n").starts_with("* BYE "));
  EXPECT_TRUE(talk.server().over());
}

TEST(ImapServerHostile, LiteralsOfStrangersAreShort) {
  Store store({.messages = 0});
  ImapTalk talk(store);
  EXPECT_EQ(talk.say("t LOGIN {100000}\r\n"), "t NO [TOOBIG] That is too long\r\n");
  EXPECT_EQ(talk.say("t APPEND INBOX {100000}\r\n"), "t NO [TOOBIG] That is too long\r\n");
  EXPECT_TRUE(talk.say("t LOGIN a {100000+}\r\n" + std::string(100'000, 'x') + "\r\n").starts_with("t BAD "));
  EXPECT_EQ(store.budget().used(), 0U);
}

TEST(ImapServerHostile, NestingIsNotRecursion) {
  if (backtalk::detail::kTinyLimits) GTEST_SKIP();
  Store store({.messages = 1, .message_octets = 320});
  ImapTalk talk(store);
  talk.select();
  std::string nots = "SEARCH";
  for (int i = 0; i < 900; ++i) nots += " NOT";
  EXPECT_EQ(talk.ask(nots + " ALL"), "* SEARCH 1\r\nOK Done");
  EXPECT_TRUE(talk.ask(nots + nots.substr(6) + " ALL").starts_with("BAD "));
  std::string text = "\r\n";
  for (int i = 0; i < 1000; ++i) text = "Content-Type: message/rfc822\r\n\r\n" + text;
  const mailbox::NewItem item{std::make_shared<const mailbox::Message>(std::move(text)), 0, 0};
  ASSERT_TRUE(inbox_of(store)->append({&item, 1}));
  (void)talk.ask("NOOP");
  EXPECT_TRUE(talk.ask("FETCH 2 BODYSTRUCTURE").ends_with("OK Done"));
}

TEST(ImapServerHostile, MailBeyondTheBudgetIsRefused) {
  Store store({.messages = 0, .octets_max = 20'000});
  ImapTalk talk(store);
  talk.select();
  const std::string text(9000, 'x');
  EXPECT_NE(talk.say("t APPEND INBOX {9000+}\r\n" + text + "\r\n").find("t OK "), std::string::npos);
  EXPECT_TRUE(
      talk.say("t APPEND INBOX {9000+}\r\n" + text + "\r\n").find("NO [OVERQUOTA]") != std::string::npos ||
      talk.say("t APPEND INBOX {9000+}\r\n" + text + "\r\n").find("NO [OVERQUOTA]") != std::string::npos);
  EXPECT_LE(store.budget().used(), 20'000U);
}

// AUTHENTICATE

TEST(ImapServerAuth, LogsInByMechanisms) {
  Store store({.messages = 0});
  for (const auto& [said, heard, logins] :
       {std::tuple{"t AUTHENTICATE PLAIN AGEAYg==\r\n", "t OK ", 1U},
        {"t AUTHENTICATE PLAIN\r\nAGEAYg==\r\n", "+ \r\nt OK ", 1U},
        {"t AUTHENTICATE LOGIN\r\nYQ==\r\nYg==\r\n", "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\nt OK ", 1U},
        {"t AUTHENTICATE PLAIN\r\n*\r\n", "+ \r\nt BAD Cancelled", 0U},
        {"t AUTHENTICATE PLAIN AG\r\n", "t BAD Not a response in base64", 0U},
        {"t AUTHENTICATE PLAIN =\r\n", "t NO [AUTHENTICATIONFAILED] ", 0U},
        {"t AUTHENTICATE UNKNOWN\r\n", "t NO No such mechanism", 0U},
        {"t AUTHENTICATE\r\n", "t BAD ", 0U}}) {
    ImapTalk talk(store, {}, false, make_anyone());
    EXPECT_NE(talk.greeting().find(" AUTH=PLAIN AUTH=LOGIN AUTH=CRAM-MD5]"), std::string::npos);
    EXPECT_TRUE(talk.say(said).starts_with(heard)) << said;
    EXPECT_EQ(talk.counts().logins, logins) << said;
    EXPECT_TRUE(talk.ask("NOOP").starts_with("OK ")) << said;
  }
}

TEST(ImapServerAuth, TooManyRefusalsEndIt) {
  Store store({.messages = 0, .passwords = mailbox::Passwords{{"a", "b"}}});
  ImapTalk talk(store);
  for (unsigned i = 1; i < Login::kRefusalsMax; ++i)
    EXPECT_TRUE(talk.ask("LOGIN a c").starts_with("NO [AUTHENTICATIONFAILED] ")) << i;
  EXPECT_EQ(talk.say("t LOGIN a c\r\n"), "* BYE Too many refused logins\r\n");
  EXPECT_EQ(talk.server().closing(), session::Closing::when_client_ends);
}

// STARTTLS

TEST(ImapServerStartTls, IsOfferedInClearTextBeforeLogin) {
  Store store({.messages = 0});
  ImapTalk talk(store, {}, true);
  EXPECT_NE(talk.greeting().find(" STARTTLS"), std::string::npos);
  EXPECT_EQ(talk.say("t STARTTLS\r\nt LOGIN a b\r\n"), "t OK Begin TLS\r\n");
  ASSERT_TRUE(talk.server().wants_tls());
  EXPECT_EQ(talk.left(), "t LOGIN a b\r\n");  // for the driver to discard
  talk.server().tls_established();
  EXPECT_EQ(talk.ask("CAPABILITY").find("STARTTLS"), std::string::npos);
  EXPECT_TRUE(talk.ask("STARTTLS").starts_with("BAD "));
}

// Faults

TEST(ImapServerFaults, AnswersTakeTheServiceTimeOnceLoggedIn) {
  Faults faults;
  faults.service = {.kind = ServicePlan::Kind::constant, .ns = 1000};
  Store store({.messages = 1, .message_octets = 320});
  ImapTalk talk(store, faults);
  talk.select();
  EXPECT_EQ(talk.server().consume("t FETCH 1 UID\r\n"), 15U);
  EXPECT_EQ(talk.server().work_ns(), 1000U);
  EXPECT_EQ(talk.server().output(), "");
  EXPECT_FALSE(talk.server().has_more());
  talk.server().finish_work();
  EXPECT_EQ(talk.say("t NOOP\r\n"), "* 1 FETCH (UID 1)\r\nt OK Done\r\nt OK Done\r\n");
}

}  // namespace
}  // namespace backtalk::serve
