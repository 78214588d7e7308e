// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/pop3_dialect.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backtalk/tolerate.hpp"
#include "session/pop3_commands.hpp"
#include "talk/flaw.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

using session::Pop3Command;

// Those without a form of answer of their own.
constexpr std::array<std::string_view, 2> kOtherCommands{"LANG", "UTF8"};

// None of them moves the end of a response that is read line by line.
constexpr Tolerances kPop3Tolerated = tolerate::bare_lf | tolerate::bare_cr | tolerate::control_bytes |
                                      tolerate::lower_case_status | tolerate::bare_continuation;

Pop3Command command_of(std::string_view name) {
  const auto* const found = std::ranges::find_if(session::kPop3CommandNames, [name](std::string_view one) {
    return text::equals_ignoring_case(one, name);
  });
  // An unknown one has an answer of one line, as NOOP.
  if (found == session::kPop3CommandNames.end()) return Pop3Command::noop;
  return static_cast<Pop3Command>(found - session::kPop3CommandNames.begin());
}

bool is_pop3_command(std::string_view name) {
  const auto is_name = [name](std::string_view one) { return text::equals_ignoring_case(one, name); };
  return std::ranges::any_of(session::kPop3CommandNames, is_name) ||
         std::ranges::any_of(kOtherCommands, is_name);
}

Pop3Asked asked_by(Pop3Command command, bool alone) {
  switch (command) {
    case Pop3Command::stls: return Pop3Asked::stls;
    case Pop3Command::capa: return Pop3Asked::capabilities;
    case Pop3Command::stat: return Pop3Asked::drop;
    case Pop3Command::list: return alone ? Pop3Asked::sizes : Pop3Asked::one_size;
    case Pop3Command::auth: return alone ? Pop3Asked::command : Pop3Asked::login;
    default: return Pop3Asked::command;
  }
}

}  // namespace

Pop3Dialect::Pop3Dialect(bool lenient)
    : lenient_(lenient), parser_({}, lenient ? kPop3Tolerated : Tolerances()) {}

Next Pop3Dialect::next() const {
  if (responds_) return Next::content;
  if (due_.empty()) return Next::command;
  const Pop3Asked last = due_.back();
  const bool decides =
      due_.front() == Pop3Asked::greeting || last == Pop3Asked::login || last == Pop3Asked::stls;
  const bool full = parser_.expected() >= pop3::ResponseLimits{}.expectations_max;
  return decides || full ? Next::undecided : Next::command;
}

Typed Pop3Dialect::type(std::string_view line, std::string& out) {
  out.append(line).append("\r\n");
  if (!responds_) return type_command(line);
  responds_ = false;
  secrets_.add_response(line);
  return {.shown = std::string(line == "*" ? line : kHidden)};
}

Typed Pop3Dialect::type_command(std::string_view line) {
  std::string_view rest = line;
  const std::string_view name = take_word(rest);
  const Pop3Command command = command_of(name);
  if (is_stray_secret(line, is_pop3_command(name))) {
    ask(Pop3Asked::command, {});
    return {.shown = std::string(kHidden)};
  }
  const bool alone = rest.find_first_not_of(kBlanks) == std::string_view::npos;
  // GREETING is no command that one could type.
  if (command == Pop3Command::greeting) {
    ask(Pop3Asked::command, {});
  } else {
    due_.push_back(asked_by(command, alone));
    static_cast<void>(parser_.expect(session::pop3_answer_form(command, line.substr(line.find(name)))));
  }
  if (command == Pop3Command::pass || command == Pop3Command::apop) return type_password(line, rest);
  if (command == Pop3Command::auth) return type_login(line, rest);
  if (!is_pop3_command(name)) {
    if (auto typed = type_foreign_login(line)) return *std::move(typed);
  }
  return {.shown = std::string(line)};
}

void Pop3Dialect::ask(Pop3Asked asked, std::string_view line) {
  due_.push_back(asked);
  static_cast<void>(parser_.expect(session::pop3_answer_form(Pop3Command::noop, line)));
}

