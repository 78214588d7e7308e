// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of POP3 against a hostile server: session::Pop3Session.
#include "session/pop3_session.hpp"

#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "session/pop3_statuses.hpp"
#include "targets/session_adapter.hpp"

namespace {

using namespace backtalk::session;

// What varies: a bit each, two for the way to log in, and two for the script.
enum Variant : unsigned { deep = 1, starttls = 2, ways = 4, scripts = 16, bursts = 64, verifies = 128 };
constexpr unsigned kVariants = 256;
constexpr unsigned kChoices = 4;
constexpr std::size_t kCommandMax = 80;

// Answers two challenges, whatever they are.
class TwoResponses final : public SaslExchange {
 public:
  std::optional<std::string_view> begin(const Credentials&) override {
    answered_ = 0;
    return std::nullopt;
  }
  std::optional<std::string_view> respond(std::string_view) override {
    return ++answered_ > 2 ? std::nullopt : std::optional<std::string_view>("response");
  }
  [[nodiscard]] bool complete() const override { return answered_ == 2; }
  [[nodiscard]] std::string_view failure() const override {
    return answered_ > 2 ? kAuthChallenge : std::string_view{};
  }

 private:
  unsigned answered_ = 0;
};

class Mechanism final : public SaslMechanism {
 public:
  [[nodiscard]] std::string_view name() const override { return "TWO"; }
  [[nodiscard]] bool reveals_password() const override { return false; }
  [[nodiscard]] std::unique_ptr<SaslExchange> make_exchange() const override {
    return std::make_unique<TwoResponses>();
  }
};

ScriptCommand command_of(Pop3Command command, std::string_view line, bool pipelined = false) {
  using Field = CommandTemplate::Field;
  return {.command = static_cast<unsigned>(command),
          .line = CommandTemplate(line, {Field::number, Field::message_number}),
          .expected = {.status = kPop3Ok},
          .pipelined = pipelined};
}

ScriptPass pass_of(std::initializer_list<ScriptCommand> commands) {
  ScriptPass pass;
  pass.commands = commands;
  return pass;
}

Script script_of(unsigned choice) {
  Script script;
  if (choice == 0) {
    script.passes = {pass_of({command_of(Pop3Command::stat, "STAT")})};
  } else if (choice == 1) {  // what one answer says decides on the next command
    script.once = {command_of(Pop3Command::stat, "STAT"), command_of(Pop3Command::capa, "CAPA", true)};
    ScriptCommand uidl = command_of(Pop3Command::uidl, "UIDL 1");
    uidl.captures = {{.slot = 0, .word = 3}};
    ScriptCommand retr = command_of(Pop3Command::retr, "RETR ");
    retr.line.append_captured(0);
    script.capture_slots = 1;
    script.passes = {pass_of({uidl, retr}), pass_of({command_of(Pop3Command::top, "TOP {number} {n}")})};
    script.passes[1].weight = 2;
    script.end = {command_of(Pop3Command::rset, "RSET")};
  } else {
    ScriptCommand dele = command_of(Pop3Command::dele, "DELE 9", true);
    dele.expected.status = kPop3Err;
    script.passes = {
        pass_of({command_of(Pop3Command::list, "LIST"), command_of(Pop3Command::retr, "RETR {n}", true), dele,
                 command_of(Pop3Command::noop, "NOOP")})};
    script.connection_a_pass = choice == 3;
    if (choice == 3) {
      script.passes[0].commands[3].wait = ThinkTime::constant(500);
      script.passes[0].wait = ThinkTime::uniform(1, 500);
    }
  }
  return script;
}

LoginPlan login_of(unsigned choice) {
  using Way = LoginPlan::Way;
  constexpr Way kWays[kChoices] = {Way::command, Way::none, Way::sasl, Way::apop};
  return {.way = kWays[choice],
          .users = {{.user = "u1", .password = "pass"}},
          .mechanism = std::make_shared<Mechanism>()};
}

Pop3Plan plan_of(unsigned variant) {
  Pop3Plan plan;
  plan.starttls = (variant & starttls) != 0;
  plan.login = login_of(variant / ways % kChoices);
  plan.script = script_of(variant / scripts % kChoices);
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  plan.verifies = (variant & verifies) != 0;
  return plan;
}

const Pop3Plan& shared_plan(unsigned variant) {
  static const auto plans = backtalk::fuzz::plans_of(kVariants, &plan_of);
  return plans[variant];
}

class Pop3Client final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    const Pop3Plan& plan = shared_plan(variant);
    // CAPA twice, STLS, the login with its responses, and QUIT.
    const std::size_t once = 8 + plan.script.once.size() + plan.script.end.size();
    constexpr std::size_t kPassMax = 4;
    // A captured word may be long.
    const std::size_t captured = plan.script.capture_slots * CapturedWords::kOctetsMax;
    return {.session = std::make_unique<Pop3Session>(plan, SessionContext{.observer = observer}),
            .command_names = kPop3CommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = once * kCommandMax,
            .output_max_each = kPassMax * kCommandMax + captured,
            .bursts = (variant & bursts) != 0};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(Pop3Client, .name = "pop3_session", .protocol = "pop3", .variants = kVariants,
                     .simd = true)
