// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a POP3 client says: pop3::CommandParser, and what the arguments mean. Every AUTH is answered
// with a challenge.
#include "backtalk/fuzz/references.hpp"
#include "backtalk/pop3/command_parser.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/pop3_settings.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace pop3 = backtalk::pop3;

class Pop3Commands final : public backtalk::fuzz::ParserAdapter<pop3::CommandParser> {
 public:
  void begin(const Settings& settings) override {
    limits_ = backtalk::fuzz::pop3_command_limits(settings);
    make(limits_, settings.tolerances);
  }

 private:
  void take(const pop3::Input& input, Report& report) override {
    if (input.kind == pop3::Input::Kind::sasl_response) {
      report.event("response", input.offset).text(input.response);
      return;
    }
    const pop3::Command& command = input.command;
    report.event("command", input.offset).number(static_cast<unsigned>(command.verb)).text(command.arguments);
    if (command.arguments.size() > limits_.line_octets_max)
      report.broken("a command is longer than its limit");
    report_arguments(command, report);
    if (command.verb == pop3::Verb::auth) parser().expect_sasl_response();
  }

  static void report_arguments(const pop3::Command& command, Report& report) {
    using pop3::Verb;
    switch (command.verb) {
      case Verb::dele:
      case Verb::list:
      case Verb::retr:
      case Verb::uidl:
        if (const auto number = read_message_number(command)) report.event("message").number(*number);
        break;
      case Verb::top:
        if (const auto top = read_top(command)) report.event("top").number(top->message).number(top->lines);
        break;
      case Verb::apop:
        if (const auto apop = read_apop(command)) report.event("apop").text(apop->name).text(apop->digest);
        break;
      case Verb::auth:
        if (const auto auth = read_auth(command)) {
          report.event("auth").text(auth->mechanism);
          if (auth->initial_response) report.text(*auth->initial_response);
        }
        break;
      default: break;
    }
  }

  pop3::CommandLimits limits_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Pop3Commands, .name = "pop3_command", .protocol = "pop3",
                     .tolerances = backtalk::fuzz::kPop3CommandTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 64, .reference = pop3_commands)
