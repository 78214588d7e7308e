// SPDX-License-Identifier: Apache-2.0 OR MIT
// The session's life, its commands before a mailbox is selected, and how answers are put together.
#include "serve/imap_server.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "mailbox/header.hpp"
#include "serve/imap_structure.hpp"

namespace backtalk::serve {

using imap::Input;
using imap::Siblings;
using imap::Token;
using session::Closing;

namespace {

constexpr std::string_view kCapabilities =
    "IMAP4rev1 LITERAL+ SASL-IR ID ENABLE IDLE NAMESPACE UIDPLUS MOVE UNSELECT ESEARCH";
// The longest literal of a command that is not APPEND.
constexpr std::uint64_t kLiteralMax = 8192;

// What a client can make the parser keep.
imap::Limits limits() {
  imap::Limits limits;
  limits.line_octets_max = std::min<std::size_t>(limits.line_octets_max, 65536);
  limits.response_octets_max = std::min<std::size_t>(limits.response_octets_max, 262144);
  // One that is too long is refused, and the next command is read.
  limits.literal_octets_max = std::max(limits.literal_octets_max, std::uint64_t{1} << 61);
  limits.tokens_max = std::min<std::size_t>(limits.tokens_max, 16384);
  return limits;
}

}  // namespace

// A command, and the states in which it may come.
struct ImapServer::Row {
  std::string_view name;
  State first = State::authenticated;
  State last = State::selected;
  void (ImapServer::*handle)(Siblings arguments) = nullptr;
  bool is_other = false;  ///< sets `examines_`
  bool has_uid = false;   ///< may come behind UID
  bool holds = false;     ///< sets `holds_numbers_`, unless it came behind UID
};

const ImapServer::Row* ImapServer::find_row(std::string_view name) {
  constexpr State kNot = State::not_authenticated;
  constexpr State kIn = State::authenticated;
  constexpr State kSelected = State::selected;
  static constexpr std::array kRows{
      Row{"NOOP", kNot, kSelected, &ImapServer::on_noop},
      Row{"FETCH", kSelected, kSelected, &ImapServer::on_fetch, false, true, true},
      Row{"UID", kSelected, kSelected, &ImapServer::on_uid},
      Row{"STORE", kSelected, kSelected, &ImapServer::on_store, false, true, true},
      Row{"SEARCH", kSelected, kSelected, &ImapServer::on_search, false, true, true},
      Row{"SELECT", kIn, kSelected, &ImapServer::on_select},
      Row{"EXAMINE", kIn, kSelected, &ImapServer::on_select, true},
      Row{"STATUS", kIn, kSelected, &ImapServer::on_status},
      Row{"LIST", kIn, kSelected, &ImapServer::on_list},
      Row{"LSUB", kIn, kSelected, &ImapServer::on_list, true},
      Row{"APPEND", kIn, kSelected, &ImapServer::on_append},
      Row{"IDLE", kIn, kSelected, &ImapServer::on_idle},
      Row{"COPY", kSelected, kSelected, &ImapServer::on_copy, false, true},
      Row{"MOVE", kSelected, kSelected, &ImapServer::on_copy, true, true},
      Row{"EXPUNGE", kSelected, kSelected, &ImapServer::on_expunge, false, true},
      Row{"CLOSE", kSelected, kSelected, &ImapServer::on_close},
      Row{"UNSELECT", kSelected, kSelected, &ImapServer::on_unselect},
      Row{"CHECK", kSelected, kSelected, &ImapServer::on_noop},
      Row{"CAPABILITY", kNot, kSelected, &ImapServer::on_capability},
      Row{"LOGIN", kNot, kNot, &ImapServer::on_login},
      Row{"AUTHENTICATE", kNot, kNot, &ImapServer::on_authenticate},
      Row{"LOGOUT", kNot, kSelected, &ImapServer::on_logout},
      Row{"STARTTLS", kNot, kNot, &ImapServer::on_starttls},
      Row{"ID", kNot, kSelected, &ImapServer::on_id},
      Row{"ENABLE", kIn, kIn, &ImapServer::on_enable},
      Row{"NAMESPACE", kIn, kSelected, &ImapServer::on_namespace},
      Row{"CREATE", kIn, kSelected, &ImapServer::on_create},
      Row{"DELETE", kIn, kSelected, &ImapServer::on_delete},
      Row{"RENAME", kIn, kSelected, &ImapServer::on_rename},
      Row{"SUBSCRIBE", kIn, kSelected, &ImapServer::on_subscribe},
      Row{"UNSUBSCRIBE", kIn, kSelected, &ImapServer::on_unsubscribe},
  };
  const auto* const found = std::ranges::find_if(
      kRows, [name](const Row& row) { return mailbox::equals_ignoring_case(row.name, name); });
  return found == kRows.end() ? nullptr : found;
}

ImapServer::ImapServer(bool starttls, mailbox::Store& store, const Faults& faults, ImapCounts& counts,
                       std::unique_ptr<session::Authenticator> authenticator)
    : starttls_(starttls),
      store_(store),
      counts_(counts),
      replies_(faults.replies),
      bodies_(faults.bodies),
      service_times_(faults.service),
      keeping_(faults.mailboxes),
      expunges_told_max_(faults.mailboxes.expunges_told),
      parser_(limits()),
      login_(&store, std::move(authenticator), counts),
      reserved_(store.budget()) {}

void ImapServer::restart() {
  parser_.reset();
  replies_.reset();
  bodies_.reset();
  keeping_.restart();
  expunges_told_ = 0;
  output_.clear();
  closing_ = Closing::not_yet;
  secured_ = wants_tls_ = false;
  bad_commands_ = 0;
  work_ns_ = 0;
  forget();
  login_.restart();
  service_times_.restart(counts_.connections++);
  scratch_ = "* OK [CAPABILITY ";
  append_capabilities(scratch_);
  scratch_.append("] backtalk IMAP\r\n");
  reply(scratch_);
}

void ImapServer::forget() {
  // What was asked for is done, though nobody hears of it: MOVE has copied the messages already.
  while (removal_ && !removal_->step(mailbox_->view().size())) {
  }
  removal_.reset();
  leave_mailbox();
  account_ = nullptr;
  state_ = State::not_authenticated;
  authenticating_ = false;
  doing_ = Doing::nothing;
  syncing_ = false;
  tagged_.clear();
  held_.clear();
  wanted_.clear();
  ranges_.clear();
  storing_.clear();
  found_ = {};
  names_ = {};
  search_.reset();
  text_ = {};
  room_ = {};
  appended_ = {};
  reserved_.release();
}

void ImapServer::stop_watching() {
  if (watching_) mailbox_->unwatch(*this);
  watching_ = false;
}

void ImapServer::leave_mailbox() {
  stop_watching();
  idling_ = false;
  mailbox_.reset();
  view_ = {};
  fresh_ = {};
  if (state_ == State::selected) state_ = State::authenticated;
}

std::size_t ImapServer::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  share_ = kTurnOctets;
  go_on();
  if (must_pause()) return 0;
  parser_.feed(bytes);
  while (const Input* input = parser_.next()) {
    const Input::Kind kind = input->kind;
    on_input(*input);
    // A literal that was refused has ended its command, too.
    const bool is_whole = kind == Input::Kind::command || kind == Input::Kind::line ||
                          (kind == Input::Kind::literal_wanted && !tagged_.empty());
    go_on();
    if (over()) return bytes.size();
    if (is_whole && (must_pause() || wants_tls_)) return bytes.size() - parser_.give_back().size();
  }
  if (parser_.error()) {
    ++counts_.protocol_errors;
    bye("Lines end with CRLF, and neither they nor literals are endless");
  }
  return bytes.size();
}

