// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an SMTP client says, and the messages in between: smtp::CommandParser.
#include <string>

#include "backtalk/fuzz/references.hpp"
#include "backtalk/fuzz/report_items.hpp"
#include "backtalk/smtp/command_parser.hpp"
#include "backtalk/smtp/write.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/smtp_limits.hpp"
#include "targets/smtp_tolerances.hpp"

namespace {

using backtalk::fuzz::Item;
using backtalk::fuzz::ItemKind;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace smtp = backtalk::smtp;

class SmtpCommands final : public backtalk::fuzz::ParserAdapter<smtp::CommandParser> {
 public:
  void begin(const Settings& settings) override {
    limits_ = backtalk::fuzz::command_limits(settings);
    make(limits_, settings.tolerances);
  }

 private:
  void take(const smtp::Input& input, Report& report) override {
    switch (input.kind) {
      case smtp::Input::Kind::command: take_command(input.command, report); break;
      case smtp::Input::Kind::octets: report.octets(input.octets); break;
      case smtp::Input::Kind::end_of_data: report.event("end of data"); break;
    }
  }

  void take_command(const smtp::Command& command, Report& report) {
    report.event("command", command.offset).text(command.name).text(command.arguments);
    if (command.name.size() + command.arguments.size() > limits_.line_octets_max) {
      report.broken("a command is longer than its limit");
    }
    switch (command.verb) {
      case smtp::Verb::data: parser().expect_data(); break;
      case smtp::Verb::bdat:
        if (const auto chunk = smtp::read_chunk(command)) parser().expect_chunk(chunk->octets);
        break;
      case smtp::Verb::mail:
      case smtp::Verb::rcpt: look_at_path(command, report); break;
      default: break;
    }
  }

  // Path and parameters are stretches of the arguments, in order.
  static void look_at_path(const smtp::Command& command, Report& report) {
    const auto path = smtp::read_path(command);
    if (!path) return;
    const bool inside = path->path.size() + path->parameters.size() + 2 <= command.arguments.size();
    if (!inside) report.broken("a path and its parameters are longer than the arguments they stand in");
    const auto size = smtp::find_parameter(path->parameters, "SIZE");
    if (size && size->find(' ') != std::string_view::npos) report.broken("a parameter's value has a space");
  }

  smtp::CommandLimits limits_;
};

void append_stuffed(std::string& stream, std::string_view body) {
  // A message that is cut within a line end is not given the rest of it.
  const bool cut = body.ends_with('\r');
  if (cut) body.remove_suffix(1);
  smtp::DotStuffer stuffer;
  for (std::string_view octets; stuffer.next(body, octets) != smtp::DotStuffer::Status::more;) {
    stream.append(octets);
  }
  if (cut) stream += '\r';
}

// The commands with what follows them. Where a message does not end with CRLF, as one that was cut,
// there is none of the same events.
bool write_commands(const Report& report, std::string& stream) {
  std::string_view name;
  bool name_comes = false;
  bool stuffs = false;
  bool body_ends_line = true;
  for (const Item& item : items_of(report)) {
    switch (item.kind) {
      case ItemKind::event:
        name_comes = item.text == "command";
        if (item.text == "end of data" && stuffs) {
          if (!body_ends_line) return false;
          stream += ".\r\n";
        }
        if (item.text == "end of data") stuffs = false;
        break;
      case ItemKind::text:
        if (name_comes) {
          name = item.text;
          name_comes = false;
        } else {
          stream.append(name);
          if (!item.text.empty()) stream.append(" ").append(item.text);
          stream += "\r\n";
          stuffs = name.size() == 4 && (name[0] == 'D' || name[0] == 'd') &&
                   (name[1] == 'A' || name[1] == 'a') && (name[2] == 'T' || name[2] == 't') &&
                   (name[3] == 'A' || name[3] == 'a');
          body_ends_line = true;
        }
        break;
      case ItemKind::octets:
        if (stuffs) {
          append_stuffed(stream, item.text);
        } else {
          stream += item.text;
        }
        body_ends_line = item.text.ends_with("\r\n");
        if (report.refused() && item.text.ends_with('\r')) return false;
        break;
      case ItemKind::number: break;
    }
  }
  return true;
}

}  // namespace

BACKTALK_FUZZ_TARGET(SmtpCommands, .name = "smtp_command", .protocol = "smtp",
                     .tolerances = backtalk::fuzz::kCommandTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 64, .reference = smtp_commands, .writer = write_commands)
