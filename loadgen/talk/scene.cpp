// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/scene.hpp"

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

#include "backtalk/guess.hpp"
#include "script/language.hpp"
#include "script/literal.hpp"
#include "script/placeholders.hpp"
#include "script/words.hpp"
#include "session/captured_words.hpp"
#include "talk/fill_in.hpp"
#include "talk/hidden_word.hpp"
#include "talk/secrets.hpp"
#include "talk/unfinished.hpp"

namespace backtalk::talk {
namespace {

using script::Line;
using script::Problem;
using script::Protocol;
using script::Section;
using script::Turn;
using Part = Section::Part;
using Field = session::CommandTemplate::Field;
using Mark = script::LiteralMark::Kind;

// --- Which protocol

std::optional<Protocol> protocol_of(Guess guess) {
  switch (guess) {
    case Guess::smtp: return Protocol::smtp;
    case Guess::pop3: return Protocol::pop3;
    case Guess::imap: return Protocol::imap;
    case Guess::http_response:
    case Guess::http_request: return Protocol::http;
    default: return std::nullopt;
  }
}

// By what the server says first, or the client, who speaks first in HTTP.
bool is_spoken(Protocol protocol, const Section& section) {
  if (section.lines.empty()) return true;
  std::string beginning;
  for (const Line& line : section.lines) {
    if (beginning.size() >= kGuessOctets || line.kind != section.lines.front().kind) break;
    beginning.append(line.text).append("\r\n");
  }
  auto spoken = protocol_of(guess_protocol(beginning));
  if (spoken == Protocol::smtp && protocol == Protocol::lmtp) spoken = Protocol::lmtp;
  return !spoken || spoken == protocol;
}

// --- What a client says around sections

// Its lines have the number 0: they are not in the file.
void append(std::vector<Line>& lines, std::initializer_list<std::string_view> all) {
  for (const std::string_view one : all) {
    const auto kind = one.starts_with('C') ? Line::Kind::client : Line::Kind::server;
    lines.push_back({.kind = kind, .text = one.substr(3), .number = 0});
  }
}

void append_hello(Protocol protocol, bool logs_in, std::vector<Line>& lines) {
  switch (protocol) {
    case Protocol::smtp: append(lines, {"S: 220", "C: EHLO localhost", "S: 250"}); break;
    case Protocol::lmtp: append(lines, {"S: 220", "C: LHLO localhost", "S: 250"}); break;
    case Protocol::pop3: append(lines, {"S: +OK"}); break;
    case Protocol::imap: append(lines, {"S: * OK"}); break;
    case Protocol::http: return;
  }
  if (!logs_in) return;
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: append(lines, {"C: AUTH PLAIN ***", "S: 235"}); break;
    case Protocol::pop3: append(lines, {"C: USER {user}", "S: +OK", "C: PASS ***", "S: +OK"}); break;
    case Protocol::imap: append(lines, {"C: login LOGIN \"{user}\" ***", "S: login OK"}); break;
    case Protocol::http: break;
  }
}

void append_goodbye(Protocol protocol, std::vector<Line>& lines) {
  // Behind a command for which the script has no answer, this one's would be taken for it.
  const bool unanswered = !lines.empty() && lines.back().kind == Line::Kind::client;
  if (unanswered && (protocol == Protocol::smtp || protocol == Protocol::lmtp || protocol == Protocol::pop3))
    return append(lines, {"C: QUIT"});
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: append(lines, {"C: QUIT", "S: 221"}); break;
    case Protocol::pop3: append(lines, {"C: QUIT", "S: +OK"}); break;
    case Protocol::imap: append(lines, {"C: logout LOGOUT", "S: logout OK"}); break;
    case Protocol::http: break;
  }
}

// --- What a client says that has no line of its own

// A command of the client's, by its name: the word behind the tag in IMAP.
bool says(Protocol protocol, const Section& section, std::initializer_list<std::string_view> names) {
  return std::ranges::any_of(section.lines, [&](const Line& line) {
    if (line.kind != Line::Kind::client) return false;
    std::string_view text = line.text;
    if (protocol == Protocol::imap) text.remove_prefix(std::min(text.find(' ') + 1, text.size()));
    const std::string name = script::capitals(script::word_from(text, 0));
    return std::ranges::find(names, name) != names.end();
  });
}

