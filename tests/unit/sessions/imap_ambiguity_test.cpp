// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_ambiguity.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace backtalk::session {
namespace {

using C = ImapCommand;
using Commands = std::set<ImapCommand>;

// Those of all commands of which `holds` is true, written as their names.
template <class Holds>
std::set<std::string_view> names_where(Holds holds) {
  std::set<std::string_view> names;
  for (std::size_t i = 0; i < kImapCommandNames.size(); ++i) {
    if (holds(static_cast<ImapCommand>(i))) names.insert(kImapCommandNames[i]);
  }
  return names;
}

std::set<std::string_view> names_of(const Commands& commands) {
  return names_where([&](ImapCommand command) { return commands.contains(command); });
}

TEST(ImapOrder, WhatChangesTheStateOfTheConnectionIsAlone) {
  const Commands alone{C::starttls, C::login,    C::authenticate, C::enable, C::select, C::examine,
                       C::close,    C::unselect, C::idle,         C::done,   C::logout};
  EXPECT_EQ(names_where([](ImapCommand command) { return order_of(command, "x").alone; }), names_of(alone));
}

// RFC 9051 7.5.1: no EXPUNGE while FETCH, STORE or SEARCH is in progress; with UID it may come.
TEST(ImapOrder, ThreeCommandsKeepTheNumbersStill) {
  EXPECT_EQ(names_where([](ImapCommand command) { return !order_of(command, "x").permits_expunge; }),
            names_of({C::fetch, C::store, C::search}));
}

TEST(ImapOrder, CommandsWithMessageNumbers) {
  const Commands always{C::fetch, C::store, C::copy, C::move, C::search, C::sort, C::thread};
  EXPECT_EQ(names_where([](ImapCommand command) { return order_of(command, "x ALL").uses_numbers; }),
            names_of(always));
  // By UID, the criteria of a search may still name messages by their numbers.
  Commands with_criteria = always;
  with_criteria.insert({C::uid_search, C::uid_sort, C::uid_thread});
  EXPECT_EQ(names_where([](ImapCommand command) { return order_of(command, "x 2:4").uses_numbers; }),
            names_of(with_criteria));
}

TEST(ImapOrder, ArgumentsOfSearchKeysAreNoMessageNumbers) {
  for (const char* const key : {"UID", "LARGER", "SMALLER", "MODSEQ", "OLDER", "YOUNGER"}) {
    const std::string criterion = std::string(key) + " 7";
    EXPECT_FALSE(has_message_numbers("UID SEARCH " + criterion)) << key;
    EXPECT_FALSE(has_message_numbers("UID SEARCH (" + criterion + ")")) << key;
    EXPECT_TRUE(has_message_numbers("UID SEARCH " + criterion + " 7")) << key;
    EXPECT_TRUE(has_message_numbers("UID SEARCH X" + criterion)) << key;
  }
}

TEST(ImapOrder, ASetOfNumbersIsAWholeWord) {
  for (const char* const set : {"1", "1:5", "1,3", "*", "(1)", "OR 1 2", "((1))", "ALL 1"})
    EXPECT_TRUE(has_message_numbers("UID SEARCH " + std::string(set))) << set;
  for (const char* const word : {"1x", "x1", "1-5", "KEYWORD 1a", "()", "( )", "\"1\"", "1."})
    EXPECT_FALSE(has_message_numbers("UID SEARCH " + std::string(word))) << word;
}

}  // namespace
}  // namespace backtalk::session
