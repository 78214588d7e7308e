// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client of SMTP and LMTP that follows a script, against a hostile server:
// session::SmtpScriptSession.
#include "session/smtp_script_session.hpp"

#include <array>
#include <memory>
#include <string_view>
#include <variant>

#include "script/read_script.hpp"
#include "targets/session_adapter.hpp"
#include "targets/session_login.hpp"

namespace {

using namespace backtalk::session;
using backtalk::fuzz::kLoginResponseMax;
using backtalk::fuzz::kLoginResponsesMax;

// What varies: a bit each, and the script.
enum Variant : unsigned { lmtp = 1, deep = 2, bursts = 4, starttls = 8, login = 16, scripts = 32 };

constexpr auto kScripts = std::to_array<std::string_view>({
    // What the program says without a script.
    "== pass\nC: MAIL FROM:<{from}>\nC: RCPT TO:<{to}>\nC: DATA\nS: 250\nS: 250\nS: 354\n"
    "C: {message}\nS: 250\n",
    // Content of its own, two recipients, and what may be refused.
    "== once\nC: NOOP\nS: 250\n== pass\nC: MAIL FROM:<a>\nC: RCPT TO:<b>\nC: RCPT TO:<c{n}>\nS: 250\n"
    "S: 250\nS: *\nC: DATA\nS: *\nC: Subject: {n}\nC:\nC: ..\nC: .\nS: 250\n== end\nC: RSET\nS: 250\n",
    // Chunks, and a mix.
    "== pass x2\nC: MAIL FROM:<a>\nC: RCPT TO:<b>\nC: BDAT 3\nC: x\nC: BDAT {message} LAST\n"
    "== pass\nC: NOOP\nC: NOOP\nS: 250\nS: 250\n",
    // What one reply says decides on the next command.
    "== once\nC: HELP\nS: 214 {word:=2}\n== pass\nC: VRFY {word}\nS: 252 {other:=2}\nC: EXPN {other}\n"
    "S: 550\n",
    // A message that is open before the passes begin.
    "== once\nC: MAIL FROM:<a>\nC: RCPT TO:<b>\n== pass\nC: RCPT TO:<{n}>\nC: DATA\nS: 250\nS: 503\n",
    // All of a connection.
    "C: EHLO x\nS: 250\nC: MAIL FROM:<a>\nC: RCPT TO:<b>\nC: DATA\nS: 250\nS: 250\nS: 354\nC: x\nC: .\n"
    "S: 250\nC: QUIT\nS: 221\n",
});
constexpr unsigned kVariants = scripts * kScripts.size();

SmtpScriptPlan plan_of(unsigned variant) {
  SmtpScriptPlan plan;
  plan.lmtp = (variant & lmtp) != 0;
  plan.starttls = (variant & starttls) != 0;
  plan.hello = "client.example";
  if ((variant & login) != 0) plan.login = backtalk::fuzz::fuzzed_login(true);
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  plan.from = "a{n}@example.org";
  plan.recipients = {"b@example.net", "c{n}@example.net"};
  plan.message = make_wire_message("Subject: x\r\n\r\n.Hello\r\n");
  const auto read =
      backtalk::script::read_script(plan.lmtp ? "lmtp" : "smtp", "fuzzed", kScripts[variant / scripts]);
  plan.script = std::get<Script>(read);
  if (!plan.lmtp) fill_in_constants(plan);  // as `load` does; without, it takes another way
  return plan;
}

const SmtpScriptPlan& shared_plan(unsigned variant) {
  static const auto plans = backtalk::fuzz::plans_of(kVariants, &plan_of);
  return plans[variant];
}

class SmtpScriptClient final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    constexpr std::size_t kCommandMax = 80;
    constexpr std::size_t kPassMax = 8;  // with RSET, QUIT and a lone dot
    const SmtpScriptPlan& plan = shared_plan(variant);
    const std::size_t once = 8 + plan.script.once.size() + plan.script.end.size();
    const std::size_t captured = plan.script.capture_slots * CapturedWords::kOctetsMax;
    return {.session = std::make_unique<SmtpScriptSession>(plan, SessionContext{.observer = observer}),
            .command_names = kSmtpCommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = once * kCommandMax + kLoginResponsesMax * kLoginResponseMax,
            .output_max_each =
                kPassMax * kCommandMax + captured + plan.message.octets(WireMessage::Form::stuffed),
            .bursts = (variant & bursts) != 0};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpScriptClient, .name = "smtp_script_session", .protocol = "smtp",
                     .variants = kVariants, .simd = true)
