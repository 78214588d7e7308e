// SPDX-License-Identifier: Apache-2.0 OR MIT
// Conversations of SmtpScriptSession, whose scripts are written as docs/scripts.md has them.
#pragma once

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "dialogue.hpp"
#include "script/read_script.hpp"
#include "session/smtp_script_session.hpp"
#include "session/smtp_statuses.hpp"
#include "smtp_dialogue.hpp"

namespace backtalk::session::test {

/// A script of these lines; an empty one if they are none, which is a failure of the test.
inline Script smtp_script(std::initializer_list<std::string_view> lines, bool lmtp = false) {
  std::string text;
  for (const std::string_view line : lines) text.append(line).append("\n");
  auto read = script::read_script(lmtp ? "lmtp" : "smtp", "test", text);
  if (const auto* error = std::get_if<script::Error>(&read)) {
    ADD_FAILURE() << script::show("test", *error) << "\nin\n" << text;
    return {};
  }
  return std::get<Script>(std::move(read));
}

inline SmtpScriptPlan scripted(std::initializer_list<std::string_view> lines, unsigned depth = 1,
                               bool lmtp = false) {
  SmtpScriptPlan plan;
  plan.lmtp = lmtp;
  plan.hello = "client.example";
  plan.script = smtp_script(lines, lmtp);
  plan.from = "a{n}@example.org";
  plan.recipients = {"b@example.net", "c@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\n.Hello\r\n");
  plan.depth = depth;
  return plan;
}

class SmtpScriptDialogue : public Dialogue<SmtpScriptSession> {
 public:
  explicit SmtpScriptDialogue(SmtpScriptPlan plan) : Dialogue(std::move(plan), kSmtpNames) {}

  /// What the client says after the greeting and this reply to EHLO.
  std::string greet(std::string_view ehlo = kFullEhlo) {
    says("220 server.example ESMTP\r\n");
    return says(ehlo);
  }
};

}  // namespace backtalk::session::test