Closing ImapServer::closing() const {
  if (replies_.resets()) return Closing::with_reset;
  return replies_.closes() ? Closing::at_once : closing_;
}

void ImapServer::finish_work() {
  work_ns_ = 0;
  output_.append(held_);
  held_.clear();
  share_ = kTurnOctets;
  go_on();
}

// --- What the client says

void ImapServer::on_input(const Input& input) {
  switch (input.kind) {
    case Input::Kind::command: on_command(input); break;
    case Input::Kind::line: on_line(input.text); break;
    case Input::Kind::literal_wanted: on_literal_wanted(input); break;
    case Input::Kind::octets: on_octets(input); break;
  }
}

void ImapServer::on_command(const Input& input) {
  ++counts_.commands;
  const unsigned bad_before = bad_commands_;
  tag_ = input.tag;
  by_uid_ = false;
  const Row* const row = find_row(input.name);
  const std::size_t before = output_.size();
  const bool takes_time = state_ != State::not_authenticated;
  if (input.error || input.tag == "*") {
    bad("BAD Not a command\r\n");
  } else if (row == nullptr) {
    bad("BAD Unknown command\r\n");
  } else {
    dispatch(*row, input.arguments);
  }
  appended_ = {};
  reserved_.release();
  append_refused_ = false;
  if (takes_time && !idling_ && !over()) {
    work_ns_ = service_times_.next();
    if (work_ns_ > 0) {
      held_.assign(output_, before);
      output_.resize(before);
    }
  }
  if (bad_commands_ == bad_before) bad_commands_ = 0;
}

