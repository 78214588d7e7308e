// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/local_command.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <variant>

namespace backtalk::talk {
namespace {

using Name = LocalCommand::Name;

LocalCommand command(std::string_view line) {
  const auto read = read_local(line);
  EXPECT_TRUE(std::holds_alternative<LocalCommand>(read)) << line;
  return std::holds_alternative<LocalCommand>(read) ? std::get<LocalCommand>(read) : LocalCommand{};
}

std::string problem(std::string_view line) {
  const auto read = read_local(line);
  return std::holds_alternative<std::string>(read) ? std::get<std::string>(read) : std::string();
}

TEST(LocalCommand, BeginsWithOneSlash) {
  EXPECT_TRUE(is_local("/tls"));
  for (const std::string_view line : {"QUIT", "RCPT TO:<x>", "B", "k", "R", "Q", "", " /tls", "//tls"})
    EXPECT_FALSE(is_local(line)) << line;
}

TEST(LocalCommand, TwoSlashesSendOne) {
  EXPECT_EQ(for_server("//tls"), "/tls");
  EXPECT_EQ(for_server("///"), "//");
  EXPECT_EQ(for_server("QUIT"), "QUIT");
}

TEST(LocalCommand, IsRead) {
  EXPECT_EQ(command("/help").name, Name::help);
  EXPECT_EQ(command("/TLS ").name, Name::tls);
  EXPECT_EQ(command("/starttls").name, Name::starttls);
  EXPECT_EQ(command("/quit").name, Name::quit);
  EXPECT_EQ(command("/save  a file.txt ").argument, "a file.txt");
  EXPECT_EQ(command("/wait 1500ms").duration_ns, 1'500'000'000U);
  EXPECT_EQ(command("/wait").duration_ns, 0U);
}

TEST(LocalCommand, AMistakeIsNamed) {
  EXPECT_NE(problem("/hlep").find("did you mean /help?"), std::string::npos) << problem("/hlep");
  EXPECT_NE(
      problem("/xyzzy").find("/help lists the commands. To send a line that begins with `/`, type `//`."),
      std::string::npos);
  EXPECT_NE(problem("/").find("unknown command /"), std::string::npos);
  EXPECT_NE(problem("/save").find("needs the name of a file"), std::string::npos);
  EXPECT_NE(problem("/wait forever").find("expected a time"), std::string::npos);
  EXPECT_NE(problem("/tls now").find("takes nothing"), std::string::npos);
}

}  // namespace
}  // namespace backtalk::talk
