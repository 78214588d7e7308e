// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of SMTP and LMTP against a hostile server: session::SmtpSession.
#include "session/smtp_session.hpp"

#include <memory>
#include <vector>

#include "targets/session_adapter.hpp"
#include "targets/session_login.hpp"

namespace {

using namespace backtalk::session;
using backtalk::fuzz::kLoginResponseMax;
using backtalk::fuzz::kLoginResponsesMax;

// What varies, a bit each.
enum Variant : unsigned {
  lmtp = 1,
  bdat = 2,
  deep = 4,
  two_recipients = 8,
  bursts = 16,
  noop = 32,
  starttls = 64,
  login = 128,
  server_begins = 256,  // the login
  xclient = 512
};
constexpr unsigned kVariants = 1024;

SmtpPlan plan_of(unsigned variant) {
  SmtpPlan plan;
  plan.lmtp = (variant & lmtp) != 0;
  plan.starttls = (variant & starttls) != 0;
  plan.hello = "client.example";
  if ((variant & login) != 0) plan.login = backtalk::fuzz::fuzzed_login((variant & server_begins) == 0);
  if ((variant & xclient) != 0) plan.xclient = "NAME=a.example ADDR=192.0.2.1";
  plan.from = "a{n}@example.org";
  plan.recipients = {"b@example.net"};
  if ((variant & two_recipients) != 0) plan.recipients.emplace_back("c{n}@example.net");
  plan.message = make_wire_message("Subject: x\r\n\r\n.Hello\r\n");
  plan.submission = (variant & bdat) != 0 ? SmtpPlan::Submission::bdat : SmtpPlan::Submission::data;
  plan.exercise = (variant & noop) != 0 ? SmtpPlan::Exercise::noop : SmtpPlan::Exercise::message;
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  return plan;
}

const SmtpPlan& shared_plan(unsigned variant) {
  static const auto plans = backtalk::fuzz::plans_of(kVariants, &plan_of);
  return plans[variant];
}

class SmtpClient final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    constexpr std::size_t kCommandMax = 80;
    const SmtpPlan& plan = shared_plan(variant);
    // RSET, MAIL, the RCPTs, DATA or BDAT, and the message; once a connection EHLO or HELO, again
    // behind STARTTLS and behind XCLIENT, the login, and QUIT.
    const std::size_t commands = 3 + plan.recipients.size();
    const std::size_t once = 4 + (plan.starttls ? 2 : 0) + (plan.xclient.empty() ? 0 : 2);
    return {.session = std::make_unique<SmtpSession>(plan, SessionContext{.observer = observer}),
            .command_names = kSmtpCommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = once * kCommandMax + kLoginResponsesMax * kLoginResponseMax,
            .output_max_each = commands * kCommandMax + plan.message.octets(WireMessage::Form::stuffed),
            .bursts = (variant & bursts) != 0};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpClient, .name = "smtp_session", .protocol = "smtp", .variants = kVariants,
                     .simd = true)
