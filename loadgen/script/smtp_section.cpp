// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/smtp_section.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>

#include "script/language.hpp"
#include "script/limits.hpp"
#include "script/message_content.hpp"
#include "script/placeholders.hpp"
#include "script/wait.hpp"
#include "session/smtp_commands.hpp"
#include "session/smtp_statuses.hpp"
#include "text/blanks.hpp"
#include "text/whole_number.hpp"

namespace backtalk::script {
namespace {

using session::kNoStatus;
using session::kSmtpAccepted;
using session::SmtpCommand;
using Field = session::CommandTemplate::Field;

constexpr std::uint16_t kChallenge = session::smtp_status(334);

// What the session says itself.
bool is_said_by_session(SmtpCommand command) {
  constexpr std::array kOfConnection{SmtpCommand::ehlo,     SmtpCommand::helo,    SmtpCommand::lhlo,
                                     SmtpCommand::starttls, SmtpCommand::xclient, SmtpCommand::auth,
                                     SmtpCommand::quit};
  return std::ranges::find(kOfConnection, command) != kOfConnection.end();
}

std::string why_said_by_session(SmtpCommand command, std::string_view name) {
  switch (command) {
    case SmtpCommand::quit: return "remove QUIT: backtalk sends it after the last section";
    case SmtpCommand::starttls: return "backtalk says STARTTLS itself, with --starttls";
    case SmtpCommand::xclient: return "backtalk says XCLIENT itself, with --xclient";
    case SmtpCommand::auth:
      return "backtalk logs in itself, with --user and --password, before the sections begin";
    default: return "backtalk says " + std::string(name) + " itself, before the sections begin";
  }
}

// A line of the server: Reply-code ( "-" / SP / end ).
struct ReplyLine {
  std::uint16_t status = kNoStatus;
  bool last = true;
};

std::optional<ReplyLine> read_reply_line(std::string_view text) {
  constexpr std::size_t kDigits = 3;
  if (text == "*") return ReplyLine{};
  if (text.size() < kDigits) return std::nullopt;
  const bool is_code = text[0] >= '2' && text[0] <= '5' && text[1] >= '0' && text[1] <= '5' &&
                       text[2] >= '0' && text[2] <= '9';
  if (!is_code || (text.size() > kDigits && text[kDigits] != '-' && text[kDigits] != ' '))
    return std::nullopt;
  const unsigned code = static_cast<unsigned>(text[0] - '0') * 100 +
                        static_cast<unsigned>(text[1] - '0') * 10 + static_cast<unsigned>(text[2] - '0');
  return ReplyLine{.status = session::smtp_status(code),
                   .last = text.size() == kDigits || text[kDigits] == ' '};
}

bool refuses(std::uint16_t status) {
  return status < session::kSmtpStatuses && !session::smtp_statuses()[status].ok;
}

bool is_intermediate(std::uint16_t status) {
  return status < session::kSmtpStatuses && session::smtp_statuses()[status].name.front() == '3';
}

// "BDAT" SP chunk-size [ SP "LAST" ], with `{message}` for the size of the run's message.
struct Chunk {
  bool message = false;
  std::uint64_t octets = 0;
  bool last = false;
};

std::optional<Chunk> read_chunk(std::string_view arguments) {
  arguments = text::without_trailing_blanks(arguments);
  arguments.remove_prefix(std::min(arguments.find_first_not_of(' '), arguments.size()));
  Chunk chunk;
  const std::string_view size = arguments.substr(0, arguments.find(' '));
  std::string_view rest = arguments.substr(size.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  chunk.last = capitals(rest) == "LAST";
  if (!rest.empty() && !chunk.last) return std::nullopt;
  chunk.message = size == "{message}";
  if (chunk.message) return chunk;
  const auto octets = text::read_whole_number(size);
  if (!octets) return std::nullopt;
  chunk.octets = *octets;
  return chunk;
}

class SmtpReader {
 public:
  SmtpReader(const Section& section, Scope& scope, bool lmtp)
      : section_(section), scope_(scope), lmtp_(lmtp) {}

  std::variant<std::vector<session::ScriptCommand>, Error> read() {
    for (at_ = 0; at_ < section_.lines.size(); ++at_) {
      if (auto problem = read_line(section_.lines[at_])) return *std::move(problem);
    }
    if (auto problem = finish()) return *std::move(problem);
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

  Problem read_wait(const Line& line) {
    if (reply_line_ != nullptr) return no_last_line();
    if (in_message_) return line.error("the message comes before this: `C:` lines up to `C: .`");
    if (chunk_left_ > 0) return line.error(missing_octets());
    return wait_.read(line, section_);
  }

  Problem finish() const {
    if (reply_line_ != nullptr) return no_last_line();
    if (in_message_)
      return drafts_line_->error("this message has no end: expected `C: .` after its last line");
    if (chunk_left_ > 0) return drafts_line_->error(missing_octets());
    if (awaits_go()) return drafts_line_->error("expected `S: 354`, and the message after it");
    return std::nullopt;
  }

  [[nodiscard]] Error no_last_line() const {
    const std::string code(session::smtp_statuses()[reply_status_].name);
    return reply_line_->error("this reply has no last line, such as `S: " + code + " ok`");
  }

  [[nodiscard]] std::string missing_octets() const {
    return "the chunk of this BDAT has " + std::to_string(chunk_left_) +
           " octets more: they are in `C:` lines after it, of which each counts two octets for its CRLF";
  }

  // --- What the client says

  Problem read_client(const Line& line) {
    if (reply_line_ != nullptr) return no_last_line();
    if (in_message_) return read_message_line(line);
    if (chunk_left_ > 0) return read_chunk_line(line);
    if (in_challenge_) {
      in_challenge_ = false;
      return std::nullopt;
    }
    if (awaits_go()) return line.error("the reply to DATA, `S: 354`, has to come before its content");
    if (!drafts_.empty() && is(drafts_.back(), SmtpCommand::quit)) return line.error("nothing follows QUIT");
    settle_replies();
    return read_command(line);
  }

  Problem read_command(const Line& line) {
    const std::string_view keyword = line.text.substr(0, line.text.find(' '));
    const auto index = find_command(session::kSmtpCommandNames, keyword);
    if (!index || static_cast<SmtpCommand>(*index) == SmtpCommand::dot)
      return unknown_command(session::kSmtpCommandNames, lmtp_ ? "LMTP" : "SMTP", line, 0, keyword);
    const auto command = static_cast<SmtpCommand>(*index);
    Draft draft;
    draft.name = session::kSmtpCommandNames[*index];
    draft.of_connection = is_said_by_session(command);
    if (draft.of_connection && !section_.is_connection())
      return line.error(why_said_by_session(command, draft.name));
    scope_.logs_in |= command == SmtpCommand::auth;
    draft.command.command = *index;
    draft.command.source_line = line.number;
    draft.command.expected.status = kSmtpAccepted;
    draft.command.pipelined = at_ > 0 && section_.lines[at_ - 1].kind == Line::Kind::client;
    drafts_line_ = &line;
    if (draft.of_connection) {
      if (auto problem = wait_.check_own(draft.name, command == SmtpCommand::quit)) return problem;
    } else {
      wait_.give(draft.command);
    }
    if (command == SmtpCommand::bdat) {
      if (auto problem = read_bdat(line, keyword.size(), draft.command)) return problem;
    } else if (!draft.of_connection) {
      if (auto problem = read_text(line, draft.command)) return problem;
    }
    drafts_.push_back(std::move(draft));
    return std::nullopt;
  }

  Problem read_text(const Line& line, session::ScriptCommand& command) {
    const ClientText text{.line = &line, .text = line.text, .has_addresses = true};
    if (auto problem = read_client_text(text, scope_.words, command.line)) return problem;
    if (command.line.uses(Field::message_number) || command.line.uses(Field::uid))
      return line.error("`{number}` and `{uid}` are messages of a mailbox, which SMTP does not have");
    return check_command(line, scope_, command, "");
  }

  Problem read_bdat(const Line& line, std::size_t keyword, session::ScriptCommand& command) {
    const auto chunk = read_chunk(line.text.substr(keyword));
    if (!chunk)
      return line.error(
          "expected the octets of the chunk, as `BDAT 16`, `BDAT 16 LAST` or `BDAT {message} LAST`",
          std::min(keyword + 1, line.text.size()));
    command.ends_message = chunk->last;
    if (!chunk->message) {
      command.line.append(line.text);
      chunk_left_ = chunk->octets;
      return std::nullopt;
    }
    command.line.append(line.text.substr(0, keyword));
    command.line.append(" ");
    command.line.append(Field::content_octets);
    if (chunk->last) command.line.append(" LAST");
    command.literals.push_back({.message = true, .content = {}, .rest = {}});
    return std::nullopt;
  }

  // --- Content

  Problem count_content(const Line& line) {
    scope_.content_octets += line.text.size() + 2;
    if (scope_.content_octets <= kScriptOctetsMax) return std::nullopt;
    return line.error("the messages of a script have at most " + std::to_string(kScriptOctetsMax) +
                      " octets, each as often as it is repeated");
  }

  Problem read_chunk_line(const Line& line) {
    if (auto problem = count_content(line)) return problem;
    return MessageContent(drafts_.back().command.literals).add_to_chunk(line, chunk_left_);
  }

  Problem read_message_line(const Line& line) {
    if (auto problem = count_content(line)) return problem;
    bool ends = false;
    if (auto problem = MessageContent(message_.literals).add_line(line, scope_.words, ends)) return problem;
    if (!ends) return std::nullopt;
    in_message_ = false;
    Draft dot;
    dot.name = "the end of the message";
    dot.command = std::exchange(message_, {});
    dot.command.command = static_cast<unsigned>(SmtpCommand::dot);
    dot.command.ends_message = true;
    dot.command.source_line = line.number;
    dot.command.expected.status = kSmtpAccepted;
    drafts_line_ = &line;
    drafts_.push_back(std::move(dot));
    return std::nullopt;
  }

  // --- What the server says

  Problem read_server(const Line& line) {
    if (auto problem = wait_.check_answer(line)) return problem;
    const std::string_view text = text::without_trailing_blanks(line.text);
    const auto reply = read_reply_line(text);
    if (!reply) return line.error("expected `S: 250` or another reply code, or `S: *`, not " + quoted(text));
    if (reply_line_ != nullptr && reply->status != reply_status_) return no_last_line();
    if (in_message_) return line.error("the message comes before this: `C:` lines up to `C: .`");
    if (chunk_left_ > 0) return line.error(missing_octets());
    if (!reply->last) {
      if (line.text.find(":=") != std::string_view::npos) {
        std::vector<Kept> kept;
        if (auto problem = read_kept(line, kept)) return problem;
        if (!kept.empty()) return line.error("words are kept of the last line of a reply", kept.front().at);
      }
      if (reply_line_ == nullptr) reply_line_ = &line;
      reply_status_ = reply->status;
      exact_.push_back(exact_line(line.text));
      return std::nullopt;
    }
    reply_line_ = nullptr;
    exact_.push_back(exact_line(line.text));
    if (reply->status == kNoStatus) exact_.clear();
    auto problem = read_reply(line, reply->status);
    exact_.clear();
    return problem;
  }

  Problem read_reply(const Line& line, std::uint16_t status) {
    if (answered_ == drafts_.size()) return read_greeting(line, status);
    Draft& waiting = drafts_[answered_];
    if (waiting.of_connection) return read_reply_to_session(line, status, waiting);
    if (replies_ == 0) {
      waiting.command.expected.status = status;
      waiting.command.expected.exact.lines = std::move(exact_);
      waiting.command.source_line = line.number;
      if (auto problem = keep_words(line, scope_, waiting.command)) return problem;
    } else {
      waiting.command.further.push_back(
          {.status = status, .source_line = line.number, .exact = std::move(exact_)});
    }
    ++replies_;
    if (waiting.command.ends_message && replies_ < replies_to_message()) return std::nullopt;
    answered(waiting);
    return std::nullopt;
  }

  // The draft has all its replies.
  void answered(const Draft& draft) {
    const auto command = static_cast<SmtpCommand>(draft.command.command);
    const std::uint16_t status = draft.command.expected.status;
    const bool accepted = !refuses(status);
    if (command == SmtpCommand::rcpt && accepted) ++recipients_;
    const bool ends = draft.command.ends_message;
    if (ends || ((command == SmtpCommand::mail || command == SmtpCommand::rset) && accepted)) recipients_ = 0;
    in_message_ = command == SmtpCommand::data && (status == kNoStatus || is_intermediate(status));
    ++answered_;
    replies_ = 0;
  }

  // Of the end of a message not all replies have to be written down.
  void settle_replies() {
    if (replies_ > 0) answered(drafts_[answered_]);
  }

  [[nodiscard]] std::size_t replies_to_message() const {
    return lmtp_ ? std::max<std::size_t>(recipients_, 1) : 1;
  }

  Problem read_reply_to_session(const Line& line, std::uint16_t status, const Draft& draft) {
    if (is(draft, SmtpCommand::auth) && status == kChallenge) {
      in_challenge_ = true;
      return std::nullopt;
    }
    // After 5xx to EHLO, HELO is said.
    if (refuses(status) && !is(draft, SmtpCommand::ehlo))
      return line.error("backtalk says " + std::string(draft.name) +
                        " itself, and goes on only if it is accepted");
    ++answered_;
    return std::nullopt;
  }

  Problem read_greeting(const Line& line, std::uint16_t status) {
    const bool is_first = section_.is_connection() && drafts_.empty() && !greeted_;
    if (!is_first) return line.error("there is no `C:` line that waits for this reply");
    if (refuses(status)) return line.error("expected the greeting, `S: 220`, not " + quoted(line.text));
    greeted_ = true;
    return std::nullopt;
  }

  // DATA is the last draft, and has no reply yet.
  [[nodiscard]] bool awaits_go() const {
    return !drafts_.empty() && is(drafts_.back(), SmtpCommand::data) && answered_ < drafts_.size();
  }

  static bool is(const Draft& draft, SmtpCommand command) {
    return draft.command.command == static_cast<unsigned>(command);
  }

  const Section& section_;
  Scope& scope_;
  const bool lmtp_;
  std::vector<Draft> drafts_;
  const Line* drafts_line_ = nullptr;  // of the last draft
  std::size_t answered_ = 0;           // of the drafts, the first ones
  std::size_t replies_ = 0;            // to the draft behind them
  std::size_t recipients_ = 0;         // accepted, of the message that is under way
  std::size_t at_ = 0;                 // the line that is being read
  // Of a reply of several lines, before its last: the first.
  const Line* reply_line_ = nullptr;
  std::uint16_t reply_status_ = 0;         // its
  std::vector<session::ExactLine> exact_;  // its lines
  bool greeted_ = false;
  bool in_challenge_ = false;
  bool in_message_ = false;         // behind the 354
  session::ScriptCommand message_;  // what of it was read
  std::uint64_t chunk_left_ = 0;    // of BDAT's octets
  WaitBefore wait_;
};

}  // namespace

std::variant<std::vector<session::ScriptCommand>, Error> read_smtp_section(const Section& section,
                                                                           Scope& scope) {
  return SmtpReader(section, scope, false).read();
}

std::variant<std::vector<session::ScriptCommand>, Error> read_lmtp_section(const Section& section,
                                                                           Scope& scope) {
  return SmtpReader(section, scope, true).read();
}

}  // namespace backtalk::script
