// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/read_script.hpp"

#include <string>
#include <utility>
#include <vector>

#include "script/draft.hpp"
#include "script/http_section.hpp"
#include "script/imap_section.hpp"
#include "script/notation.hpp"
#include "script/pop3_section.hpp"
#include "script/smtp_section.hpp"
#include "script/wait.hpp"

namespace backtalk::script {
namespace {

using Commands = std::vector<session::ScriptCommand>;
using ReadSection = std::variant<Commands, Error> (*)(const Section& section, Scope& scope);

ReadSection reader_of(std::string_view protocol) {
  if (protocol == "smtp") return &read_smtp_section;
  if (protocol == "lmtp") return &read_lmtp_section;
  if (protocol == "pop3") return &read_pop3_section;
  if (protocol == "imap") return &read_imap_section;
  if (protocol == "http") return &read_http_section;
  return nullptr;
}

Problem add(const Section& section, Commands&& commands, session::Script& script) {
  switch (section.part) {
    case Section::Part::once: script.once = std::move(commands); return std::nullopt;
    case Section::Part::end: script.end = std::move(commands); return std::nullopt;
    case Section::Part::whole:
    case Section::Part::conversation: script.connection_a_pass = true; break;
    case Section::Part::pass: break;
  }
  if (commands.empty())
    return Error{section.number, 1,
                 "a pass has at least one command, apart from those that backtalk says itself"};
  script.passes.push_back(
      {.name = std::string(section.name), .weight = section.weight, .commands = std::move(commands)});
  return std::nullopt;
}

// What only one protocol has.
Problem refuse_foreign(const Section& section, std::string_view protocol) {
  const bool has_messages = protocol == "smtp" || protocol == "lmtp";
  if (!section.sizes.empty() && !has_messages)
    return Error{section.number, 1, "`sizes` is for messages that SMTP and LMTP send"};
  for (const Line& line : section.lines) {
    if (line.block != 0 && protocol != "pop3")
      return Error{line.block, 1, "`repeat messages` is POP3's, where STAT counts the messages"};
  }
  return std::nullopt;
}

}  // namespace

std::variant<session::Script, Error> read_script(std::string_view protocol, std::string_view name,
                                                 std::string_view text, std::span<const Constant> constants,
                                                 bool exact) {
  const ReadSection read_section = reader_of(protocol);
  if (read_section == nullptr)
    return Error{
        1, 1,
        "there are scripts for SMTP, LMTP, POP3, IMAP and HTTP, and not yet for " + std::string(protocol)};
  auto read = read_notation(text);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  auto& sections = std::get<Sections>(read);
  if (sections.front().part == Section::Part::conversation && sections.size() > 1)
    return Error{sections[1].number, 1, "load plays one conversation only; a second begins here"};
  session::Script script;
  script.name = name;
  script.message_sizes = sections.front().sizes;
  Scope scope{.words = Words(constants)};
  for (Section& section : sections) {
    if (auto problem = refuse_foreign(section, protocol)) return *std::move(problem);
    const session::ThinkTime last_wait = take_last_wait(section);
    auto commands = read_section(section, scope);
    if (auto* error = std::get_if<Error>(&commands)) return std::move(*error);
    if (auto problem = add(section, std::get<Commands>(std::move(commands)), script))
      return *std::move(problem);
    if (section.part != Section::Part::once && section.part != Section::Part::end)
      script.passes.back().wait = last_wait;
    scope.end_section(section.part == Section::Part::once);
  }
  script.capture_slots = scope.words.slots();
  script.logs_in = scope.logs_in;
  if (!exact) session::forget_texts(script);
  return script;
}

}  // namespace backtalk::script