// A script without sections may leave to the program what belongs to each connection: the greeting,
// which is then not its first line, and with it EHLO and the login.
bool leaves_out_login(Protocol protocol, bool has_user, const Section& section) {
  if (section.part != Part::whole || section.lines.empty()) return false;
  if (section.lines.front().kind != Line::Kind::client) return false;
  // What has a secret of its own is a login.
  const bool logs_in = has_user && std::ranges::none_of(section.lines, [](const Line& line) {
                         return line.text.find(kHidden) != std::string_view::npos;
                       });
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp:
      return says(protocol, section, {"AUTH"}) && !says(protocol, section, {"EHLO", "HELO", "LHLO"});
    case Protocol::pop3: return logs_in && !says(protocol, section, {"USER", "PASS", "APOP", "AUTH"});
    case Protocol::imap: return logs_in && !says(protocol, section, {"LOGIN", "AUTHENTICATE"});
    case Protocol::http: break;
  }
  return false;
}

// --- Whether all of it can be said

class Check {
 public:
  Check(const ScriptReading& how, ScriptNeeds& needs)
      : protocol_(how.protocol), needs_(needs), words_(how.constants) {}

  Problem check(const Section& section, std::span<const Turn> turns) {
    for (const Turn& turn : turns) {
      const Line& line = section.lines[turn.first];
      switch (turn.kind) {
        case Turn::Kind::wait: break;
        case Turn::Kind::answer:
          for (const Line& one : turn.lines_of(section)) {
            if (auto problem = check_server(one)) return problem;
          }
          break;
        case Turn::Kind::command:
        case Turn::Kind::content:
        case Turn::Kind::response:
          if (auto problem = check_client(line, turn.kind)) return problem;
          break;
      }
    }
    return std::nullopt;
  }

 private:
  Problem check_server(const Line& line) {
    std::vector<script::Kept> kept;
    if (auto problem = read_kept(line, kept)) return problem;
    for (const script::Kept& one : kept) {
      if (!words_.keep(one.name))
        return line.error(
            "a script keeps at most " + std::to_string(session::CapturedWords::kSlotsMax) + " words", one.at);
    }
    return std::nullopt;
  }

  Problem check_client(const Line& line, Turn::Kind kind) {
    note_secret(line, kind);
    std::string_view text = line.text;
    if (protocol_ == Protocol::imap && kind != Turn::Kind::response) {
      if (kind == Turn::Kind::command) logs_in_ = is_imap_login(text);
      const bool counted = kind == Turn::Kind::content && std::exchange(counted_, false);
      const auto mark = script::find_literal_mark(text);
      counted_ = mark && mark->kind == Mark::octets;
      if (mark) text = text.substr(0, mark->at);
      if (counted) return check_literal(line);
    } else if (kind == Turn::Kind::content && text == kMessagePlaceholder) {
      return std::nullopt;
    }
    if (protocol_ == Protocol::http && script::has_counted_length(text)) return std::nullopt;
    if (kind == Turn::Kind::command && is_message_chunk(protocol_, text)) return std::nullopt;
    session::CommandTemplate filled;
    const bool has_addresses = protocol_ == Protocol::smtp || protocol_ == Protocol::lmtp;
    if (auto problem = read_client_text({&line, 0, text, has_addresses}, words_, filled)) return problem;
    if (filled.uses(Field::uid) && protocol_ != Protocol::imap)
      return line.error("`{uid}` is IMAP's, whose server names the UIDs of messages");
    const bool needs = filled.uses(Field::user) || filled.uses(Field::password);
    needs_.user |= filled.uses(Field::user);
    needs_.password |= filled.uses(Field::password);
    if (needs) note_line(line);
    return std::nullopt;
  }

  Problem check_literal(const Line& line) {
    counted_ = true;  // it may go on
    if (!logs_in_ || !line.text.starts_with(kHidden)) return std::nullopt;
    needs_.password = true;
    note_line(line);
    return std::nullopt;
  }

  void note_line(const Line& line) {
    if (needs_.line == 0) needs_.line = line.number;
  }

