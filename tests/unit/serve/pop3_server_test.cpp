// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/pop3_server.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "serve/anyone.hpp"

namespace backtalk::serve {
namespace {

using mailbox::Store;

void deliver(Store& store, std::string_view user, std::string text) {
  const mailbox::NewItem item{std::make_shared<const mailbox::Message>(std::move(text)), 0, 0};
  ASSERT_TRUE(store.open(user).account->inbox()->append({&item, 1}));
}

// A client and its server, without a connection.
class Pop3Talk {
 public:
  explicit Pop3Talk(Store& store, Faults faults = {}, bool stls = false,
                    std::unique_ptr<session::Authenticator> authenticator = nullptr)
      : faults_(std::move(faults)), server_(stls, store, faults_, counts_, std::move(authenticator)) {
    server_.restart();
    greeting_ = take();
  }

  // All that the server says to this.
  std::string say(std::string_view octets) {
    std::string heard;
    do {
      octets.remove_prefix(server_.consume(octets));
      if (server_.work_ns() > 0) server_.finish_work();
      most_ = std::max(most_, server_.output().size());
      heard += take();
    } while (!server_.over() && !server_.wants_tls() && (!octets.empty() || server_.has_more()));
    left_ = octets;
    return heard;
  }
  void log_in(std::string_view user = "mrose") {
    ASSERT_EQ(say("USER " + std::string(user) + "\r\nPASS secret\r\n"),
              "+OK And the password?\r\n+OK Logged in\r\n");
  }

  [[nodiscard]] Pop3Server& server() { return server_; }
  [[nodiscard]] const Pop3Counts& counts() const { return counts_; }
  [[nodiscard]] const std::string& greeting() const { return greeting_; }
  [[nodiscard]] const std::string& left() const { return left_; }
  [[nodiscard]] std::size_t most() const { return most_; }

 private:
  std::string take() { return std::exchange(server_.output(), {}); }

  Faults faults_;
  Pop3Counts counts_;
  Pop3Server server_;
  std::string greeting_;
  std::string left_;
  std::size_t most_ = 0;
};

class Pop3ServerTest : public testing::Test {
 protected:
  void SetUp() override {
    deliver(store_, "mrose", "Subject: one\r\n\r\n" + std::string(102, 'a') + "\r\n");
    deliver(store_, "mrose", "Subject: two\r\n\r\n.line\r\nlast\r\n");
  }