void ImapServer::dispatch(const Row& row, Siblings arguments) {
  if (state_ < row.first) {
    bad(state_ == State::not_authenticated ? "BAD Log in first\r\n" : "BAD Select a mailbox first\r\n");
  } else if (state_ > row.last) {
    bad("BAD Not in this state\r\n");
  } else {
    examines_ = row.is_other;
    holds_numbers_ = row.holds && !by_uid_;
    (this->*row.handle)(arguments);
  }
}

void ImapServer::on_uid(Siblings arguments) {
  const Row* const row =
      arguments.front().kind == Token::Kind::atom ? find_row(arguments.front().text) : nullptr;
  if (row == nullptr || !row->has_uid) {
    wrong_arguments();
    return;
  }
  by_uid_ = true;
  dispatch(*row, arguments.rest());
}

// In IDLE or AUTHENTICATE.
void ImapServer::on_line(std::string_view line) {
  if (authenticating_) {
    authenticating_ = false;
    on_login_step(login_.respond(line));
    return;
  }
  stop_watching();
  idling_ = false;
  if (mailbox::equals_ignoring_case(line, "DONE")) {
    finish("OK Idle no more\r\n");
  } else {
    bad("BAD DONE ends it\r\n");
  }
}

// The client waits for leave to send a literal.
void ImapServer::on_literal_wanted(const Input& input) {
  const bool appends =
      mailbox::equals_ignoring_case(input.name, "APPEND") && state_ != State::not_authenticated;
  std::string_view refusal;
  std::string name;
  if (input.literal_octets > (appends ? kAppendMax : kLiteralMax)) {
    refusal = "NO [TOOBIG] That is too long\r\n";
  } else if (appends && !input.arguments.rest().empty() && read_name(input.arguments.front(), name) &&
             account_->find(name) == nullptr) {
    refusal = "NO [TRYCREATE] No such mailbox\r\n";
  }
  if (refusal.empty()) {
    reply("+ Go ahead\r\n");
    return;
  }
  ++counts_.commands;
  tag_ = input.tag;
  parser_.refuse_literal();
  finish(refusal);
}

// Of a literal that is too long for the parser to keep.
void ImapServer::on_octets(const Input& input) {
  if (input.literal.size() + input.literal_left == input.literal_octets) {
    appended_ = {};
    reserved_.release();
    append_refused_ = state_ == State::not_authenticated || input.literal_octets > kAppendMax ||
                      !mailbox::equals_ignoring_case(input.name, "APPEND");
  }
  if (append_refused_) return;
  if (reserved_.extend(input.literal.size())) {
    appended_.append(input.literal);
  } else {
    append_refused_ = true;
    appended_ = {};
    reserved_.release();
  }
}

// --- Answers

void ImapServer::finish(std::string_view rest) {
  tagged_.assign(tag_).append(" ").append(rest);
}

void ImapServer::bad(std::string_view why) {
  ++counts_.protocol_errors;
  if (++bad_commands_ < kBadMax) {
    finish(why);
  } else {
    bye("Too many bad commands");
  }
}

void ImapServer::bye(std::string_view why) {
  doing_ = Doing::nothing;
  syncing_ = false;
  tagged_.clear();
  scratch_.assign("* BYE ").append(why).append("\r\n");
  reply(scratch_);
  closing_ = Closing::when_client_ends;
}

// Whatever is under way, as far as there is room for it; then what others have changed; then the
// tagged answer. Other clients have their turn once its share is used up.
void ImapServer::go_on() {
  bool synced = false;
  while (work_ns_ == 0 && share_ > 0 && output_.size() < kOutputEnough && (is_answering() || has_news())) {
    switch (doing_) {
      case Doing::store: store_some(); continue;
      case Doing::fetch: fetch_some(); continue;
      case Doing::search: search_some(); continue;
      case Doing::search_answer: answer_search(); continue;
      case Doing::removal: remove_some(); continue;
      case Doing::listing: list_some(); continue;
      case Doing::nothing: break;
    }
    if (syncing_) {
      sync_some();
    } else if (mailbox_ && !holds_numbers_ && !synced && mailbox_->version() != view_.version()) {
      synced = true;
      begin_sync();
    } else if (!tagged_.empty()) {
      reply(tagged_);
      tagged_.clear();
    } else {
      break;
    }
  }
}

void ImapServer::append_capabilities(std::string& out) const {
  out.append(kCapabilities);
  if (state_ != State::not_authenticated) return;
  if (starttls_ && !secured_) out.append(" STARTTLS");
  login_.append_mechanisms(out, " AUTH=");
}

