// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/shipped.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "script_testing.hpp"

namespace backtalk::script {
namespace {

using Names = std::vector<std::string>;

TEST(ShippedScripts, AreThoseThatTheDocumentationNames) {
  EXPECT_EQ(shipped_names("pop3"), (Names{"headers", "imaptest-delete", "imaptest-keep", "list", "poll",
                                          "read", "session", "specmail2001"}));
  EXPECT_EQ(shipped_names("imap"),
            (Names{"append", "flags", "headers", "idle", "imaptest-aggressive", "imaptest-normal",
                   "james-platform", "noop", "read", "search", "status", "store", "sync"}));
  EXPECT_EQ(shipped_names("smtp"), (Names{"login-send", "noop", "probe", "send", "specmail2001", "verify"}));
  EXPECT_EQ(shipped_names("lmtp"), (Names{"noop", "send", "verify"}));
  EXPECT_EQ(shipped_names("http"), Names{"get"});
  EXPECT_TRUE(shipped_names("gopher").empty());
}

TEST(ShippedScripts, CanBeRead) {
  for (const ShippedScript& one : shipped_scripts()) {
    EXPECT_EQ(testing::problem(one.protocol, one.text), "") << one.protocol << "/" << one.name;
    EXPECT_TRUE(one.text.starts_with("# ")) << one.name << ": the first line says what it does";
  }
}

TEST(ShippedScripts, SomeHaveAConnectionAPass) {
  for (const ShippedScript& one : shipped_scripts()) {
    const bool whole =
        one.name == "session" || one.name == "login-send" ||
        (one.protocol == "pop3" && (one.name == "specmail2001" || one.name.starts_with("imaptest")));
    EXPECT_EQ(testing::read(one.protocol, one.text).connection_a_pass, whole) << one.name;
  }
}

TEST(ShippedScripts, AreFoundByName) {
  EXPECT_EQ(std::get<0>(look_up_shipped("pop3", "read")), find_shipped("pop3", "read"));
  EXPECT_EQ(std::get<0>(look_up_shipped("", "poll")), find_shipped("pop3", "poll"));
  EXPECT_EQ(std::get<0>(look_up_shipped("", "imap/read")), find_shipped("imap", "read"));
  EXPECT_EQ(std::get<0>(look_up_shipped("pop3", "imap/read")), find_shipped("imap", "read"));
}

TEST(ShippedScripts, ANameThatIsNoneIsExplained) {
  EXPECT_EQ(std::get<1>(look_up_shipped("", "read")),
            "several protocols have a script `read`: imap/read, pop3/read");
  EXPECT_EQ(std::get<1>(look_up_shipped("pop3", "pol")), "no script is called `pol`: did you mean `poll`?");
  EXPECT_EQ(std::get<1>(look_up_shipped("pop3", "idle")),
            "no script is called `idle`: the scripts are headers, imaptest-delete, imaptest-keep, list, "
            "poll, read, session, specmail2001");
  EXPECT_TRUE(std::get<1>(look_up_shipped("", "")).ends_with("smtp/specmail2001, smtp/verify"));
}

}  // namespace
}  // namespace backtalk::script
