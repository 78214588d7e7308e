// SPDX-License-Identifier: Apache-2.0 OR MIT
// Conversations of SmtpSession.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "dialogue.hpp"
#include "session/smtp_session.hpp"
#include "session/smtp_statuses.hpp"

namespace backtalk::session::test {

inline const ProtocolNames kSmtpNames{.commands = kSmtpCommandNames, .statuses = smtp_statuses()};

inline SmtpPlan plan_of(unsigned depth, SmtpPlan::Submission submission = SmtpPlan::Submission::data) {
  SmtpPlan plan;
  plan.hello = "client.example";
  plan.from = "a@example.org";
  plan.recipients = {"b@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\nHello\r\n");
  plan.depth = depth;
  plan.submission = submission;
  return plan;
}

inline constexpr std::string_view kFullEhlo =
    "250-server.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 CHUNKING\r\n";

class SmtpDialogue : public Dialogue<SmtpSession> {
 public:
  explicit SmtpDialogue(SmtpPlan plan) : Dialogue(std::move(plan), kSmtpNames) {}

  /// What the client says after the greeting and this reply to EHLO.
  std::string greet(std::string_view ehlo = kFullEhlo) {
    says("220 server.example ESMTP\r\n");
    return says(ehlo);
  }
};

}  // namespace backtalk::session::test
