// What a POP3 client says: pop3::CommandParser. Every AUTH is answered with a challenge.

#include "backtalk/pop3/command_parser.hpp"
#include "parser_adapter.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace pop3 = backtalk::pop3;
namespace tolerate = backtalk::tolerate;

class Pop3Commands final : public backtalk::fuzz::ParserAdapter<pop3::CommandParser> {
 public:
  void begin(const Settings& settings) override {
    limits_ = {};
    if (settings.small_limits) limits_.line_octets_max = 24;
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
    if (command.verb == pop3::Verb::auth) parser().expect_sasl_response();
  }

  pop3::CommandLimits limits_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Pop3Commands, .name = "pop3_command", .protocol = "pop3",
                     .tolerances = tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes,
                     .small_limits = true, .simd = true, .work_each = 8, .work_once = 64)