  Store store_{{.messages = 0, .uid_validity = 7}};
};

// RFC 1939 section 10, with USER and PASS in place of APOP.
TEST_F(Pop3ServerTest, TheExampleOfTheRfc) {
  Pop3Talk talk(store_);
  EXPECT_TRUE(talk.greeting().starts_with("+OK "));
  talk.log_in();
  EXPECT_EQ(talk.say("STAT\r\n"), "+OK 2 149\r\n");
  EXPECT_EQ(talk.say("LIST\r\n"), "+OK Here they are\r\n1 120\r\n2 29\r\n.\r\n");
  EXPECT_EQ(talk.say("RETR 1\r\n"),
            "+OK 120 octets\r\nSubject: one\r\n\r\n" + std::string(102, 'a') + "\r\n.\r\n");
  EXPECT_EQ(talk.say("DELE 1\r\n"), "+OK Marked\r\n");
  EXPECT_EQ(talk.say("RETR 2\r\n"), "+OK 29 octets\r\nSubject: two\r\n\r\n..line\r\nlast\r\n.\r\n");
  EXPECT_EQ(talk.say("DELE 2\r\n"), "+OK Marked\r\n");
  EXPECT_EQ(talk.say("QUIT\r\n"), "+OK Bye\r\n");
  EXPECT_EQ(talk.server().closing(), session::Closing::at_once);
  EXPECT_EQ(talk.counts().deleted, 2U);
  EXPECT_EQ(talk.counts().retrieved, 2U);
  EXPECT_EQ(talk.counts().octets_retrieved, 149U);
  EXPECT_EQ(store_.open("mrose").account->inbox()->view().size(), 0U);
}

TEST_F(Pop3ServerTest, ListsOneMessage) {
  Pop3Talk talk(store_);
  talk.log_in();
  EXPECT_EQ(talk.say("LIST 2\r\n"), "+OK 2 29\r\n");
  EXPECT_EQ(talk.say("UIDL 2\r\n"), "+OK 2 7.2\r\n");
  EXPECT_EQ(talk.say("UIDL\r\n"), "+OK Here they are\r\n1 7.1\r\n2 7.2\r\n.\r\n");
  for (const char* const wrong : {"LIST 3\r\n", "LIST 0\r\n", "LIST x\r\n", "UIDL 4294967297\r\n", "RETR\r\n",
                                  "RETR 3\r\n", "TOP 1\r\n", "TOP 1 x\r\n", "DELE\r\n", "DELE 3\r\n"})
    EXPECT_TRUE(talk.say(wrong).starts_with("-ERR ")) << wrong;
}

TEST_F(Pop3ServerTest, TopHasTheHeaderAndSomeLines) {
  Pop3Talk talk(store_);
  talk.log_in();
  const std::string head = "+OK The top of it\r\nSubject: two\r\n\r\n";
  EXPECT_EQ(talk.say("TOP 2 0\r\n"), head + ".\r\n");
  EXPECT_EQ(talk.say("TOP 2 1\r\n"), head + "..line\r\n.\r\n");
  EXPECT_EQ(talk.say("TOP 2 99999999999\r\n"), head + "..line\r\nlast\r\n.\r\n");
}

TEST_F(Pop3ServerTest, WhatIsDeletedIsGoneUntilRset) {
  Pop3Talk talk(store_);
  talk.log_in();
  EXPECT_EQ(talk.say("DELE 1\r\nSTAT\r\nLIST\r\nLIST 1\r\nDELE 1\r\n"),
            "+OK Marked\r\n+OK 1 29\r\n+OK Here they are\r\n2 29\r\n.\r\n-ERR No such message\r\n-ERR No "
            "such message\r\n");
  EXPECT_EQ(talk.say("RSET\r\nSTAT\r\n"), "+OK\r\n+OK 2 149\r\n");
}

TEST(Pop3ServerMany, AListingThatPassesOverWhatIsDeletedHasTurns) {
  constexpr int kMany = 20'000;
  Store store({.messages = kMany, .message_octets = 320});
  Pop3Talk talk(store);
  talk.log_in();
  std::string commands;
  for (int i = 1; i < kMany; ++i) commands += "DELE " + std::to_string(i) + "\r\n";
  (void)talk.say(commands);
  EXPECT_EQ(talk.server().consume("LIST\r\n"), 6U);
  EXPECT_EQ(std::exchange(talk.server().output(), {}), "+OK Here they are\r\n");
  EXPECT_TRUE(talk.server().has_more()) << "the others first";
  EXPECT_EQ(talk.say(""), "20000 320\r\n.\r\n");
}

// RFC 1939 section 6: without QUIT nothing is removed.
TEST_F(Pop3ServerTest, OnlyQuitRemovesMessages) {
  Pop3Talk talk(store_);
  talk.log_in();
  (void)talk.say("DELE 1\r\n");
  talk.server().hang_up();
  EXPECT_EQ(store_.open("mrose").account->inbox()->view().size(), 2U);
}

TEST_F(Pop3ServerTest, SeveralSessionsSeeTheirOwnMailboxes) {
  Pop3Talk one(store_);
  Pop3Talk other(store_);
  one.log_in();
  other.log_in();
  (void)one.say("DELE 1\r\nQUIT\r\n");
  deliver(store_, "mrose", "new\r\n");
  EXPECT_EQ(other.say("STAT\r\n"), "+OK 2 149\r\n");
  EXPECT_TRUE(other.say("RETR 1\r\n").starts_with("+OK 120 "));
  (void)other.say("DELE 1\r\nDELE 2\r\nQUIT\r\n");
  const mailbox::View left = store_.open("mrose").account->inbox()->view();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left.item(0).uid, 3U);
}

TEST_F(Pop3ServerTest, KeepsTheStatesApart) {
  Pop3Talk talk(store_);
  for (const char* const early : {"STAT\r\n", "RETR 1\r\n", "NOOP\r\n", "PASS x\r\n"})
    EXPECT_TRUE(talk.say(early).starts_with("-ERR ")) << early;
  talk.log_in();
  for (const char* const late : {"USER x\r\n", "PASS x\r\n", "STLS\r\n"})
    EXPECT_TRUE(talk.say(late).starts_with("-ERR ")) << late;
}

TEST_F(Pop3ServerTest, AWrongPasswordSaysSo) {
  Store strict({.messages = 0, .passwords = mailbox::Passwords{{"mrose", "tanstaaf"}}});
  Pop3Talk talk(strict);
  EXPECT_EQ(talk.say("USER mrose\r\nPASS x\r\n"),
            "+OK And the password?\r\n-ERR [AUTH] Wrong user or password\r\n");
  EXPECT_EQ(talk.say("USER mrose\r\nPASS tanstaaf\r\n"), "+OK And the password?\r\n+OK Logged in\r\n");
  EXPECT_EQ(talk.counts().logins, 1U);
  EXPECT_EQ(talk.counts().logins_refused, 1U);
}

TEST_F(Pop3ServerTest, ABigMessageGoesOutInPieces) {
  std::string text = "\r\n";
  for (int i = 0; i < 20'000; ++i) text += ".a line of some octets\r\n";
  deliver(store_, "mrose", text);
  Pop3Talk talk(store_);
  talk.log_in();
  const std::string heard = talk.say("RETR 3\r\nNOOP\r\n");
  EXPECT_EQ(heard.size(), 20U + text.size() + 20'000 + 3 + 5 - 1);
  EXPECT_TRUE(heard.ends_with("octets\r\n.\r\n+OK\r\n"));
  EXPECT_LE(talk.most(), 3 * session::ServerSession::kOutputEnough);
}

TEST(Pop3ServerHostile, AskingForMuchIsAnsweredInPieces) {
  Store store({.messages = 10'000, .message_octets = 320});
  Pop3Talk talk(store);
  talk.log_in();
  std::string much;
  for (int i = 0; i < 50; ++i) much += "LIST\r\n";
  const std::string heard = talk.say(much);
  EXPECT_EQ(std::ranges::count(heard, '\n'), 50 * 10'002);
  EXPECT_LE(talk.most(), 2 * session::ServerSession::kOutputEnough);
}

TEST(Pop3ServerHostile, TooManyBadCommandsEndIt) {
  Store store({.messages = 0});
  Pop3Talk talk(store);
  for (unsigned i = 1; i < Pop3Server::kBadMax; ++i)
    EXPECT_EQ(talk.say("GET / HTTP/1.1\r\n"), "-ERR Unknown command\r\n");
  EXPECT_EQ(talk.say("Host: x\r\n"), "-ERR Too many bad commands\r\n");
  EXPECT_EQ(talk.server().closing(), session::Closing::when_client_ends);
  EXPECT_EQ(talk.counts().protocol_errors, Pop3Server::kBadMax);
}

TEST(Pop3ServerHostile, GoodCommandsInBetweenAreForgiven) {
  Store store({.messages = 0});
  Pop3Talk talk(store);
  for (int i = 0; i < 50; ++i) (void)talk.say("NONSENSE\r\nCAPA\r\n");
  EXPECT_FALSE(talk.server().over());
}

TEST(Pop3ServerHostile, ABareLfEndsIt) {
  Store store({.messages = 0});
  Pop3Talk talk(store);
  EXPECT_EQ(talk.say("CAPA\nQUIT\r\n"), "-ERR Lines end with CRLF and are not endless\r\n");
  EXPECT_TRUE(talk.server().over());
}

// AUTH (RFC 5034) and APOP

TEST(Pop3ServerAuth, LogsInByMechanisms) {
  Store store({.messages = 1, .message_octets = 320});
  for (const auto& [said, heard] :
       {std::pair{"AUTH PLAIN AGEAYg==\r\nSTAT\r\n", "+OK Logged in\r\n+OK 1 320\r\n"},
        {"AUTH PLAIN\r\nAGEAYg==\r\nSTAT\r\n", "+ \r\n+OK Logged in\r\n+OK 1 320\r\n"},
        {"AUTH login\r\nYQ==\r\nYg==\r\nSTAT\r\n",
         "+ VXNlcm5hbWU6\r\n+ UGFzc3dvcmQ6\r\n+OK Logged in\r\n+OK 1 320\r\n"},
        {"APOP a c4c9334bac560ecc979e58001b3e22fb\r\nSTAT\r\n", "+OK Logged in\r\n+OK 1 320\r\n"},
        {"AUTH PLAIN\r\n*\r\nNOOP\r\n", "+ \r\n-ERR Cancelled\r\n-ERR Log in first\r\n"},
        {"AUTH PLAIN AG\r\n", "-ERR Not a response in base64\r\n"},
        {"AUTH CRAM-MD5 YQ==\r\n", "-ERR Not a response in base64\r\n"},
        {"AUTH PLAIN =\r\n", "-ERR [AUTH] Wrong user or password\r\n"},
        {"AUTH PLAIN not-base64\r\n", "-ERR AUTH mechanism [initial-response]\r\n"},
        {"AUTH UNKNOWN\r\n", "-ERR No such mechanism\r\n"}}) {
    Pop3Talk talk(store, {}, false, make_anyone());
    EXPECT_EQ(talk.say(said), heard) << said;
  }
}

// Refusals of PASS and of AUTH count together. A new connection starts from zero.
TEST(Pop3ServerAuth, TooManyRefusalsEndIt) {
  Store store({.messages = 0, .passwords = mailbox::Passwords{{"a", "b"}}});
  Pop3Talk talk(store, {}, false, make_anyone());
  for (unsigned i = 1; i < Login::kRefusalsMax; ++i) {
    EXPECT_TRUE(
        talk.say(i % 2 == 0 ? "USER a\r\nPASS c\r\n" : "AUTH PLAIN =\r\n").ends_with("user or password\r\n"));
    EXPECT_FALSE(talk.server().over());
  }
  EXPECT_EQ(talk.say("USER x\r\nPASS b\r\n"),
            "+OK And the password?\r\n-ERR [AUTH] Too many refused logins\r\n");
  EXPECT_EQ(talk.server().closing(), session::Closing::when_client_ends);
  talk.server().restart();
  EXPECT_TRUE(talk.say("USER a\r\nPASS b\r\n").ends_with("+OK Logged in\r\n"));
}

TEST(Pop3ServerAuth, GreetingsHaveTimestampsOfTheirOwn) {
  Store store({.messages = 0});
  const Pop3Talk one(store, {}, false, make_anyone());
  const Pop3Talk other(store, {}, false, make_anyone());
  EXPECT_EQ(one.greeting(), "+OK backtalk POP3 <1.0@backtalk>\r\n");
  EXPECT_EQ(other.greeting(), "+OK backtalk POP3 <2.0@backtalk>\r\n");
}

TEST(Pop3ServerAuth, IsOfferedWhereThereIsSomeoneToAsk) {
  Store store({.messages = 0});
  Pop3Talk with(store, {}, false, make_anyone());
  EXPECT_NE(with.say("CAPA\r\n").find("\r\nSASL PLAIN LOGIN CRAM-MD5\r\n"), std::string::npos);
  Pop3Talk without(store);
  EXPECT_EQ(without.say("CAPA\r\n").find("SASL"), std::string::npos);
  EXPECT_TRUE(without.say("AUTH PLAIN AGEAYg==\r\n").starts_with("-ERR "));
  EXPECT_TRUE(without.say("APOP a c4c9334bac560ecc979e58001b3e22fb\r\n").starts_with("-ERR "));
}

// STLS (RFC 2595)

TEST(Pop3ServerStls, IsOfferedInClearTextBeforeLogin) {
  Store store({.messages = 0});
  Pop3Talk talk(store, {}, true);
  EXPECT_NE(talk.say("CAPA\r\n").find("\r\nSTLS\r\n"), std::string::npos);
  EXPECT_EQ(talk.say("STLS now\r\n"), "-ERR STLS has no arguments\r\n");
  EXPECT_EQ(talk.say("USER a\r\nSTLS\r\nPASS b\r\n"), "+OK And the password?\r\n+OK Begin TLS\r\n");
  ASSERT_TRUE(talk.server().wants_tls());
  EXPECT_EQ(talk.left(), "PASS b\r\n");  // for the driver to discard
  talk.server().tls_established();
  // What was said in clear text is forgotten.
  EXPECT_EQ(talk.say("PASS b\r\n"), "-ERR Say USER first\r\n");
  EXPECT_EQ(talk.say("CAPA\r\n").find("STLS"), std::string::npos);
  EXPECT_TRUE(talk.say("STLS\r\n").starts_with("-ERR "));
}

TEST(Pop3ServerStls, MustBeOffered) {
  Store store({.messages = 0});
  Pop3Talk talk(store);
  EXPECT_EQ(talk.say("CAPA\r\n").find("STLS"), std::string::npos);
  EXPECT_TRUE(talk.say("STLS\r\n").starts_with("-ERR "));
  EXPECT_FALSE(talk.server().wants_tls());
}

// Faults

TEST(Pop3ServerFaults, AnswersTakeTheServiceTimeOnceLoggedIn) {
  Faults faults;
  faults.service = {.kind = ServicePlan::Kind::constant, .ns = 1000};
  Store store({.messages = 3, .message_octets = 320});
  Pop3Talk talk(store, faults);
  talk.log_in();
  std::string_view asked = "LIST\r\nNOOP\r\n";
  asked.remove_prefix(talk.server().consume(asked));
  EXPECT_EQ(asked, "NOOP\r\n");
  EXPECT_EQ(talk.server().work_ns(), 1000U);
  EXPECT_EQ(talk.server().output(), "");
  EXPECT_FALSE(talk.server().has_more());
  talk.server().finish_work();
  EXPECT_TRUE(talk.server().has_more());
  EXPECT_EQ(talk.say(asked), "+OK Here they are\r\n1 320\r\n2 320\r\n3 320\r\n.\r\n+OK\r\n");
}

TEST(Pop3ServerFaults, ABodyDoesNotFollowABrokenStatusLine) {
  Faults faults;
  faults.replies = {.fault = ReplyFault::half, .after_replies = 3};
  Store store({.messages = 1, .message_octets = 320});
  Pop3Talk talk(store, faults);
  EXPECT_EQ(talk.say("USER a\r\nPASS b\r\nRETR 1\r\n"), "+OK And the password?\r\n+OK Logged in\r\n+OK 320 ");
  EXPECT_EQ(talk.server().closing(), session::Closing::at_once);
}

TEST(Pop3ServerFaults, AMessageIsSentTwice) {
  Store store({.messages = 0});
  deliver(store, "mrose", "a\r\n.b\r\n");
  Faults faults;
  faults.replies = {.fault = ReplyFault::unasked, .after_replies = 3};
  Pop3Talk talk(store, faults);
  talk.log_in();
  EXPECT_EQ(talk.say("RETR 1\r\n"), "+OK 7 octets\r\na\r\n..b\r\n.\r\n+OK Again\r\na\r\n..b\r\n.\r\n");
  const std::string list = "+OK Here they are\r\n1 7\r\n.\r\n";
  EXPECT_EQ(talk.say("LIST\r\n"), list + list);
}

TEST(Pop3ServerFaults, AMessageIsCut) {
  Store store({.messages = 0});
  deliver(store, "mrose", "abcdefgh\r\n");
  Faults faults;
  faults.bodies = {.fault = BodyFault::cut, .after_bodies = 0};
  Pop3Talk talk(store, faults);
  talk.log_in();
  EXPECT_EQ(talk.say("RETR 1\r\n"), "+OK 10 octets\r\nabcde");
  EXPECT_EQ(talk.server().closing(), session::Closing::at_once);
}

}  // namespace
}  // namespace backtalk::serve
