// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/local_command.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "talk/text_of.hpp"
#include "talk/words.hpp"
#include "text/duration.hpp"
#include "text/nearest.hpp"

namespace backtalk::talk {
namespace {

using Name = LocalCommand::Name;

constexpr std::array kHelp{
    CommandHelp{"/help", "these commands, and those of the protocol"},
    CommandHelp{"/quit", "close the connection without QUIT or LOGOUT"},
    CommandHelp{"/save ", "write the conversation so far to a file, without secrets"},
    CommandHelp{"/starttls", "begin TLS with the command that the protocol has for it"},
    CommandHelp{"/tls", "version, cipher and certificate of the connection"},
    CommandHelp{"/wait ", "listen for a time, such as 5s; without one, until the server says something"},
};
constexpr std::array kNames{Name::help, Name::quit, Name::save, Name::starttls, Name::tls, Name::wait};
static_assert(kHelp.size() == kNames.size());

}  // namespace

std::span<const CommandHelp> local_command_help() {
  return kHelp;
}

std::variant<LocalCommand, std::string> read_local(std::string_view line) {
  std::string_view rest = line;
  const std::string_view word = take_word(rest);
  rest = without_blanks(rest);
  std::vector<std::string> known;
  known.reserve(kHelp.size());
  for (const CommandHelp& one : kHelp) known.emplace_back(without_blanks(one.text));
  const auto found = std::ranges::find_if(
      known, [word](std::string_view one) { return text::equals_ignoring_case(one, word); });
  if (found == known.end()) {
    const auto meant = text::nearest(word, known);
    return text_of("unknown command ", word,
                   meant ? text_of("; did you mean ", *meant, "?") : "; /help lists the commands.",
                   " To send a line that begins with `/`, type `//`.");
  }
  LocalCommand command{.name = kNames[static_cast<std::size_t>(found - known.begin())]};
  if (command.name == Name::save) {
    if (rest.empty()) return std::string("/save needs the name of a file");
    command.argument = rest;
  } else if (command.name == Name::wait && !rest.empty()) {
    const auto time = text::read_duration(rest);
    if (!time) return text_of("/wait ", rest, ": expected a time, such as 500ms or 5s");
    command.duration_ns = *time;
  } else if (!rest.empty()) {
    return text_of(*found, " takes nothing; unexpected `", rest, "`");
  }
  return command;
}

}  // namespace backtalk::talk