  void note_secret(const Line& line, Turn::Kind kind) {
    using Kind = HiddenWord::Kind;
    if (kind == Turn::Kind::command) {
      const std::string mechanism = mechanism_begun_by(protocol_, line.text);
      if (!mechanism.empty()) mechanism_ = mechanism;
    }
    const HiddenWord hidden = find_hidden_word(protocol_, kind, line.text);
    if (hidden.kind == Kind::none) return;
    note_line(line);
    needs_.password = true;
    const bool sasl = hidden.kind == Kind::initial || hidden.kind == Kind::response;
    needs_.user |= sasl || hidden.kind == Kind::basic;
    if (sasl && !mechanism_.empty()) needs_.mechanisms.push_back(mechanism_);
    if (hidden.kind == Kind::digest) needs_.mechanisms.emplace_back("APOP");
  }

  const Protocol protocol_;
  ScriptNeeds& needs_;
  script::Words words_;
  std::string mechanism_;  // that the last command of a login named
  bool logs_in_ = false;   // IMAP: the command is LOGIN
  bool counted_ = false;   // IMAP: the next line is of a literal whose octets are given
};

// --- Reading

class ScriptReader {
 public:
  explicit ScriptReader(const ScriptReading& how) : how_(how) {}

  std::variant<PlayedScript, script::Error> read(std::string text) {
    script_.text = std::make_unique<const std::string>(std::move(text));
    auto notation = script::read_notation(*script_.text);
    if (auto* error = std::get_if<script::Error>(&notation)) return std::move(*error);
    auto& sections = std::get<script::Sections>(notation);
    auto problem = sections.front().is_connection() ? add_conversations(sections) : add_sections(sections);
    if (problem) return *std::move(problem);
    return std::move(script_);
  }

 private:
  Problem add_conversations(script::Sections& sections) {
    for (Section& section : sections) {
      if (!how_.only.empty() && section.name != how_.only) continue;
      if (how_.only.empty() && sections.size() > 1 && !is_spoken(how_.protocol, section)) {
        script_.left_out.push_back(section.name);
        continue;
      }
      if (leaves_out_login(how_.protocol, how_.logs_in, section)) add_login(section);
      Check check(how_, script_.needs);
      if (auto problem = add(std::move(section), check)) return problem;
    }
    if (!script_.scenes.empty()) return std::nullopt;
    if (how_.only.empty()) return script::Error{1, 1, "all of its conversations are of other protocols"};
    return script::Error{1, 1, "there is no conversation `== " + std::string(how_.only) + " ==`"};
  }

  void add_login(Section& section) {
    const bool smtp = how_.protocol == Protocol::smtp || how_.protocol == Protocol::lmtp;
    std::vector<Line> lines;
    append_hello(how_.protocol, how_.logs_in && !smtp, lines);  // whose AUTH is in the script
    lines.insert(lines.end(), section.lines.begin(), section.lines.end());
    if (!says(how_.protocol, section, {"QUIT", "LOGOUT"})) append_goodbye(how_.protocol, lines);
    section.lines = std::move(lines);
  }

  Problem add_sections(const script::Sections& sections) {
    if (!how_.only.empty())
      return script::Error{
          1, 1, "--only " + std::string(how_.only) + ": this file has sections, not conversations"};
    Section all{.number = sections.front().number};
    append_hello(how_.protocol, how_.logs_in, all.lines);
    for (const Section& one : sections) all.lines.insert(all.lines.end(), one.lines.begin(), one.lines.end());
    append_goodbye(how_.protocol, all.lines);
    Check check(how_, script_.needs);
    auto problem = add(std::move(all), check);
    if (!problem) script_.scenes.back().has_sections = true;
    return problem;
  }

  Problem add(Section&& section, Check& check) {
    Scene scene{.name = section.part == Part::conversation ? section.name : std::string_view(),
                .section = std::move(section)};
    auto turns = script::read_turns(how_.protocol, scene.section);
    if (auto* error = std::get_if<script::Error>(&turns)) return std::move(*error);
    scene.turns = std::get<std::vector<Turn>>(std::move(turns));
    if (auto problem = check.check(scene.section, scene.turns)) return problem;
    if (auto problem = find_unfinished(how_.protocol, scene.section, scene.turns)) return problem;
    script_.scenes.push_back(std::move(scene));
    return std::nullopt;
  }

  const ScriptReading& how_;
  PlayedScript script_;
};

}  // namespace

std::variant<PlayedScript, script::Error> read_played_script(std::string text, const ScriptReading& reading) {
  return ScriptReader(reading).read(std::move(text));
}

}  // namespace backtalk::talk
