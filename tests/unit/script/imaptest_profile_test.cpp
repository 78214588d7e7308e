// SPDX-License-Identifier: Apache-2.0 OR MIT
// Profiles of imaptest: docs/profile.md of github.com/dovecot/imaptest says what they mean.
#include "script/imaptest_profile.hpp"

#include <gtest/gtest.h>

#include <string>

#include "script/imaptest_settings.hpp"
#include "script/shipped.hpp"
#include "script_testing.hpp"

namespace backtalk::script {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;

// Numbers that are easy to follow: a mail every 10 s, and one is written every 40 s.
constexpr std::string_view kSmall = R"(# a comment
lmtp_port = 24
lmtp_max_parallel_count = 10
total_user_count = 30
rampup_time = 5s

user busy {
  username_format = test%{username_idx}
  count = 100%
  mail_inbox_delivery_interval = 10s
  mail_send_interval = 40 secs
  mail_action_delay = 2s
  mail_action_repeat_delay = 1s
  mail_write_duration = 4s
  mail_session_length = 3 min
  mail_inbox_delete_percentage = 50
}
client Thunderbird {
  count = 100%
  connection_max_count = 5
  imap_fetch_immediate = UID FLAGS
  imap_fetch_manual = BODY.PEEK[]
}
)";

std::string made_of(std::string_view text) {
  const auto made = script_of_imaptest_profile(text, "imap");
  if (const auto* error = std::get_if<Error>(&made)) {
    ADD_FAILURE() << show("profile", *error);
    return {};
  }
  return std::get<std::string>(made);
}

std::string refused(std::string_view text) {
  const auto made = script_of_imaptest_profile(text, "imap");
  const auto* const error = std::get_if<Error>(&made);
  return error == nullptr ? "" : show("", *error).substr(1);
}

