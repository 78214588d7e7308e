// SPDX-License-Identifier: Apache-2.0 OR MIT
// Conversations of Pop3Session, and scripts written by hand.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "dialogue.hpp"
#include "session/pop3_session.hpp"
#include "session/pop3_statuses.hpp"
#include "toy_login.hpp"

namespace backtalk::session::test {

/// A command of a script, which is answered with +OK.
inline ScriptCommand pop3_command(std::string_view line, bool pipelined = false,
                                  std::uint16_t status = kPop3Ok) {
  ScriptCommand command;
  const std::string_view keyword = line.substr(0, line.find(' '));
  while (kPop3CommandNames.at(command.command) != keyword) ++command.command;
  using Field = CommandTemplate::Field;
  command.line = CommandTemplate(
      line, {Field::number, Field::user, Field::password, Field::random, Field::message_number});
  command.expected.status = status;
  command.pipelined = pipelined;
  return command;
}

/// One pass of these commands: each waits for the one before, or all go out together.
inline Script pop3_script(std::initializer_list<std::string_view> lines, bool pipelined = false) {
  Script script;
  script.passes.emplace_back();
  for (const std::string_view line : lines) {
    script.passes.back().commands.push_back(pop3_command(line, pipelined));
  }
  return script;
}

/// As user "u1" with the password "pass".
inline Pop3Plan pop3_plan(Script script, unsigned depth = 1) {
  Pop3Plan plan;
  plan.login.way = LoginPlan::Way::command;
  plan.login.users = {{.user = "u1", .password = "pass"}};
  plan.script = std::move(script);
  plan.depth = depth;
  return plan;
}

/// The same by a mechanism of SASL, or by APOP, whose digest is the toy's response.
inline Pop3Plan pop3_plan_by(LoginPlan::Way way, const ToyRules& rules,
                             Script script = pop3_script({"STAT"})) {
  Pop3Plan plan = pop3_plan(std::move(script));
  plan.login.way = way;
  plan.login.mechanism = std::make_shared<ToyMechanism>(rules);
  return plan;
}

class Pop3Dialogue : public Dialogue<Pop3Session> {
 public:
  explicit Pop3Dialogue(Pop3Plan plan)
      : Dialogue(std::move(plan), {.commands = kPop3CommandNames, .statuses = pop3_statuses()}) {}

  /// What the client says once it has logged in by USER and PASS. `capabilities`: the lines of the
  /// answer to CAPA, which is asked for if the depth is above 1.
  std::string log_in(std::string_view capabilities = {}) {
    std::string said = says("+OK POP3 server ready\r\n");
    if (said == "CAPA\r\n") said = says("+OK\r\n" + std::string(capabilities) + ".\r\n");
    EXPECT_EQ(said, "USER u1\r\n");
    EXPECT_EQ(says("+OK send PASS\r\n"), "PASS pass\r\n");
    return says("+OK welcome\r\n");
  }
};

inline constexpr std::string_view kPipelining = "PIPELINING\r\n";

}  // namespace backtalk::session::test
