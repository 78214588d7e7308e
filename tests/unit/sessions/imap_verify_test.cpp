// SPDX-License-Identifier: Apache-2.0 OR MIT
// What --verify makes of what an IMAP server says.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "backtalk/detail/limit_defaults.hpp"
#include "imap_dialogue.hpp"
#include "session/message_checksum.hpp"

namespace backtalk::session::test {
namespace {

std::string literal_of(std::string_view body, std::string_view made_of) {
  std::string text =
      "X-Backtalk-Checksum: " + std::string(ChecksumValue(crc32_of(made_of)).text()) + "\r\n\r\n";
  text.append(body);
  return "{" + std::to_string(text.size()) + "}\r\n" + text;
}

std::string literal_of(std::string_view body) {
  return literal_of(body, body);
}

// A mailbox of three messages is selected. Each pass is one of these commands, answered in turn.
class Verified : public ImapDialogue {
 public:
  explicit Verified(std::vector<ScriptCommand> commands, std::string_view selected = "* 3 EXISTS\r\n")
      : ImapDialogue(plan_of(commands)) {
    supply = commands.size();
    said_ = greet();
    answer(std::string(selected));
  }

  /// The server says this, and then OK to the command in flight.
  void answer(const std::string& data) {
    const std::string tag = said_.substr(0, said_.find(' '));
    said_ = says(data + tag + " OK done\r\n");
  }
  /// The name of each transaction's failure; empty for one that completed.
  [[nodiscard]] std::vector<std::string> failures() const {
    std::vector<std::string> names;
    for (const TransactionEnd& end : recorder.ends) names.emplace_back(end.reason);
    return names;
  }

 private:
  static ImapPlan plan_of(const std::vector<ScriptCommand>& commands) {
    Script script;
    script.once = {imap_command_of(ImapCommand::select, "SELECT INBOX")};
    script.passes.resize(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i)
      script.passes[PassOrder(commands.size()).place(i)] = {.name = "pass", .commands = {commands[i]}};
    const FlagWord changing = flags_changed_by(script);
    ImapPlan plan = imap_plan_of(1, std::move(script));
    plan.verifies = true;
    plan.flags_changing = changing;
    return plan;
  }

