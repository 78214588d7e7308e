// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of SMTP and LMTP against a hostile server: session::SmtpSession.
#include "session/smtp_session.hpp"

#include <memory>
#include <vector>

#include "targets/session_adapter.hpp"

namespace {

using namespace backtalk::session;

// What varies, a bit each.
enum Variant : unsigned {
  lmtp = 1,
  bdat = 2,
  deep = 4,
  two_recipients = 8,
  bursts = 16,
  noop = 32,
  starttls = 64
};
constexpr unsigned kVariants = 128;

SmtpPlan plan_of(unsigned variant) {
  SmtpPlan plan;
  plan.lmtp = (variant & lmtp) != 0;
  plan.starttls = (variant & starttls) != 0;
  plan.hello = "client.example";
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
  static const std::vector<SmtpPlan> plans = [] {
    std::vector<SmtpPlan> all;
    all.reserve(kVariants);
    for (unsigned i = 0; i < kVariants; ++i) all.push_back(plan_of(i));
    return all;
  }();
  return plans[variant];
}

class SmtpClient final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    constexpr std::size_t kCommandMax = 80;
    const SmtpPlan& plan = shared_plan(variant);
    // RSET, MAIL, the RCPTs, DATA or BDAT, and the message; once a connection EHLO or
    // HELO, twice with STARTTLS, and QUIT.
    const std::size_t commands = 3 + plan.recipients.size();
    return {.session = std::make_unique<SmtpSession>(plan, SessionContext{.observer = observer}),
            .command_names = kSmtpCommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = (plan.starttls ? 5 : 3) * kCommandMax,
            .output_max_each = commands * kCommandMax + plan.message.octets(WireMessage::Form::stuffed),
            .bursts = (variant & bursts) != 0};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpClient, .name = "smtp_session", .protocol = "smtp", .variants = kVariants,
                     .simd = true)