// PASS and its password, which may have spaces; APOP, the user and the digest.
Typed Pop3Dialect::type_password(std::string_view line, std::string_view rest) {
  std::string_view name = line;
  if (text::equals_ignoring_case(take_word(name), "APOP")) take_word(rest);
  if (rest.empty()) return {.shown = std::string(line)};
  secrets_.add(rest);
  // Without the blanks around it, as servers may read it.
  secrets_.add(without_blanks(rest));
  return {.shown = std::string(line.substr(0, line.size() - rest.size())).append(kHidden)};
}

Typed Pop3Dialect::type_login(std::string_view line, std::string_view arguments) {
  take_word(arguments);
  if (arguments.empty()) return {.shown = std::string(line)};
  secrets_.add_response(arguments);
  return {.shown = std::string(line.substr(0, line.size() - arguments.size())).append(kHidden)};
}

void Pop3Dialect::feed(std::string_view octets) {
  if (lenient_) {
    if (std::exchange(line_ended_, octets.ends_with('\n'))) line_.clear();
    // No status is longer than the parser's limit.
    if (line_.size() <= pop3::ResponseLimits{}.line_octets_max) line_.append(octets);
  }
  fed_ += octets.size();
  parser_.feed(octets);
}

// A strict parser says what is wrong with a line that the lenient one has read as a status.
void Pop3Dialect::find_flaw(const pop3::Status& status, Heard& heard) const {
  pop3::ResponseParser strict;
  // A challenge comes only where it is expected.
  if (status.kind == pop3::Status::Kind::continuation) {
    strict.feed("+OK\r\n");
    while (strict.next() != nullptr) continue;
    static_cast<void>(strict.expect(pop3::Expect::sasl));
  }
  const std::uint64_t before = strict.message_offset();
  strict.feed(line_);
  while (strict.next() != nullptr) continue;
  if (Error error = strict.error()) {
    error.offset += status.offset - before;
    heard.warnings.push_back(text_of_flaw(Protocol::pop3, error));
  }
}

bool Pop3Dialect::hear(Heard& heard) {
  using Kind = pop3::Event::Kind;
  const pop3::Event* const event = parser_.next();
  if (event == nullptr) return false;
  heard = {};
  switch (event->kind) {
    case Kind::status:
      heard.end = event->status.offset + event->status.octets;
      heard.complete = !event->status.multi_line;
      if (lenient_) find_flaw(event->status, heard);
      on_status(event->status, heard);
      return true;
    // The pieces that are fed end where lines do.
    case Kind::line:
      heard.end = fed_;
      if (lenient_ && line_.ends_with('\n') && !line_.ends_with("\r\n"))
        heard.warnings.push_back(text_of_flaw(Protocol::pop3, {ErrorCode::bare_lf, fed_ - 1}));
      [[fallthrough]];
    case Kind::octets: reading_.take(*event, heard); return true;
    case Kind::end:
      heard.end = fed_;
      heard.complete = true;
      reading_.finish(heard);
      on_answer(true);
      return true;
  }
  return true;
}

void Pop3Dialect::on_status(const pop3::Status& status, Heard& heard) {
  if (status.unsolicited) {
    heard.warnings.emplace_back("nothing asked for this response");
    return;
  }
  if (due_.empty()) return;
  reading_.begin(due_.front(), status, heard);
  if (status.kind == pop3::Status::Kind::continuation) {
    responds_ = true;
  } else if (!status.multi_line) {
    on_answer(status.ok());
  }
}

void Pop3Dialect::on_answer(bool positive) {
  if (due_.empty()) return;
  const Pop3Asked asked = due_.front();
  due_.pop_front();
  accepted_ = positive;
  if (asked == Pop3Asked::login) {
    login_ended(positive);
    responds_ = false;  // a response that the server asked for it does not want any more
  }
  if (asked == Pop3Asked::stls && positive) wants_tls_ = parser_.begin_tls();
}

}  // namespace backtalk::talk
