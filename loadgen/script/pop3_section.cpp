// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/pop3_section.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include "script/language.hpp"
#include "script/placeholders.hpp"
#include "script/wait.hpp"
#include "session/pop3_commands.hpp"
#include "session/pop3_statuses.hpp"
#include "text/blanks.hpp"

namespace backtalk::script {
namespace {

using session::Pop3Command;

// What the session says itself.
bool is_of_connection(Pop3Command command) {
  constexpr std::array kOfConnection{Pop3Command::stls, Pop3Command::user, Pop3Command::pass,
                                     Pop3Command::apop, Pop3Command::auth, Pop3Command::quit};
  return std::ranges::find(kOfConnection, command) != kOfConnection.end();
}

std::string why_of_connection(Pop3Command command) {
  switch (command) {
    case Pop3Command::quit: return "remove QUIT: backtalk sends it after the last section";
    case Pop3Command::stls: return "backtalk says STLS itself, with --starttls";
    default: return "backtalk logs in itself, with --user and --password, before the sections begin";
  }
}

bool has_several_lines(Pop3Command command, bool alone) {
  switch (command) {
    case Pop3Command::capa:
    case Pop3Command::retr:
    case Pop3Command::top: return true;
    case Pop3Command::list:
    case Pop3Command::uidl: return alone;
    default: return false;
  }
}

// The indicator of a status line (RFC 1939 3), as a script expects it.
std::optional<std::uint16_t> status_of(std::string_view text) {
  const std::string_view word = text.substr(0, text.find(' '));
  if (word == "+OK") return session::kPop3Ok;
  if (word == "-ERR") return session::kPop3Err;
  if (text == "*") return session::kNoStatus;
  return std::nullopt;
}

class Reader {
 public:
  Reader(const Section& section, Scope& scope) : section_(section), scope_(scope) {}

  std::variant<std::vector<session::ScriptCommand>, Error> read() {
    for (at_ = 0; at_ < section_.lines.size(); ++at_) {
      if (auto problem = read_line(section_.lines[at_])) return *std::move(problem);
    }
    if (in_response_) return response_line_->error("this response has no last line `S: .`");
    return commands_of(std::move(drafts_));
  }

 private:
  Problem read_line(const Line& line) {
    switch (line.kind) {
      case Line::Kind::client: return read_client(line);
      case Line::Kind::server: return read_server(line);
      case Line::Kind::wait: return read_wait(line);
    }
    return std::nullopt;
  }

  // --- What the client says

  [[nodiscard]] Problem check_response_is_whole(const Line& line) const {
    if (!in_response_) return std::nullopt;
    return line.error("the response that began in line " + std::to_string(response_line_->number) +
                      " ends with `S: .`, which has to come before this");
  }

  Problem read_wait(const Line& line) {
    if (auto problem = check_response_is_whole(line)) return problem;
    return wait_.read(line, section_);
  }

  Problem read_client(const Line& line) {
    if (auto problem = check_response_is_whole(line)) return problem;
    if (in_challenge_) {
      in_challenge_ = false;
      return std::nullopt;
    }
    if (!drafts_.empty() && is(drafts_.back(), Pop3Command::quit)) return line.error("nothing follows QUIT");
    const std::string_view keyword = line.text.substr(0, line.text.find(' '));
    const auto index = find_command(session::kPop3CommandNames, keyword);
    if (!index) return unknown_command(session::kPop3CommandNames, "POP3", line, 0, keyword);
    const auto command = static_cast<Pop3Command>(*index);
    Draft draft;
    draft.name = session::kPop3CommandNames[*index];
    draft.of_connection = is_of_connection(command);
    if (draft.of_connection && !section_.is_connection()) return line.error(why_of_connection(command));
    draft.command.command = *index;
    draft.command.source_line = line.number;
    draft.command.expected.status = session::kPop3Ok;
    const bool follows = at_ > 0 && section_.lines[at_ - 1].kind == Line::Kind::client;
    draft.command.pipelined = follows && section_.lines[at_ - 1].block == line.block;
    if (auto problem = read_block(line, draft)) return problem;
    const bool alone = line.text.find_first_not_of(' ', keyword.size()) == std::string_view::npos;
    draft.command.multi_line = has_several_lines(command, alone);
    if (draft.of_connection) {
      if (auto problem = wait_.check_own(draft.name, command == Pop3Command::quit)) return problem;
    } else {
      if (auto problem = read_text(line, draft.command)) return problem;
      wait_.give(draft.command);
    }
    scope_.counted |= command == Pop3Command::stat;
    drafts_.push_back(std::move(draft));
    return std::nullopt;
  }

