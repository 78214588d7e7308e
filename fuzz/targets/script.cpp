// SPDX-License-Identifier: Apache-2.0 OR MIT
// The reader of scripts, on arbitrary octets as a script of a protocol, or as a profile of
// imaptest, which becomes one: what it takes keeps the promises that sessions rely on, and what it
// refuses has a place.
#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <variant>

#include "script/imaptest_profile.hpp"
#include "script/limits.hpp"
#include "script/read_script.hpp"
#include "session/captured_words.hpp"
#include "session/http_script.hpp"
#include "whole_text.hpp"

namespace {

namespace script = backtalk::script;
namespace session = backtalk::session;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using session::CommandTemplate;
using session::Script;
using session::ScriptCommand;

// By variant. The third is a profile of imaptest.
constexpr auto kProtocols = std::to_array<std::string_view>({"pop3", "imap", "imap", "smtp", "lmtp", "http"});
constexpr unsigned kProfile = 2;

constexpr auto kOfUrl = std::to_array<script::Constant>({{"host", "a.example"}, {"path", "/{n}"}});

// Of what goes out in one piece.
std::size_t octets_max(const ScriptCommand& command, bool is_http) {
  if (is_http) {
    const auto request = session::http_request_of(command, session::HttpPipelining::idempotent);
    return request.filled.octets_max();
  }
  std::size_t octets = command.line.octets_max();
  for (const session::ScriptLiteral& literal : command.literals)
    octets += literal.content.octets_max() + literal.rest.octets_max();
  return octets;
}

void check_captures(const Script& read, const ScriptCommand& command, Report& report) {
  const auto& untagged = command.expected.untagged;
  for (const session::Capture& one : command.captures) {
    if (one.slot >= read.capture_slots) report.broken("a word has no slot");
    if (one.word == 0) report.broken("words are counted from 1");
    if (!one.untagged.empty() && std::ranges::find(untagged, one.untagged) == untagged.end())
      report.broken("a word is of data that is not expected");
  }
}

// The content of a message goes out in pieces, apart from its command.
void check_content(const ScriptCommand& command, Report& report) {
  for (const session::ScriptLiteral& part : command.literals) {
    if (part.content.octets_max() > script::kCommandOctetsMax)
      report.broken("a piece of content is too long");
    if (!part.message && !part.rest.empty()) report.broken("a command goes on behind its content");
  }
}

bool is_mail(std::string_view protocol) {
  return protocol == "smtp" || protocol == "lmtp";
}

void check(const Script& read, const ScriptCommand& command, std::string_view protocol, Report& report) {
  const std::size_t octets = octets_max(command, protocol == "http");
  if (is_mail(protocol)) {
    check_content(command, report);
    if (command.line.octets_max() > script::kCommandOctetsMax) report.broken("a command is too long");
  } else if (octets > script::kCommandOctetsMax) {
    report.broken("a command is too long");
  }
  if (command.expected.untagged.size() > script::kUntaggedMax) report.broken("too much is expected");
  for (const session::ScriptLiteral& literal : command.literals) {
    if (literal.message && !literal.content.empty()) report.broken("a literal has two contents");
  }
  if (command.pipelined && !command.wait.empty()) report.broken("a command that goes out at once waits");
  check_captures(read, command, report);
  report.event("command").number(command.command).number(command.source_line).number(octets);
}

void check(const Script& read, std::span<const ScriptCommand> commands, std::string_view protocol,
           Report& report) {
  if (!commands.empty() && commands.front().pipelined)
    report.broken("the first command of a section waits for nothing");
  for (const ScriptCommand& one : commands) check(read, one, protocol, report);
}

void check(const Script& read, std::string_view protocol, Report& report) {
  if (read.capture_slots > session::CapturedWords::kSlotsMax) report.broken("there are too many slots");
  if (read.passes.empty()) report.broken("a script has no pass");
  if (read.connection_a_pass && (!read.once.empty() || !read.end.empty() || read.passes.size() != 1))
    report.broken("a pass that has its connection is not all of the script");
  std::size_t commands = read.once.size() + read.end.size();
  check(read, read.once, protocol, report);
  for (const session::ScriptPass& pass : read.passes) {
    if (pass.commands.empty() || pass.weight == 0) report.broken("a pass is empty");
    commands += pass.commands.size();
    check(read, pass.commands, protocol, report);
  }
  check(read, read.end, protocol, report);
  if (commands > script::kSpokenLinesMax) report.broken("a script is too long");
}

class Scripts final : public backtalk::fuzz::WholeText {
 public:
  void begin(const Settings& settings) override {
    WholeText::begin(settings);
    protocol_ = kProtocols[settings.variant];
    is_profile_ = settings.variant == kProfile;
  }

  void finish(Report& report) override {
    if (is_profile_) {
      finish_profile(report);
    } else {
      finish_script(text_, report);
    }
  }

 private:
  // What a profile makes is a script, or one that is too large.
  void finish_profile(Report& report) {
    const auto made = script::script_of_imaptest_profile(text_, "imap");
    if (const auto* error = std::get_if<script::Error>(&made)) {
      check_place(*error, report);
      report.event("error").number(error->line).number(error->column).text(error->sentence);
    } else if (const auto read = script::read_script("imap", "made", std::get<std::string>(made));
               std::holds_alternative<Script>(read)) {
      check(std::get<Script>(read), "imap", report);
    } else {
      report.broken("a profile makes a script that cannot be read");
    }
  }

  void finish_script(std::string_view text, Report& report) const {
    const auto read = script::read_script(protocol_, "fuzzed", text, kOfUrl);
    if (const auto* error = std::get_if<script::Error>(&read)) {
      check_place(*error, report);
      report.event("error").number(error->line).number(error->column).text(error->sentence);
    } else {
      check(std::get<Script>(read), protocol_, report);
    }
  }

  // The place of an error is one of the text, or just behind a line.
  void check_place(const script::Error& error, Report& report) const {
    if (error.sentence.empty()) report.broken("an error says nothing");
    std::string_view rest = text_;
    for (std::uint32_t line = 1; line < error.line; ++line) {
      const std::size_t end = rest.find('\n');
      if (end == std::string_view::npos) {
        report.broken("an error is in a line that is not there");
        return;
      }
      rest.remove_prefix(end + 1);
    }
    if (error.column == 0 || error.column > rest.substr(0, rest.find('\n')).size() + 1)
      report.broken("an error is in a column that is not there");
  }

  std::string_view protocol_;
  bool is_profile_ = false;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Scripts, .name = "script", .protocol = "imap", .variants = kProtocols.size())