// --- In any state

void ImapServer::on_capability(Siblings) {
  scratch_ = "* CAPABILITY ";
  append_capabilities(scratch_);
  scratch_.append("\r\n");
  untagged(scratch_);
  finish("OK That is all\r\n");
}

void ImapServer::on_noop(Siblings) {
  finish("OK Done\r\n");
}

void ImapServer::on_logout(Siblings) {
  untagged("* BYE Logging out\r\n");
  scratch_.assign(tag_).append(" OK Bye\r\n");
  reply(scratch_);
  closing_ = Closing::at_once;
}

void ImapServer::on_id(Siblings) {
  untagged("* ID (\"name\" \"backtalk\")\r\n");
  finish("OK Pleased to meet you\r\n");
}

// --- Before login

// RFC 3501 6.2.1. What the client has sent behind it is not read.
void ImapServer::on_starttls(Siblings arguments) {
  if (!starttls_) {
    bad("BAD TLS is not offered\r\n");
  } else if (secured_) {
    bad("BAD TLS is active already\r\n");
  } else if (!arguments.empty()) {
    wrong_arguments();
  } else {
    scratch_.assign(tag_).append(" OK Begin TLS\r\n");
    reply(scratch_);
    wants_tls_ = true;
  }
}

void ImapServer::tls_established() {
  wants_tls_ = false;
  secured_ = true;
  parser_.reset();
  forget();
}

void ImapServer::on_login(Siblings arguments) {
  std::string password;
  if (arguments.count() != 2 || !read_name(arguments.front(), name_) ||
      !read_name(arguments.rest().front(), password)) {
    wrong_arguments();
    return;
  }
  on_login_step(login_.by_password(name_, password));
}

// AUTHENTICATE mechanism [initial-response] (RFC 4959)
void ImapServer::on_authenticate(Siblings arguments) {
  const std::size_t count = arguments.count();
  const Token& initial = arguments.rest().front();
  if (count == 0 || count > 2 || !login_.has_mechanisms() || arguments.front().kind != Token::Kind::atom ||
      (count == 2 && initial.kind > Token::Kind::number)) {
    wrong_arguments();
    return;
  }
  const auto given = count == 2 ? std::optional<std::string_view>(initial.text) : std::nullopt;
  on_login_step(login_.begin(arguments.front().text, given));
}

void ImapServer::on_login_step(const Login::Step& step) {
  using Outcome = Login::Outcome;
  switch (step.outcome) {
    case Outcome::challenge:
      scratch_.assign("+ ").append(step.challenge).append("\r\n");
      reply(scratch_);
      parser_.expect_line();
      authenticating_ = true;
      break;
    case Outcome::accepted: enter(*step.account); break;
    case Outcome::refused: finish("NO [AUTHENTICATIONFAILED] Wrong user or password\r\n"); break;
    case Outcome::full: finish("NO [LIMIT] No room for another account\r\n"); break;
    // RFC 3501 6.2.2 wants BAD for both.
    case Outcome::cancelled: finish("BAD Cancelled\r\n"); break;
    case Outcome::malformed: finish("BAD Not a response in base64\r\n"); break;
    case Outcome::unknown_mechanism: finish("NO No such mechanism\r\n"); break;
    case Outcome::too_many: bye("Too many refused logins"); break;
  }
}

void ImapServer::enter(mailbox::Account& account) {
  account_ = &account;
  state_ = State::authenticated;
  scratch_ = "OK [CAPABILITY ";
  append_capabilities(scratch_);
  scratch_.append("] Logged in\r\n");
  finish(scratch_);
}

void ImapServer::on_enable(Siblings arguments) {
  if (arguments.empty()) {
    wrong_arguments();
    return;
  }
  // There is nothing to enable.
  untagged("* ENABLED\r\n");
  finish("OK Done\r\n");
}

void ImapServer::on_namespace(Siblings) {
  untagged("* NAMESPACE ((\"\" \"/\")) NIL NIL\r\n");
  finish("OK Done\r\n");
}

void ImapServer::on_idle(Siblings arguments) {
  if (!arguments.empty()) {
    wrong_arguments();
    return;
  }
  reply("+ Waiting for DONE\r\n");
  parser_.expect_line();
  idling_ = true;
  if (!mailbox_) return;
  mailbox_->watch(*this);
  watching_ = true;
}

bool ImapServer::read_name(const Token& token, std::string& name) {
  name.clear();
  if (!token.is_astring() || token.streamed) return false;
  token.append_text(name);
  return true;
}

}  // namespace backtalk::serve