  // What is said for each message follows its count.
  Problem read_block(const Line& line, Draft& draft) const {
    if (line.block == 0) return std::nullopt;
    if (section_.part == Section::Part::once || section_.part == Section::Part::end)
      return Error{line.block, 1, "`repeat messages` stands in a pass"};
    if (draft.of_connection) return line.error(std::string(draft.name) + " is said once");
    const bool counts = std::ranges::any_of(
        drafts_, [](const Draft& one) { return is(one, Pop3Command::stat) && one.command.block == 0; });
    if (!counts) return Error{line.block, 1, "a STAT comes before `repeat messages`: its answer counts them"};
    draft.command.block = line.block;
    return std::nullopt;
  }

  Problem read_text(const Line& line, session::ScriptCommand& command) {
    if (auto problem = read_client_text({&line, 0, line.text}, scope_.words, command.line)) return problem;
    if (command.line.uses(session::CommandTemplate::Field::uid))
      return line.error("`{uid}` is IMAP's: the commands of POP3 take a message's number, `{number}`");
    return check_command(line, scope_, command, "a STAT");
  }

  // --- What the server says

  Problem read_server(const Line& line) {
    if (auto problem = wait_.check_answer(line)) return problem;
    const std::string_view text = text::without_trailing_blanks(line.text);
    if (in_response_) {
      in_response_ = text != ".";
      if (in_response_) add_to_body(line.text);
      return std::nullopt;
    }
    Draft* const waiting = answered_ < drafts_.size() ? &drafts_[answered_] : nullptr;
    if (text == "+" || text.starts_with("+ ")) return read_challenge(line, waiting);
    const auto status = status_of(text);
    if (waiting == nullptr) return read_greeting(line, status);
    if (!status) return line.error("expected `S: +OK`, `S: -ERR` or `S: *`, not " + quoted(text));
    if (waiting->of_connection && *status == session::kPop3Err)
      return line.error("backtalk says " + std::string(waiting->name) +
                        " itself, and goes on only after +OK");
    ++answered_;
    waiting->command.expected.status = *status;
    waiting->command.source_line = line.number;
    if (*status != session::kNoStatus) waiting->command.expected.exact.lines = {exact_line(line.text)};
    if (waiting->command.multi_line && *status == session::kPop3Ok && is_continued()) {
      in_response_ = true;
      response_line_ = &line;
      waiting->command.expected.exact.body.emplace();
    }
    if (waiting->of_connection) return std::nullopt;
    return keep_words(line, scope_, waiting->command);
  }

  // A line of the response that was answered last, with its dots as they come.
  void add_to_body(std::string_view text) {
    std::string& body = *drafts_[answered_ - 1].command.expected.exact.body;
    if (text.starts_with('.')) text.remove_prefix(1);
    body.append(text).append("\n");
  }

  // The next line is one of the server's, and not another response's first.
  [[nodiscard]] bool is_continued() const {
    if (at_ + 1 == section_.lines.size()) return false;
    const Line& next = section_.lines[at_ + 1];
    return next.kind == Line::Kind::server && !status_of(text::without_trailing_blanks(next.text));
  }

  Problem read_greeting(const Line& line, std::optional<std::uint16_t> status) {
    const bool is_first = section_.is_connection() && at_ == 0;
    if (!is_first && !drafts_.empty() && !status)
      return line.error(std::string(drafts_.back().name) +
                        " is answered by one line: there is no `C:` line that " + "waits for this one");
    if (!is_first) return line.error("there is no `C:` line that waits for this answer");
    if (!status || *status == session::kPop3Err)
      return line.error("expected the greeting, `S: +OK`, not " + quoted(line.text));
    return std::nullopt;
  }

  // AUTH's "+": the next line of the client answers it (RFC 5034 4).
  Problem read_challenge(const Line& line, const Draft* waiting) {
    if (waiting == nullptr || !is(*waiting, Pop3Command::auth))
      return line.error("`S: +` answers AUTH, and nothing else");
    in_challenge_ = true;
    return std::nullopt;
  }

  static bool is(const Draft& draft, Pop3Command command) {
    return draft.command.command == static_cast<unsigned>(command);
  }

  const Section& section_;
  Scope& scope_;
  std::vector<Draft> drafts_;
  std::size_t answered_ = 0;  // of the drafts, the first ones
  std::size_t at_ = 0;        // the line that is being read
  bool in_response_ = false;  // of several lines, before its "."
  const Line* response_line_ = nullptr;
  bool in_challenge_ = false;
  WaitBefore wait_;
};

}  // namespace

std::variant<std::vector<session::ScriptCommand>, Error> read_pop3_section(const Section& section,
                                                                           Scope& scope) {
  return Reader(section, scope).read();
}

}  // namespace backtalk::script