  std::string said_;
};

using Names = std::vector<std::string>;

ScriptCommand fetch(std::string_view line) {
  return imap_command_of(ImapCommand::fetch, line);
}
ScriptCommand noop() {
  return imap_command_of(ImapCommand::noop, "NOOP");
}

TEST(ImapVerify, AHealthyMailboxHasNothingWrong) {
  Verified talk({fetch("FETCH 1:* (UID FLAGS)"), noop(), fetch("FETCH 1 (BODY.PEEK[])"), noop(),
                 fetch("FETCH 1:* (UID FLAGS RFC822.SIZE)"), fetch("FETCH 2 (BODY.PEEK[])")},
                "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n");
  talk.answer(
      "* 1 FETCH (UID 3 FLAGS ())\r\n* 2 FETCH (FLAGS (\\Seen $Label1) UID 5)\r\n* 3 FETCH (UID 9 FLAGS "
      "())\r\n");
  talk.answer("* 4 EXISTS\r\n* 1 RECENT\r\n");
  talk.answer("* 1 FETCH (BODY[] " + literal_of("a\r\n") + ")\r\n");
  talk.answer("* 2 EXPUNGE\r\n* 3 EXISTS\r\n");
  talk.answer(
      "* 1 FETCH (UID 3 FLAGS (\\Recent) RFC822.SIZE 42)\r\n* 2 FETCH (UID 9 FLAGS () RFC822.SIZE 42)\r\n"
      "* 3 FETCH (UID 10 FLAGS () RFC822.SIZE 42)\r\n");
  talk.answer("* 2 FETCH (BODY[] " + literal_of("b\r\n") + ")\r\n");
  EXPECT_EQ(talk.failures(), Names(6));
  EXPECT_EQ(talk.recorder.checkable, 2);
  EXPECT_EQ(talk.recorder.not_checkable, 0);
}

TEST(ImapVerify, ABodyIsWhatItsChecksumWasMadeOfHoweverLongAndCut) {
  for (const std::size_t octets : {10U, detail::kTinyLimits ? 20U : 5000U}) {
    const std::string body(octets, 'x');
    Verified talk(
        {fetch("FETCH 1 (BODY.PEEK[])"), fetch("FETCH 2 (BODY.PEEK[])"), fetch("FETCH 3 (RFC822)")});
    talk.answer("* 1 FETCH (BODY[] " + literal_of(body) + ")\r\n");
    talk.answer("* 2 FETCH (BODY[] " + literal_of(body + "y", body + "x") + ")\r\n");
    talk.answer("* 3 FETCH (RFC822 " + literal_of(body + "y", body + "x") + ")\r\n");
    EXPECT_EQ(talk.failures(), Names({"", "verify-checksum", "verify-checksum"})) << octets;
    ASSERT_EQ(talk.recorder.said.size(), 2U) << "each is told once";
    EXPECT_EQ(talk.recorder.said[0].command, "FETCH");
    EXPECT_EQ(talk.recorder.checkable, 3);
  }
}

TEST(ImapVerify, PartsAndWhatHasNoChecksumAreNotCheckable) {
  Verified talk({fetch("FETCH 1 (BODY.PEEK[])"), fetch("FETCH 1 (BODY.PEEK[TEXT])"),
                 fetch("FETCH 1 (BODY.PEEK[1])"), fetch("FETCH 1 (BODY.PEEK[HEADER])"),
                 fetch("FETCH 1 (BODY.PEEK[]<0.5>)")});
  talk.answer("* 1 FETCH (BODY[] {5}\r\na\r\n\r\n)\r\n");
  talk.answer("* 1 FETCH (BODY[TEXT] {1}\r\na)\r\n");
  talk.answer("* 1 FETCH (BODY[1] {1}\r\na)\r\n");
  talk.answer("* 1 FETCH (BODY[HEADER] {1}\r\na)\r\n");
  talk.answer("* 1 FETCH (BODY[]<0> {1}\r\na)\r\n");
  EXPECT_EQ(talk.failures(), Names(5));
  EXPECT_EQ(talk.recorder.checkable, 0);
  EXPECT_EQ(talk.recorder.not_checkable, 4) << "a header is none";
}

TEST(ImapVerify, WhatComesWasAskedFor) {
  Verified talk({fetch("FETCH 1 (BODY.PEEK[])"),
                 imap_command_of(ImapCommand::uid_fetch, "UID FETCH 8 (BODY.PEEK[])"),
                 fetch("FETCH 2 (BODY.PEEK[])"), fetch("FETCH 2 (BODY.PEEK[])")});
  talk.answer("* 2 FETCH (BODY[] " + literal_of("a\r\n") + ")\r\n");
  talk.answer("* 1 FETCH (UID 7 BODY[] " + literal_of("a\r\n") + ")\r\n");
  talk.answer("* 1 FETCH (FLAGS ())\r\n* 2 FETCH (BODY[] " + literal_of("a\r\n") + ")\r\n");
  talk.answer("* 2 FETCH (BODY[] " + literal_of("b\r\n") + ")\r\n");
  EXPECT_EQ(talk.failures(),
            Names({"verify-other-answer", "verify-other-answer", "", "verify-other-answer"}));
}

TEST(ImapVerify, ExistsShrinksByExpungeOnly) {
  Verified talk({noop(), noop(), noop(), fetch("FETCH 1:* (FLAGS)")});
  talk.answer("* 2 EXISTS\r\n");
  talk.answer("* 1 EXPUNGE\r\n* 1 EXISTS\r\n");
  talk.answer("* 5 EXPUNGE\r\n");
  talk.answer("* 2 FETCH (FLAGS ())\r\n");
  EXPECT_EQ(talk.failures(), Names({"verify-exists", "", "verify-expunge", "verify-exists"}));
}

TEST(ImapVerify, AnExpungeIsTold) {
  Verified talk(
      {fetch("FETCH 1:* (UID)"), fetch("FETCH 2 (UID)"), fetch("FETCH 2 (UID)"), fetch("FETCH 2 (UID)")});
  talk.answer("* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\n");
  talk.answer("* 2 FETCH (UID 3)\r\n");
  talk.answer("* 2 FETCH (UID 3)\r\n");
  talk.answer("* 1 EXPUNGE\r\n* 2 FETCH (UID 9)\r\n");
  EXPECT_EQ(talk.failures(), Names({"", "verify-expunge", "", "verify-expunge"}))
      << "once for each; and none may come while numbers are in use";
}

TEST(ImapVerify, AnExpungeThatIsNotToldHasThatNameWhateverIsSaidBesides) {
  Verified talk({fetch("FETCH 1:* (UID FLAGS RFC822.SIZE)"), fetch("FETCH 2 (FLAGS RFC822.SIZE UID)")});
  talk.answer(
      "* 1 FETCH (UID 1 FLAGS () RFC822.SIZE 5)\r\n* 2 FETCH (UID 2 FLAGS () RFC822.SIZE 6)\r\n"
      "* 3 FETCH (UID 3 FLAGS (\\Draft) RFC822.SIZE 7)\r\n");
  talk.answer("* 2 FETCH (FLAGS (\\Draft) RFC822.SIZE 7 UID 3)\r\n");
  EXPECT_EQ(talk.failures(), Names({"", "verify-expunge"}));
}

TEST(ImapVerify, WithoutUidsTheMessagesShowThatNumbersHaveMoved) {
  Verified talk({fetch("FETCH 2 (BODY.PEEK[])"), fetch("FETCH 3 (BODY.PEEK[])"),
                 fetch("FETCH 2 (BODY.PEEK[])"), fetch("FETCH 2 (BODY.PEEK[])")});
  talk.answer("* 2 FETCH (BODY[] " + literal_of("a\r\n") + ")\r\n");
  talk.answer("* 3 FETCH (BODY[] " + literal_of("b\r\n") + ")\r\n");
  talk.answer("* 2 FETCH (BODY[] " + literal_of("b\r\n") + ")\r\n");
  talk.answer("* 2 FETCH (BODY[] " + literal_of("c\r\n") + ")\r\n");
  EXPECT_EQ(talk.failures(), Names({"", "", "verify-expunge", "verify-other-answer"}));
}

// RFC 7162 3.2.10: in place of EXPUNGE, once QRESYNC is on.
TEST(ImapVerify, VanishedTellsThatMessagesAreGone) {
  Verified talk({fetch("FETCH 1:* (UID)"), noop(), fetch("FETCH 1 (UID)"), noop()});
  talk.answer("* 1 FETCH (UID 1)\r\n* 2 FETCH (UID 2)\r\n* 3 FETCH (UID 3)\r\n");
  talk.answer("* VANISHED 1:2\r\n* 1 EXISTS\r\n");
  talk.answer("* 1 FETCH (UID 3)\r\n");
  talk.answer("* 0 EXISTS\r\n");
  EXPECT_EQ(talk.failures(), Names({"", "", "", "verify-exists"})) << "the next one has to be told again";
}

TEST(ImapVerify, MessagesThatMoveUpFromBeyondWhatIsKeptAreNotNew) {
  Verified talk({noop(), fetch("FETCH 65536 (UID)")},
                "* 70000 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 80000] x\r\n");
  talk.answer("* 1 EXPUNGE\r\n* 69999 EXISTS\r\n");
  talk.answer("* 65536 FETCH (UID 65537)\r\n");
  EXPECT_EQ(talk.failures(), Names({"", ""}));
}

TEST(ImapVerify, UidsAscendAndAreUsedOnce) {
  Verified talk({fetch("FETCH 1:* (UID)"), fetch("FETCH 1:* (UID)"), noop(), fetch("FETCH 4 (UID)")},
                "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n");
  talk.answer("* 1 FETCH (UID 2)\r\n* 2 FETCH (UID 2)\r\n");
  talk.answer("* 3 FETCH (UID 1)\r\n");
  talk.answer("* 4 EXISTS\r\n");
  talk.answer("* 4 FETCH (UID 9)\r\n");
  EXPECT_EQ(talk.failures(), Names({"verify-uid-reused", "verify-uid-order", "", "verify-uid-reused"}));
}

TEST(ImapVerify, TheNextUidOnlyGrowsWhileTheMailboxIsTheSame) {
  Verified talk({imap_command_of(ImapCommand::examine, "EXAMINE INBOX"),
                 imap_command_of(ImapCommand::examine, "EXAMINE INBOX"),
                 imap_command_of(ImapCommand::examine, "EXAMINE other"),
                 imap_command_of(ImapCommand::examine, "EXAMINE other")},
                "* 3 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 10] x\r\n");
  talk.answer("* 3 EXISTS\r\n* OK [UIDNEXT 9] x\r\n* OK [UIDVALIDITY 7] x\r\n");
  talk.answer("* 0 EXISTS\r\n* OK [UIDNEXT 1] x\r\n* OK [UIDVALIDITY 8] x\r\n");
  talk.answer("* 1 EXISTS\r\n* OK [UIDNEXT 5] x\r\n* OK [UIDVALIDITY 8] x\r\n");
  talk.answer("* 0 EXISTS\r\n* OK [UIDNEXT 5] x\r\n* OK [UIDVALIDITY 8] x\r\n");
  EXPECT_EQ(talk.failures(), Names({"verify-uid-reused", "", "", ""}));
}

TEST(ImapVerify, FlagsChangeIfTheRunChangesThem) {
  Verified talk({fetch("FETCH 1 (FLAGS)"), fetch("FETCH 1 (FLAGS)"), fetch("FETCH 1 (FLAGS)"),
                 fetch("FETCH 1 (FLAGS)"), imap_command_of(ImapCommand::store, "STORE 1 +FLAGS (\\Flagged)"),
                 fetch("FETCH 2 (BODY[])")});
  talk.answer("* 1 FETCH (FLAGS ())\r\n");
  talk.answer("* 1 FETCH (FLAGS (\\Flagged \\Seen \\Recent))\r\n");
  talk.answer("* 1 FETCH (FLAGS (\\Deleted))\r\n");
  talk.answer("* 1 FETCH (FLAGS (\\Deleted other))\r\n");
  talk.answer("* 1 FETCH (FLAGS (\\Deleted \\Flagged other))\r\n");
  talk.answer("* 2 FETCH (BODY[] {1}\r\na)\r\n");
  EXPECT_EQ(talk.failures(), Names({"", "", "verify-flags", "verify-flags", "", ""}))
      << "a body that is fetched sets Seen, and STORE sets Flagged";
}

TEST(ImapVerify, WhatAScriptChanges) {
  const auto of = [](ImapCommand command, std::string_view line) {
    return flags_changed_by(imap_script_of({imap_command_of(command, line)}));
  };
  EXPECT_EQ(of(ImapCommand::fetch, "FETCH 1 (FLAGS BODY.PEEK[] RFC822.SIZE RFC822.HEADER)"), 0U);
  EXPECT_EQ(of(ImapCommand::fetch, "FETCH 1 BODY[]"), 1U);
  EXPECT_EQ(of(ImapCommand::uid_fetch, "UID FETCH 1 (RFC822)"), 1U);
  EXPECT_EQ(of(ImapCommand::store, "STORE 1 +FLAGS.SILENT (\\deleted \\Seen)"), 1U | 8U);
  EXPECT_EQ(of(ImapCommand::uid_store, "UID STORE 1 -FLAGS \\Draft"), 16U);
  EXPECT_GT(of(ImapCommand::store, "STORE 1 +FLAGS ($Label1)"), 31U);
  EXPECT_GT(of(ImapCommand::store, "STORE 1 FLAGS (\\Seen)"), 31U) << "the others go";
  EXPECT_EQ(of(ImapCommand::noop, "NOOP"), 0U);
}

TEST(ImapVerify, WhatComesInAnIdleFailsItsPass) {
  ScriptCommand idle = imap_command_of(ImapCommand::idle, "IDLE");
  idle.idle = ThinkTime::constant(1000);
  Script script = imap_script_of({idle}, {imap_command_of(ImapCommand::select, "SELECT INBOX")});
  ImapPlan plan = imap_plan_of(1, std::move(script));
  plan.verifies = true;
  ImapDialogue talk(std::move(plan));
  talk.supply = 1;
  talk.greet();
  talk.says("* 3 EXISTS\r\nA1 OK done\r\n");
  talk.says("+ idling\r\n");
  talk.says("* 2 EXISTS\r\n");
  const std::string done = talk.after(2000);
  EXPECT_EQ(done, "DONE\r\n");
  talk.says("A2 OK done\r\n");
  ASSERT_EQ(talk.recorder.ends.size(), 1U);
  EXPECT_EQ(talk.recorder.ends[0].reason, "verify-exists");
}

}  // namespace
}  // namespace backtalk::session::test
