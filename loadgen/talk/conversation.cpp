// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/conversation.hpp"

#include <algorithm>
#include <utility>

#include "backtalk/guess.hpp"
#include "session/other_protocol.hpp"
#include "talk/flaw.hpp"
#include "talk/text_of.hpp"

namespace backtalk::talk {
namespace {

// The line as scripts have it: "{" begins a placeholder there, and "{{" is a brace.
std::string notation_of(std::string_view line, std::size_t braces_end) {
  std::string text;
  for (std::size_t at = 0; at < line.size(); ++at) {
    if (line[at] == '{' && at < braces_end) text += '{';
    text += line[at];
  }
  return text;
}

}  // namespace

Conversation::Conversation(Protocol protocol, Audience& audience, ConversationSettings settings)
    : audience_(audience),
      protocol_(protocol),
      settings_(settings),
      dialect_(make_dialect(protocol, settings.lenient)) {}

bool Conversation::may_type() const {
  if (error_ || !problem_.empty() || dialect_->wants_tls()) return false;
  switch (dialect_->next()) {
    case Next::content: return true;
    case Next::command: return settings_.pipeline || dialect_->due() == 0;
    case Next::undecided: return false;
  }
  return false;
}

bool Conversation::type(std::string_view line) {
  const std::string_view whole = line;
  bool open = true;
  while (true) {
    const Typed typed = dialect_->type(line, output_);
    audience_.client(typed.shown, notation_of(typed.shown, typed.braces_end));
    open = open && line.starts_with(typed.shown);
    if (typed.taken >= line.size()) return open && dialect_->secrets().hidden(whole) == whole;
    line.remove_prefix(typed.taken);
  }
}

std::string Conversation::take_output() {
  return std::exchange(output_, {});
}

// In pieces that end where lines do, so that what is shown does not depend on the cuts.
void Conversation::receive(std::string_view octets) {
  while (!octets.empty() && problem_.empty()) {
    if (!error_ && dialect_->wants_tls()) {
      // RFC 3207 5: what came in the clear behind the acceptance could be from anyone.
      fail({ErrorCode::starttls_injection, line_begins_ + line_.size()});
      return;
    }
    const std::size_t room = kLineOctetsMax - line_.size();
    const std::size_t end = std::min({octets.find('\n'), octets.size() - 1, room - 1}) + 1;
    receive_piece(octets.substr(0, end));
    octets.remove_prefix(end);
  }
}

void Conversation::receive_piece(std::string_view piece) {
  if (line_.empty()) within_ = dialect_->in_message();
  line_.append(piece);
  if (beginning_.size() < kGuessOctets) beginning_.append(piece);
  if (is_of_another_protocol()) return;
  if (!error_) {
    dialect_->feed(piece);
    hear();
    error_ = dialect_->error();
  }
  if (line_.ends_with('\n') || line_.size() >= kLineOctetsMax) {
    const bool goes_on = !line_.ends_with('\n');
    show_rest();
    if (goes_on) audience_.remark("the line goes on");
    if (error_) fail(error_);
  }
}

// A parser of IMAP reads on whatever it is that it reads: "220 hi" has a tag.
bool Conversation::is_of_another_protocol() {
  if (protocol_ != Protocol::imap || line_begins_ > 0 || !line_.ends_with('\n')) return false;
  const std::string_view other = session::other_protocol(script::name_of(protocol_), beginning_);
  if (other.empty()) return false;
  show_rest();
  problem_ = text_of("this looks like ", other, ": are the scheme and the port right?");
  return true;
}

void Conversation::hear() {
  Heard heard;
  while (true) {
    const std::size_t before = dialect_->due();
    const Next next = dialect_->next();
    if (!dialect_->hear(heard)) return;
    show_until(heard.end);
    if (dialect_->due() < before || dialect_->next() != next) audience_.answer_ends();
    if (settings_.explain) {
      for (const std::string& one : heard.remarks) audience_.remark(dialect_->secrets().hidden(one));
    }
    for (const std::string& one : heard.warnings)
      audience_.remark("warning: " + dialect_->secrets().hidden(one));
    if (heard.complete) audience_.answered(std::exchange(answer_begins_, line_begins_));
  }
}

void Conversation::show_until(std::uint64_t offset) {
  if (offset <= line_begins_) return;
  const auto octets = static_cast<std::size_t>(std::min<std::uint64_t>(offset - line_begins_, line_.size()));
  if (octets == 0) return;
  show(std::string_view(line_).substr(0, octets));
  line_.erase(0, octets);
  within_ = false;
  line_begins_ += octets;
}

void Conversation::show_rest() {
  show_until(line_begins_ + line_.size());
}

void Conversation::show(std::string_view line) {
  if (line.ends_with('\n')) line.remove_suffix(1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!within_) audience_.answer_begins();
  audience_.overhears(line);
  audience_.server(dialect_->secrets().hidden(line));
}

void Conversation::give_up() {
  show_rest();
  if (error_ && problem_.empty()) fail(error_);
}

void Conversation::end_of_stream() {
  if (!problem_.empty()) return;
  if (!error_) {
    dialect_->finish();
    hear();
    error_ = dialect_->error();
  }
  give_up();
  if (problem_.empty() && dialect_->in_message())
    problem_ = "the connection ended in the middle of an answer";
}

void Conversation::fail(Error error) {
  problem_ = text_of_flaw(protocol_, error);
  if (answer_begins_ > 0) return;
  const std::string_view other = session::other_protocol(script::name_of(protocol_), beginning_);
  if (!other.empty())
    problem_ += text_of("; this looks like ", other, ": are the scheme and the port right?");
}

}  // namespace backtalk::talk