std::string with(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

TEST(ImaptestProfile, IsToldFromAScript) {
  EXPECT_TRUE(is_imaptest_profile(kSmall));
  EXPECT_TRUE(is_imaptest_profile("user x {\r\n}\r\n"));
  EXPECT_TRUE(is_imaptest_profile("\n# comment\n  rampup_time=30s\n"));
  for (const std::string_view script : {"", "# comment\n", "== pass\n", "C: a NOOP\n", "S: * OK\n",
                                        "wait 1s\n", "repeat 3\n", "user\n", "user x\n"})
    EXPECT_FALSE(is_imaptest_profile(script)) << script;
}

TEST(ImaptestProfile, HasSettingsOfUsersAndClients) {
  const auto read = read_imaptest_settings(kSmall);
  const auto& profile = std::get<ImaptestProfile>(read);
  EXPECT_EQ(profile.users_total, 30U);
  EXPECT_EQ(profile.rampup, 5 * kSecond);
  ASSERT_EQ(profile.users.size(), 1U);
  EXPECT_EQ(profile.users[0].name, "busy");
  EXPECT_EQ(profile.users[0].send_interval, 40 * kSecond);
  EXPECT_EQ(profile.users[0].session_length, 180 * kSecond);
  EXPECT_EQ(profile.users[0].delete_percentage, 50U);
  ASSERT_EQ(profile.clients.size(), 1U);
  EXPECT_EQ(profile.clients[0].fetch_immediate, "UID FLAGS");
  EXPECT_FALSE(profile.clients[0].idle);
}

TEST(ImaptestProfile, TimesAreWrittenAsDovecotReadsThem) {
  for (const auto& [text, ns] : {std::pair{"3 min", 180 * kSecond}, std::pair{"3min", 180 * kSecond},
                                 std::pair{"3m", 180 * kSecond}, std::pair{"2 hours", 7200 * kSecond},
                                 std::pair{"500ms", kSecond / 2}, std::pair{"500 msecs", kSecond / 2},
                                 std::pair{"1 day", 86'400 * kSecond}, std::pair{"0", std::uint64_t{0}}}) {
    const auto read = read_imaptest_settings(
        with(std::string(kSmall), "rampup_time = 5s", std::string("rampup_time = ") + text));
    ASSERT_TRUE(std::holds_alternative<ImaptestProfile>(read)) << text;
    EXPECT_EQ(std::get<ImaptestProfile>(read).rampup, ns) << text;
  }
  for (const char* const text : {"5", "s", "-5s", "5x", "1.5s", "99999999999999999999s", "9 days", "5 s s"})
    EXPECT_EQ(refused(with(std::string(kSmall), "rampup_time = 5s", std::string("rampup_time = ") + text)),
              "5:1: expected a time such as `rampup_time = 30s`")
        << text;
}

// A user gets a tenth of a mail a second and writes a fortieth of one: as passes, 4 to 1. Of the
// mails, half are deleted. Per second a user waits for 0.05 * 3 s + 0.05 * 2 s + 0.025 * 4 s, which
// leaves 0.65 s for 0.125 passes: 5.2 s behind each.
TEST(ImaptestProfile, BecomesAScriptOfTheSameMeans) {
  const std::string text = made_of(kSmall);
  const session::Script script = testing::read("imap", text);
  ASSERT_EQ(script.passes.size(), 3U);
  EXPECT_EQ(script.passes[0].name, "busy Thunderbird delete");
  EXPECT_EQ(script.passes[1].name, "busy Thunderbird read");
  EXPECT_EQ(script.passes[2].name, "busy Thunderbird write");
  EXPECT_EQ(script.passes[0].weight, 1000U);
  EXPECT_EQ(script.passes[1].weight, 1000U);
  EXPECT_EQ(script.passes[2].weight, 500U);
  EXPECT_EQ(testing::sent(script.passes[0].commands),
            (std::vector<std::string>{"APPEND INBOX ", "UID FETCH word0 (UID FLAGS)",
                                      "UID FETCH word0 (BODY.PEEK[])", "UID STORE word0 +FLAGS (\\Deleted)",
                                      "UID EXPUNGE word0"}));
  EXPECT_EQ(script.passes[0].commands[2].wait, session::ThinkTime::normal(2 * kSecond, kSecond));
  EXPECT_EQ(script.passes[0].commands[3].wait, session::ThinkTime::normal(kSecond, kSecond / 2));
  for (const session::ScriptPass& pass : script.passes)
    EXPECT_EQ(pass.wait, session::ThinkTime::normal(5200 * kSecond / 1000, 2600 * kSecond / 1000))
        << pass.name;
  EXPECT_NE(text.find("-c 30 --ramp 5s --users FILE"), std::string::npos) << text;
  EXPECT_NE(text.find("busy stays connected for 180s"), std::string::npos) << text;
}

TEST(ImaptestProfile, ClientsThatIdleWaitInAnIdle) {
  const session::Script script = testing::read(
      "imap", made_of(with(std::string(kSmall), "connection_max_count = 5", "imap_idle = yes")));
  for (const session::ScriptPass& pass : script.passes) {
    EXPECT_EQ(pass.commands.back().idle.mean(), 5200 * kSecond / 1000);
    EXPECT_TRUE(pass.wait.empty());
  }
}

TEST(ImaptestProfile, KindsOfUsersAndClientsShareByTheirCounts) {
  std::string text(kSmall);
  text = with(text, "count = 100%\n  mail_inbox", "count = 75%\n  mail_inbox");
  text += "user idle {\n count = 25%\n mail_spam_delivery_interval = 10s\n}\n";
  text = with(text, "count = 100%\n  connection", "count = 40%\n  connection");
  text += "client Other {\n count = 60%\n}\n";
  const session::Script script = testing::read("imap", made_of(text));
  ASSERT_EQ(script.passes.size(), 8U);
  double weights = 0;
  double other = 0;
  double spam = 0;
  for (const session::ScriptPass& pass : script.passes) {
    weights += pass.weight;
    if (pass.name.find("Other") != std::string::npos) other += pass.weight;
    if (pass.name.starts_with("idle")) spam += pass.weight;
  }
  EXPECT_NEAR(other / weights, 0.6, 0.001);
  EXPECT_NEAR(spam / weights, 0.25 * 0.1 / (0.25 * 0.1 + 0.75 * 0.125), 0.001);
}

TEST(ImaptestProfile, MistakesAreShownWhereTheyAre) {
  const std::string text(kSmall);
  EXPECT_EQ(refused(with(text, "mail_action_delay = 2s", "mail_action_dely = 2s")),
            "12:3: imaptest has no setting `mail_action_dely` here: did you mean mail_action_delay?");
  EXPECT_EQ(refused(with(text, "mail_action_delay = 2s", "mail_action_delay = soon")),
            "12:3: expected a time such as `mail_action_delay = 10s` or `3 min`");
  EXPECT_EQ(refused(with(text, "delete_percentage = 50", "delete_percentage = 101")),
            "16:3: expected a percentage from 0 to 100, as `mail_inbox_delete_percentage = 50`");
  EXPECT_EQ(refused(with(text, "count = 100%", "count = 99%")),
            "1:1: the `count` of all users add up to 100 %, and here it is 99 %");
  EXPECT_EQ(refused(with(text, "count = 100%\n  connection", "count = 9%\n  connection")),
            "1:1: the `count` of all clients add up to 100 % at least, and here it is 9 %");
  EXPECT_EQ(refused(with(text, "user busy {", "users busy {")),
            "7:1: expected `user NAME {` or `client NAME {`");
  EXPECT_EQ(
      refused(with(text, "connection_max_count = 5", "protocol = pop3")),
      "1:1: the client Thunderbird is one of POP3: a URL of POP3 plays it, and a profile has clients of one "
      "protocol");
  EXPECT_EQ(refused(with(text, "connection_max_count = 5", "protocol = nntp")),
            "20:3: expected `protocol = imap` or `pop3`");
  EXPECT_EQ(refused(with(text, "connection_max_count = 5", "imap_idle = maybe")),
            "20:3: expected `imap_idle = yes` or `no`");
  EXPECT_EQ(refused("user x {\n"), "1:1: this section has no line `}`");
  EXPECT_EQ(refused("rampup_time = 1s\nnonsense\n"),
            "2:1: expected `NAME = VALUE`, `user NAME {` or `client NAME {`");
  EXPECT_EQ(refused(""), "1:1: the `count` of all users add up to 100 %, and here it is 0 %");
  std::string many;
  for (int i = 0; i < 17; ++i) many += "user x {\n}\n";
  EXPECT_EQ(refused(many), "33:1: a profile has at most 16 kinds of users, and of clients");
}

TEST(ImaptestProfile, ItemsCannotLeaveTheirLine) {
  const std::string text(kSmall);
  const session::Script script =
      testing::read("imap", made_of(with(text, "BODY.PEEK[]", "BODY.PEEK[] {n} {5}")));
  EXPECT_EQ(testing::sent(script.passes[1].commands)[2], "UID FETCH word0 (BODY.PEEK[] {n} {5})");
  EXPECT_EQ(refused(with(text, "BODY.PEEK[]", "BODY\t[]")),
            "22:3: expected items of FETCH, at most 1000 octets");
}

// The users of imaptest's own profile.conf, which come with the program as scripts.
struct Published {
  std::string_view user;
  std::string_view times;
};

constexpr std::string_view kClients = R"(
client Thunderbird {
  count = 80%
  imap_idle = yes
  imap_fetch_immediate = UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (From To Cc Bcc Subject Date Message-ID Priority X-Priority References Newsgroups In-Reply-To Content-Type)]
  imap_fetch_manual = RFC822.SIZE BODY[]
}
client AppleMail {
  count = 20%
  imap_idle = yes
  imap_fetch_immediate = INTERNALDATE UID RFC822.SIZE FLAGS BODY.PEEK[HEADER.FIELDS (date subject from to cc message-id in-reply-to references x-priority x-uniform-type-identifier x-universally-unique-identifier)] MODSEQ
  imap_fetch_manual = BODYSTRUCTURE BODY.PEEK[]
}
)";

TEST(ImaptestProfile, OfImaptestItselfIsShipped) {
  for (const Published& one :
       {Published{"aggressive",
                  "inbox_delivery_interval = 10s\nmail_spam_delivery_interval = 5s\nmail_action_delay = 2s\n"
                  "mail_action_repeat_delay = 1s\nmail_send_interval = 10s\nmail_write_duration = 5s\n"},
        Published{
            "normal",
            "inbox_delivery_interval = 5 min\nmail_spam_delivery_interval = 3 min\nmail_action_delay = 3 "
            "min\n"
            "mail_action_repeat_delay = 10s\nmail_send_interval = 10 min\nmail_write_duration = 2 min\n"}}) {
    std::string profile = "user " + std::string(one.user) + " {\ncount = 100%\nmail_";
    profile += one.times;
    profile +=
        "mail_inbox_move_filter_percentage = 10\nmail_inbox_delete_percentage = 5\n"
        "mail_inbox_move_percentage = 5\nmail_inbox_reply_percentage = 50\n}";
    profile += kClients;
    const std::string made = made_of(profile);
    const ShippedScript* const shipped = find_shipped("imap", "imaptest-" + std::string(one.user));
    ASSERT_NE(shipped, nullptr);
    EXPECT_EQ(shipped->text.substr(shipped->text.find("== once")), made.substr(made.find("== once")));
  }
}

// --- POP3

constexpr std::string_view kPop3Profile =
    "total_user_count = 120\nuser u {\ncount = 100%\n}\nclient gone {\ncount = 0%\n}\nclient pop3 {\ncount = "
    "100%\nprotocol = pop3\npop3_keep_mails = no\nlogin_interval = 1min\n}\n";

std::string pop3_made(std::string_view text) {
  const auto made = script_of_imaptest_profile(text, "pop3");
  if (const auto* error = std::get_if<Error>(&made)) return show("", *error).substr(1);
  const auto& script = std::get<std::string>(made);
  EXPECT_EQ(testing::problem("pop3", script), "");
  return script;
}

TEST(ImaptestProfile, AClientOfPop3FetchesAndDeletes) {
  const std::string script = pop3_made(kPop3Profile);
  EXPECT_NE(script.find("-r 2.000000 "), std::string::npos) << script;
  EXPECT_NE(script.find("repeat messages\nC: RETR {number}\nS: +OK\nC: DELE {number}"), std::string::npos);
  EXPECT_TRUE(testing::read("pop3", script).connection_a_pass);
}

TEST(ImaptestProfile, AClientOfPop3MayKeepItsMail) {
  std::string keeps(kPop3Profile);
  keeps.replace(keeps.find("mails = no"), std::string_view("mails = no").size(), "mails = yes");
  const std::string script = pop3_made(keeps);
  EXPECT_NE(script.find("C: RETR {newest}\nS: *\n"), std::string::npos) << script;
  EXPECT_EQ(script.find("DELE"), std::string::npos);
}

TEST(ImaptestProfile, ClientsOfPop3AreAllOfOneKind) {
  const std::string two = std::string(kPop3Profile) + "client other {\ncount = 10%\nprotocol = pop3\n}\n";
  EXPECT_EQ(pop3_made(two),
            "1:1: the clients pop3 and other do different things: give each a profile and a load of its own");
  EXPECT_EQ(pop3_made(std::string(kPop3Profile) + "client other {\ncount = 10%\n}\n"),
            "1:1: the client other is one of IMAP: a URL of IMAP plays it");
}

}  // namespace
}  // namespace backtalk::script
