// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/completion.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "session/imap_commands.hpp"
#include "session/pop3_commands.hpp"

namespace backtalk::talk {
namespace {

std::vector<std::string> texts(const Completion& completion) {
  std::vector<std::string> texts;
  texts.reserve(completion.choices.size());
  for (const CommandHelp& one : completion.choices) texts.emplace_back(one.text);
  return texts;
}

bool is_known(Protocol protocol, std::string_view name) {
  return std::ranges::any_of(command_help(protocol),
                             [name](const CommandHelp& one) { return one.text.starts_with(name); });
}

TEST(Completion, TwoLettersAreEnoughForMostCommands) {
  EXPECT_EQ(complete(Protocol::smtp, "EH").added, "LO ");
  EXPECT_EQ(complete(Protocol::smtp, "RC").added, "PT TO:<");
  EXPECT_EQ(complete(Protocol::pop3, "ST").choices.size(), 2U);
  EXPECT_EQ(complete(Protocol::pop3, "STA").added, "T");
  EXPECT_EQ(complete(Protocol::http, "GE").added, "T /");
}

TEST(Completion, AddsWhatAllChoicesHave) {
  const Completion completion = complete(Protocol::imap, "a UNS");
  EXPECT_EQ(texts(completion), (std::vector<std::string>{"UNSELECT", "UNSUBSCRIBE "}));
  EXPECT_EQ(completion.added, "");
  EXPECT_EQ(complete(Protocol::imap, "a UI").added, "D ");
  EXPECT_EQ(complete(Protocol::imap, "a UID F").added, "ETCH ");
}

TEST(Completion, OfImapBeginsBehindTheTag) {
  EXPECT_TRUE(complete(Protocol::imap, "CA").choices.empty()) << "it is a tag";
  EXPECT_EQ(complete(Protocol::imap, "1 CA").added, "PABILITY");
}

TEST(Completion, GoesOnInLowerCase) {
  EXPECT_EQ(complete(Protocol::smtp, "eh").added, "lo ");
  EXPECT_EQ(complete(Protocol::smtp, "eH").added, "LO ");
}

TEST(Completion, OffersTheCommandsOfTheProgramBehindASlash) {
  EXPECT_EQ(complete(Protocol::imap, "/st").added, "arttls");
  EXPECT_EQ(complete(Protocol::smtp, "/").choices.size(), 6U);
}

TEST(Completion, OffersNothingForWhatIsNoCommand) {
  EXPECT_TRUE(complete(Protocol::smtp, "XYZZY").choices.empty());
  EXPECT_TRUE(complete(Protocol::smtp, "MAIL FROM:<a@b> SI").choices.empty());
}

TEST(Completion, OfNothingOffersEverything) {
  EXPECT_EQ(complete(Protocol::pop3, "").choices.size(), command_help(Protocol::pop3).size());
}

TEST(Completion, KnowsEveryCommandThatSessionsHave) {
  for (const std::string_view name : session::kPop3CommandNames) {
    EXPECT_TRUE(name == "GREETING" || is_known(Protocol::pop3, name)) << name;
  }
  for (const std::string_view name : session::kImapCommandNames) {
    EXPECT_TRUE(name == "GREETING" || name == "DONE" || is_known(Protocol::imap, name)) << name;
  }
}

TEST(Completion, EveryCommandHasALineOfHelp) {
  for (const Protocol protocol :
       {Protocol::smtp, Protocol::lmtp, Protocol::pop3, Protocol::imap, Protocol::http}) {
    const auto commands = command_help(protocol);
    EXPECT_TRUE(std::ranges::is_sorted(commands, {}, &CommandHelp::text));
    for (const CommandHelp& one : commands) {
      EXPECT_FALSE(one.help.empty()) << one.text;
      EXPECT_LE(one.text.size() + one.help.size(), 98U) << one.text;
    }
  }
}

}  // namespace
}  // namespace backtalk::talk
