// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_mailbox.hpp"

#include <gtest/gtest.h>

#include <string>

#include "backtalk/imap/response_parser.hpp"

namespace backtalk::session {
namespace {

// Reads lines of a server.
void read(ImapMailbox& mailbox, const std::string& lines, bool uid_search = false) {
  imap::ResponseParser parser;
  parser.feed(lines);
  while (const imap::Response* const response = parser.next())
    mailbox.read(imap_data(*response), *response, uid_search);
}

TEST(ImapMailboxNumbers, AreThoseThatExist) {
  ImapMailbox mailbox;
  EXPECT_EQ(mailbox.number(0), 0U);
  read(mailbox, "* 2 EXISTS\r\n");
  EXPECT_EQ(mailbox.number(1), 2U);
  read(mailbox, "* 1 RECENT\r\n* 3 FETCH (FLAGS ())\r\n");
  EXPECT_EQ(mailbox.number(1), 2U) << "other data says nothing about it";
  read(mailbox, "* 1 EXPUNGE\r\n");
  EXPECT_EQ(mailbox.number(1), 1U);
  read(mailbox, "* 1 EXPUNGE\r\n");
  EXPECT_EQ(mailbox.number(1), 0U);
  read(mailbox, "* 1 EXPUNGE\r\n");
  EXPECT_EQ(mailbox.number(1), 0U) << "there are no fewer than none";
}

TEST(ImapMailboxNumbers, HaveThirtyTwoBits) {
  ImapMailbox mailbox;
  read(mailbox, "* 4294967295 EXISTS\r\n");
  EXPECT_EQ(mailbox.number(4'294'967'294), 4'294'967'295U);
  read(mailbox, "* 4294967296 EXISTS\r\n");
  EXPECT_EQ(mailbox.number(0), 0U) << "no such number";
}

TEST(ImapMailboxUids, AreLearnedFromFetch) {
  for (const std::string items : {"(UID 23)", "(FLAGS (\\Seen) UID 23)", "(uid 23 RFC822.SIZE 4)",
                                  "(X-A UID UID 23)", "(FLAGS (UID 7) UID 23)"}) {
    ImapMailbox mailbox;
    read(mailbox, "* 1 FETCH " + items + "\r\n");
    EXPECT_EQ(mailbox.uid(0), 23U) << items;
  }
  for (const std::string items :
       {"(X-A UID)", "(UID)", "(FLAGS ())", "()", "UID 23", "(UID x)", "(UID (23))", "(UID 4294967296)"}) {
    ImapMailbox mailbox;
    read(mailbox, "* 1 FETCH " + items + "\r\n");
    EXPECT_EQ(mailbox.uid(0), 0U) << items;
  }
  ImapMailbox mailbox;
  read(mailbox, "* 1 FETCH (UID 4294967295)\r\n");
  EXPECT_EQ(mailbox.uid(0), 4'294'967'295U);
}

TEST(ImapMailboxUids, AreLearnedFromSearchesByUid) {
  ImapMailbox mailbox;
  read(mailbox, "* SEARCH 2 84\r\n");
  EXPECT_EQ(mailbox.uid(0), 0U) << "those are message numbers";
  read(mailbox, "* SEARCH 2 84 882\r\n", true);
  EXPECT_EQ(mailbox.uid(0), 2U);
  EXPECT_EQ(mailbox.uid(2), 882U);
  EXPECT_EQ(mailbox.uid(3), 2U);
  mailbox.forget();
  EXPECT_EQ(mailbox.uid(0), 0U);
}

TEST(ImapMailboxUids, OfALongSearchAreItsFirst) {
  ImapMailbox mailbox;
  std::string search = "* SEARCH";
  for (std::size_t uid = 1; uid <= 2 * MailboxUids::kMax; ++uid) search += " " + std::to_string(uid);
  read(mailbox, search + "\r\n", true);
  EXPECT_EQ(mailbox.uid(MailboxUids::kMax - 1), MailboxUids::kMax);
  EXPECT_EQ(mailbox.uid(MailboxUids::kMax), 1U);
}

TEST(ImapMailbox, ForgetsWhatWasSelected) {
  ImapMailbox mailbox;
  read(mailbox, "* 2 EXISTS\r\n* 1 FETCH (UID 5)\r\n");
  mailbox.forget();
  EXPECT_EQ(mailbox.number(0), 0U);
  EXPECT_EQ(mailbox.uid(0), 0U);
}

}  // namespace
}  // namespace backtalk::session
