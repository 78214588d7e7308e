// What an IMAP client says: imap::CommandParser, with a server that takes literals or refuses them.
#include <string>

#include "backtalk/imap/command_parser.hpp"
#include "imap_settings.hpp"
#include "imap_wire.hpp"
#include "parser_adapter.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace imap = backtalk::imap;

class ImapCommands final : public backtalk::fuzz::ParserAdapter<imap::CommandParser> {
 public:
  void begin(const Settings& settings) override {
    refuses_odd_literals_ = settings.variant / 2 % 2 == 1;
    limits_ = backtalk::fuzz::imap_limits(settings);
    make(limits_, settings.tolerances);
  }

 private:
  void take(const imap::Input& input, Report& report) override {
    switch (input.kind) {
      case imap::Input::Kind::command: take_command(input, report); break;
      case imap::Input::Kind::literal_wanted:
        report.event("literal wanted", input.offset).number(input.literal_octets);
        if (refuses_odd_literals_ && input.literal_octets % 2 == 1) parser().refuse_literal();
        break;
      case imap::Input::Kind::octets:
        if (input.literal.size() + input.literal_left == input.literal_octets) report.event("literal");
        report.octets(input.literal);
        break;
      case imap::Input::Kind::line: report.event("line", input.offset).text(input.text); break;
    }
  }

  void take_command(const imap::Input& input, Report& report) {
    report.event("command", input.offset).text(input.tag).text(input.name);
    report.text(input.error ? word(input.error.code) : "");
    if (input.arguments.row().size() > limits_.tokens_max) {
      report.broken("a command has more tokens than the limit");
    }
    std::string arguments;
    backtalk::fuzz::write_tokens(input.arguments.row(), arguments);
    report.text(arguments);
    // A server that goes on with a challenge, or waits for DONE.
    if (!input.error && (input.name == "IDLE" || input.name == "AUTHENTICATE")) parser().expect_line();
  }

  imap::Limits limits_;
  bool refuses_odd_literals_ = false;
};

}  // namespace

BACKTALK_FUZZ_TARGET(ImapCommands, .name = "imap_command", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true, .variants = 4,
                     .simd = true, .work_each = 8, .work_once = 256)
