// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/imap_section.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "script/language.hpp"
#include "script/limits.hpp"
#include "script/literal.hpp"
#include "script/placeholders.hpp"
#include "script/wait.hpp"
#include "session/imap_commands.hpp"
#include "session/imap_statuses.hpp"
#include "text/blanks.hpp"

namespace backtalk::script {
namespace {

using session::ImapCommand;
using session::ImapStatus;
using session::ScriptLiteral;

// What the session says itself.
bool is_of_connection(ImapCommand command) {
  constexpr std::array kOfConnection{ImapCommand::starttls, ImapCommand::login, ImapCommand::authenticate,
                                     ImapCommand::logout};
  return std::ranges::find(kOfConnection, command) != kOfConnection.end();
}

std::string why_of_connection(ImapCommand command) {
  switch (command) {
    case ImapCommand::logout: return "remove LOGOUT: backtalk sends it after the last section";
    case ImapCommand::starttls: return "backtalk says STARTTLS itself, with --starttls";
    default: return "backtalk logs in itself, with --user and --password, before the sections begin";
  }
}

// The word that begins at `at`.
std::string_view word_at(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  return text.substr(at, text.find(' ', at) - at);
}

bool is_number(std::string_view word) {
  return !word.empty() && word.find_first_not_of("0123456789") == std::string_view::npos;
}

// "{count:=2}"
bool is_kept(std::string_view word) {
  return word.starts_with('{') && word.ends_with('}') && word.find(":=") != std::string_view::npos;
}

// The status of a tagged response; nullopt if the word is none.
std::optional<std::uint16_t> status_of(std::string_view word) {
  const std::string name = capitals(word);
  if (name == "OK") return static_cast<std::uint16_t>(ImapStatus::ok);
  if (name == "NO") return static_cast<std::uint16_t>(ImapStatus::no);
  if (name == "BAD") return static_cast<std::uint16_t>(ImapStatus::bad);
  if (name == "*") return session::kNoStatus;
  return std::nullopt;
}

// Untagged responses that tell how things stand. A server adds them as it likes, so that nothing
// depends on them.
bool is_condition(std::string_view kind) {
  constexpr std::array<std::string_view, 5> kConditions{"OK", "NO", "BAD", "BYE", "PREAUTH"};
  return std::ranges::find(kConditions, kind) != kConditions.end();
}

// True if the answer to a command of that text names UIDs of messages.
bool names_uids(ImapCommand command, std::string_view text) {
  if (command == ImapCommand::uid_fetch || command == ImapCommand::uid_search) return true;
  if (command != ImapCommand::fetch) return false;
  constexpr std::string_view kAround = " ()";
  constexpr std::string_view kUid = "UID";
  const std::string all = capitals(text);
  for (std::size_t at = all.find(kUid); at != std::string::npos; at = all.find(kUid, at + 1)) {
    const std::size_t end = at + kUid.size();
    const bool begins = at > 0 && kAround.find(all[at - 1]) != std::string_view::npos;
    if (begins && (end == all.size() || kAround.find(all[end]) != std::string_view::npos)) return true;
  }
  return false;
}

bool is_kind(std::string_view word) {
  constexpr std::size_t kOctetsMax = 32;
  return !word.empty() && word.size() <= kOctetsMax && std::ranges::all_of(word, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

class Reader {
 public:
  Reader(const Section& section, Scope& scope) : section_(section), scope_(scope) {}

  std::variant<std::vector<session::ScriptCommand>, Error> read() {
    for (at_ = 0; at_ < section_.lines.size(); ++at_) {
      if (auto problem = read_line(section_.lines[at_])) return *std::move(problem);
    }
    if (idling_) return idle_line_->error("IDLE ends with a line `C: DONE`, and there is none");
    if (!untagged_.empty())
      return untagged_.back().line->error(
          "untagged data belongs to the tagged answer after it, and there is none");
    return commands_of(std::move(drafts_));
  }

 private:
  // Untagged data that waits for its tagged response.
  struct Untagged {
    std::string kind;
    const Line* line;
  };

  Problem read_line(const Line& line) {
    switch (line.kind) {
      case Line::Kind::client: return read_client(line);
      case Line::Kind::server: return read_server(line);
      case Line::Kind::wait: return read_wait(line);
    }
    return std::nullopt;
  }

  [[nodiscard]] bool next_is(Line::Kind kind) const {
    return at_ + 1 < section_.lines.size() && section_.lines[at_ + 1].kind == kind;
  }

  // --- What the client says

  Problem read_client(const Line& line) {
    if (idling_) return read_done(line);
    if (in_login_) {  // what answers it is the session's
      in_login_ = find_literal_mark(line.text).has_value();
      return std::nullopt;
    }
    if (!drafts_.empty() && is(drafts_.back(), ImapCommand::logout))
      return line.error("nothing follows LOGOUT");
    const std::string_view tag = word_at(line.text, 0);
    const std::size_t begin = tag.size() + 1;
    std::size_t name_octets = word_at(line.text, begin).size();
    if (capitals(line.text.substr(std::min(begin, line.text.size()), name_octets)) == "UID")
      name_octets += 1 + word_at(line.text, begin + name_octets + 1).size();
    const std::string_view name =
        begin < line.text.size() ? line.text.substr(begin, name_octets) : std::string_view{};
    const auto index = find_command(session::kImapCommandNames, name);
    if (capitals(tag) == "DONE" || (index && static_cast<ImapCommand>(*index) == ImapCommand::done))
      return line.error("`C: DONE` has no tag and stands after an IDLE, which it ends");
    if (!index && find_command(session::kImapCommandNames, tag))
      return line.error("a command of IMAP begins with a tag, as `C: a1 " + capitals(tag) + "`");
    if (name.empty() || tag.empty() || tag == "*" || tag == "+" || tag.find('{') != std::string_view::npos)
      return line.error(
          "expected a tag and a command, as `C: a1 NOOP`; backtalk puts a tag of its own in place");
    if (!index) return unknown_command(session::kImapCommandNames, "IMAP", line, begin, name);
    return add(line, tag, begin, static_cast<ImapCommand>(*index));
  }

  Problem add(const Line& line, std::string_view tag, std::size_t begin, ImapCommand command) {
    Draft draft{.tag = tag, .name = session::name_of(command), .of_connection = is_of_connection(command)};
    if (draft.of_connection && !section_.is_connection())
      return line.error(why_of_connection(command), begin);
    draft.command.command = static_cast<unsigned>(command);
    draft.command.source_line = line.number;
    draft.command.expected.status = static_cast<std::uint16_t>(ImapStatus::ok);
    draft.command.pipelined = at_ > 0 && section_.lines[at_ - 1].kind == Line::Kind::client;
    if (draft.of_connection) {
      if (auto problem = wait_.check_own(draft.name, command == ImapCommand::logout)) return problem;
      in_login_ = find_literal_mark(line.text).has_value();
    } else {
      if (auto problem = read_text({&line, begin, line.text.substr(begin)}, draft.command)) return problem;
      if (auto problem = check_command(line, scope_, draft.command, "a SELECT or EXAMINE")) return problem;
      wait_.give(draft.command);
    }
    scope_.counted |= command == ImapCommand::select || command == ImapCommand::examine;
    scope_.uids_named |= names_uids(command, line.text);
    by_tag_[tag] = drafts_.size();
    if (command == ImapCommand::idle) {
      idling_ = true;
      idle_line_ = &line;
    }
    drafts_.push_back(std::move(draft));
    return std::nullopt;
  }
  // A command's text, its literals, and the text behind each.
  Problem read_text(ClientText text, session::ScriptCommand& command) {
    for (;;) {
      auto mark = find_literal_mark(text.text);
      if (mark && mark->kind == LiteralMark::Kind::escaped)
        return text.line->error("this would begin a literal on the wire, where none follows",
                                text.begin + mark->at);
      const ClientText before{text.line, text.begin, text.text.substr(0, mark ? mark->at : text.text.size())};
      session::CommandTemplate& out = command.literals.empty() ? command.line : command.literals.back().rest;
      if (auto problem = read_client_text(before, scope_.words, out)) return problem;
      if (!mark) return std::nullopt;
      mark->at += text.begin;  // of the line
      command.literals.emplace_back();
      ClientText rest;
      if (auto problem = read_literal(*text.line, *mark, command.literals.back(), rest)) return problem;
      if (rest.line == nullptr) return std::nullopt;
      if (auto problem = check_rest(rest, *mark)) return problem;
      text = rest;
    }
  }

  // Text behind a literal that cannot go on with a command is content that was not counted.
  static Problem check_rest(const ClientText& rest, const LiteralMark& mark) {
    if (rest.text.empty() || rest.text.front() == ' ' || rest.text.front() == ')') return std::nullopt;
    return rest.line->error("the literal ends before this, after its " + std::to_string(mark.octets) +
                                " octets (a line end between its lines has two): what goes on with the "
                                "command begins with a space or `)`",
                            rest.begin);
  }

  // The content of the literal that the line ends with, and the text of the command behind it, of
  // which there may be none.
  Problem read_literal(const Line& line, const LiteralMark& mark, ScriptLiteral& literal, ClientText& rest) {
    if (next_is(Line::Kind::server) && is_go_on(text::without_trailing_blanks(section_.lines[at_ + 1].text)))
      ++at_;
    switch (mark.kind) {
      case LiteralMark::Kind::message: literal.message = true; return std::nullopt;
      case LiteralMark::Kind::line: return read_line_literal(line, mark, literal);
      case LiteralMark::Kind::octets:
      case LiteralMark::Kind::escaped: break;
    }
    return read_octets(line, mark, literal, rest);
  }

  Problem read_line_literal(const Line& line, const LiteralMark& mark, ScriptLiteral& literal) {
    if (!next_is(Line::Kind::client))
      return line.error("`{*}` is a literal, whose content is the next line `C:`", mark.at);
    const Line& content = section_.lines[++at_];
    return read_client_text({&content, 0, content.text}, scope_.words, literal.content);
  }

  // Line by line, with the CRLF between them. What follows the octets in their last line is the
  // command's, or the next line if they end with a CRLF.
  Problem read_octets(const Line& line, const LiteralMark& mark, ScriptLiteral& literal, ClientText& rest) {
    if (mark.octets > kCommandOctetsMax)
      return line.error("a literal in a script has at most " + std::to_string(kCommandOctetsMax) +
                            " octets: `{message}` stands for a longer one",
                        mark.at);
    const auto octets = static_cast<std::size_t>(mark.octets);
    std::string content;
    while (content.size() < octets || next_is(Line::Kind::client)) {
      if (!next_is(Line::Kind::client))
        return line.error("this literal has " + std::to_string(octets) + " octets, of which " +
                              std::to_string(content.size()) + " follow in lines `C:`",
                          mark.at);
      const Line& next = section_.lines[++at_];
      rest = {&next, 0, next.text};
      if (auto problem = take_octets(rest, octets - content.size(), content)) return problem;
      if (content.size() == octets) break;
      if (octets - content.size() < 2)
        return next.error("the literal ends between CR and LF", next.text.size());
      content += "\r\n";
    }
    literal.content.append_lines(content);
    return std::nullopt;
  }

  Problem read_done(const Line& line) {
    if (capitals(text::without_trailing_blanks(line.text)) != "DONE")
      return line.error("the IDLE in line " + std::to_string(idle_line_->number) +
                        " ends with `C: DONE`, which has to come before this");
    idling_ = false;
    return std::nullopt;
  }

  Problem read_wait(const Line& line) {
    if (!idling_) return wait_.read(line, section_);
    if (!next_is(Line::Kind::client))
      return line.error("within an IDLE a `wait` stands before its `C: DONE`");
    drafts_.back().command.idle = line.wait;
    return std::nullopt;
  }

  // --- What the server says

  static bool is_go_on(std::string_view text) { return text == "+" || text.starts_with("+ "); }

  Problem read_server(const Line& line) {
    if (auto problem = wait_.check_answer(line)) return problem;
    const std::string_view text = text::without_trailing_blanks(line.text);
    if (is_go_on(text)) return read_go_on(line);
    if (text.starts_with("* ")) return read_untagged(line, text);
    if (text == "*") return read_anything(line);
    const std::string_view tag = word_at(text, 0);
    const auto waiting = by_tag_.find(tag);
    if (waiting == by_tag_.end()) {
      const std::string kind = capitals(word_at(text, tag.size() + 1));
      if (is_number(tag) && is_kind(kind) && !status_of(kind))
        return line.error("untagged data begins with `*`: did you mean " +
                          quoted("S: * " + std::string(text)) + "?");
      if (status_of(tag))
        return line.error("a tagged answer begins with the tag of its command, as `S: a1 " + capitals(tag) +
                          "`");
      return line.error("no `C:` line with the tag " + quoted(tag) + " waits for an answer");
    }
    const std::string_view word = word_at(text, tag.size() + 1);
    const auto status = status_of(word);
    if (!status)
      return line.error("expected OK, NO or BAD after the tag, or `*`, not " + quoted(word),
                        std::min(tag.size() + 1, text.size()));
    return answer(line, drafts_[waiting->second], *status);
  }

  Problem read_go_on(const Line& line) {
    if (idling_) return std::nullopt;
    if (drafts_.empty() || drafts_.back().answered || !drafts_.back().of_connection)
      return line.error("`S: +` answers IDLE, AUTHENTICATE or a literal, and nothing else");
    in_login_ = true;
    return std::nullopt;
  }

  // The oldest command that has no answer.
  Problem read_anything(const Line& line) {
    while (oldest_ < drafts_.size() && drafts_[oldest_].answered) ++oldest_;
    if (oldest_ < drafts_.size()) return answer(line, drafts_[oldest_], session::kNoStatus);
    if (is_greeting()) return std::nullopt;
    return line.error("there is no `C:` line that waits for this answer");
  }

  Problem answer(const Line& line, Draft& draft, std::uint16_t status) {
    if (idling_ && is(draft, ImapCommand::idle))
      return line.error("IDLE is answered once `C: DONE` has ended it");
    if (draft.of_connection && status != static_cast<std::uint16_t>(ImapStatus::ok) &&
        status != session::kNoStatus)
      return line.error("backtalk says " + std::string(draft.name) + " itself, and goes on only after OK");
    draft.answered = true;
    in_login_ = false;
    // Another command may have come with the same tag.
    const auto waiting = by_tag_.find(draft.tag);
    if (waiting != by_tag_.end() && &drafts_[waiting->second] == &draft) by_tag_.erase(waiting);
    draft.command.expected.status = status;
    draft.command.source_line = line.number;
    auto& exact = draft.command.expected.exact;
    exact.untagged = std::exchange(exact_untagged_, {});
    const std::string_view tag = word_at(line.text, 0);
    if (status != session::kNoStatus && tag.size() < line.text.size())
      exact.lines = {exact_line(line.text.substr(tag.size() + 1))};
    const std::vector<Untagged> untagged = std::exchange(untagged_, {});
    if (draft.of_connection) return std::nullopt;
    for (const Untagged& one : untagged) {
      if (auto problem = expect(one, draft.command)) return problem;
    }
    return keep_words(line, scope_, draft.command);
  }

  Problem expect(const Untagged& untagged, session::ScriptCommand& command) {
    std::vector<std::string>& kinds = command.expected.untagged;
    if (std::ranges::find(kinds, untagged.kind) == kinds.end()) {
      if (kinds.size() == kUntaggedMax)
        return untagged.line->error("an answer is expected to bring at most " + std::to_string(kUntaggedMax) +
                                    " kinds of untagged data");
      kinds.push_back(untagged.kind);
    }
    return keep_words(*untagged.line, scope_, command, untagged.kind);
  }

  // "* 3 EXISTS", "* SEARCH 2 84"
  Problem read_untagged(const Line& line, std::string_view text) {
    const bool greets = is_greeting();
    constexpr std::size_t kBegin = 2;
    std::string_view word = word_at(text, kBegin);
    if (is_number(word) || is_kept(word)) word = word_at(text, kBegin + word.size() + 1);
    const std::string kind = capitals(word);
    if (auto problem = skip_literals(line)) return problem;
    if (greets) {
      if (kind == "OK" || kind == "PREAUTH") return std::nullopt;
      return line.error("expected the greeting, `S: * OK`, not " + quoted(text));
    }
    if (!is_kind(kind))
      return line.error("expected a kind of untagged data, as `S: * 3 EXISTS`, not " + quoted(text));
    while (oldest_ < drafts_.size() && drafts_[oldest_].answered) ++oldest_;
    if (oldest_ == drafts_.size()) return line.error("there is no `C:` line that waits for this answer");
    if (exact_untagged_.size() < session::ExactAnswer::kUntaggedMax)
      exact_untagged_.push_back(exact_line(line.text));
    if (!is_condition(kind)) {
      untagged_.push_back({kind, &line});
      return std::nullopt;
    }
    std::vector<Kept> kept;
    if (auto problem = read_kept(line, kept)) return problem;
    if (!kept.empty()) return line.error("no word is kept of an untagged " + kind, kept.front().at);
    return std::nullopt;
  }

  // The lines of the literals that the line has.
  Problem skip_literals(const Line& line) {
    std::string_view text = line.text;
    for (auto mark = find_literal_mark(text); mark && is_counted(*mark); mark = find_literal_mark(text)) {
      std::uint64_t left = mark->octets;
      for (bool whole = false; !whole;) {
        if (!next_is(Line::Kind::server))
          return line.error(
              "the " + std::to_string(mark->octets) +
              " octets of this literal do not follow in lines `S:`: leave out what is after the "
              "kind of the data");
        const std::string_view next = section_.lines[++at_].text;
        whole = left <= next.size();
        if (whole) text = next.substr(static_cast<std::size_t>(left));
        if (!whole) left -= std::min<std::uint64_t>(left, next.size() + 2);
      }
    }
    return std::nullopt;
  }

  static bool is_counted(const LiteralMark& mark) {
    return mark.kind == LiteralMark::Kind::octets || mark.kind == LiteralMark::Kind::escaped;
  }

  [[nodiscard]] bool is_greeting() const { return section_.is_connection() && at_ == 0 && drafts_.empty(); }
  static bool is(const Draft& draft, ImapCommand command) {
    return draft.command.command == static_cast<unsigned>(command);
  }

  const Section& section_;
  Scope& scope_;
  std::vector<Draft> drafts_;
  std::map<std::string_view, std::size_t> by_tag_;  // those that wait for an answer
  std::size_t oldest_ = 0;                          // before it all are answered
  std::size_t at_ = 0;                              // the line that is being read
  std::vector<Untagged> untagged_;
  std::vector<session::ExactLine> exact_untagged_;  // of data and conditions
  bool in_login_ = false;                           // the next line of the client is a part of it
  bool idling_ = false;
  const Line* idle_line_ = nullptr;
  WaitBefore wait_;
};

}  // namespace

std::variant<std::vector<session::ScriptCommand>, Error> read_imap_section(const Section& section,
                                                                           Scope& scope) {
  return Reader(section, scope).read();
}

}  // namespace backtalk::script
