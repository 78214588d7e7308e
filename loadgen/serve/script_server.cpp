// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/script_server.hpp"

#include <algorithm>
#include <utility>

#include "script/error.hpp"

namespace backtalk::serve {

using session::Closing;
using Kind = Request::Kind;

ScriptServer::ScriptServer(const ScriptPlan& plan, const Faults& faults, ScriptCounts& counts)
    : plan_(plan),
      counts_(counts),
      replies_(faults.replies),
      service_times_(faults.service),
      dialect_(make_script_dialect(plan.protocol)) {}

void ScriptServer::restart() {
  dialect_->reset();
  replies_.reset();
  output_.clear();
  queue_.clear();
  closing_ = Closing::not_yet;
  secured_ = wants_tls_ = begun_ = false;
  notes_ = unexpected_ = 0;
  work_ns_ = 0;
  command_ = {};
  exchange_ = nullptr;
  answers_ = leaves_ = recipients_ = 0;
  service_times_.restart(counts_.connections++);
  const std::uint64_t number = plan_.next.fetch_add(1, std::memory_order_relaxed);
  playable_ = &plan_.script[number % plan_.script.size()];
  place_.begin(*playable_);
  if (playable_->greeting) {
    add(*playable_->greeting);
  } else if (std::string greeting = dialect_->greeting(); !greeting.empty()) {
    add_own(answer_of(std::move(greeting)));
  }
  send();
}

void ScriptServer::tls_established() {
  wants_tls_ = false;
  secured_ = true;
  dialect_->reset();
}

Closing ScriptServer::closing() const {
  if (replies_.resets()) return Closing::with_reset;
  return replies_.closes() ? Closing::at_once : closing_;
}

std::size_t ScriptServer::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  send();
  if (over()) return bytes.size();
  if (must_pause()) return 0;
  dialect_->feed(bytes);
  while (const Request* const request = dialect_->next()) {
    on_request(*request);
    send();
    if (over()) return bytes.size();
    if (dialect_->can_pause() && (must_pause() || wants_tls_))
      return bytes.size() - dialect_->give_back().size();
  }
  if (dialect_->broken()) {
    ++counts_.protocol_errors;
    note("the client's lines do not end with CRLF, or never end");
    add_own(answer_of(dialect_->complaint(), Opening::end));
    send();
  }
  return bytes.size();
}

void ScriptServer::finish_work() {
  work_ns_ = 0;
  send();
}

// --- What the client says

void ScriptServer::on_request(const Request& request) {
  switch (request.kind) {
    case Kind::command: on_command(request); break;
    case Kind::leave: on_leave(request); break;
    case Kind::response:
    case Kind::message: on_more(request); break;
  }
}

// Looks the command up.
void ScriptServer::begin(const Request& request) {
  command_ = request;
  answers_ = leaves_ = 0;
  exchange_ = place_.take(request);
}

void ScriptServer::on_command(const Request& request) {
  if (std::exchange(begun_, false)) {
    command_ = request;
  } else {
    begin(request);
  }
  if (exchange_ == nullptr) {
    answer_without_script(request);
  } else if (!request.initial && exchange_->command.initial) {
    ++counts_.answered;
    add_own(dialect_->acceptance(request, false));  // the challenge that the script does without
  } else {
    answer(request, *exchange_);
  }
}

// What is of the connection and not of the script is accepted.
void ScriptServer::answer_without_script(const Request& request) {
  const bool says_goodbye = request.is_last && plan_.protocol != script::Protocol::http;
  const bool begins_tls = request.name == "STARTTLS" || request.name == "STLS";
  const bool logs_in =
      playable_->has_sections && dialect_->is_of_connection(request.name) && (may_secure() || !begins_tls);
  // Clients ask for it before anything, whatever they are going to do.
  const bool asks = request.name == "CAPABILITY";
  if (says_goodbye || logs_in || asks) {
    const bool tls = playable_->has_sections && may_secure();
    add_own(dialect_->acceptance(request, tls)).is_last = request.is_last;
  } else {
    refuse(request);
  }
}

void ScriptServer::answer(const Request& request, const Exchange& exchange) {
  const auto& answers = exchange.answers;
  // A client that has answered the challenge already gets what comes behind it.
  if (request.initial && !exchange.command.initial && !answers.empty() &&
      answers[0].opening == Opening::response)
    answers_ = 1;
  const bool has_one = answers_ < answers.size();
  if (!has_one && !exchange.leaves.empty()) {  // the content was refused
    add(exchange.leaves.back()).is_last = request.is_last;
    return;
  }
  if (!has_one || (answers[answers_].opening == Opening::tls && !may_secure())) {
    refuse(request);
    return;
  }
  const Answer& next = answers[answers_++];
  ++counts_.answered;
  unexpected_ = 0;
  count_recipients(request, next);
  const bool ends = plan_.protocol == script::Protocol::http || next.opening == Opening::end;
  add(next).is_last = request.is_last && ends;
}

void ScriptServer::count_recipients(const Request& request, const Answer& answer) {
  if (request.name == "MAIL" || request.name == "RSET" || request.name == "LHLO") recipients_ = 0;
  if (request.name == "RCPT" && answer.end().starts_with('2')) ++recipients_;
}

// The client waits before it sends the content. The answer is sent at once: what follows has to be
// read as what the answer makes of it.
void ScriptServer::on_leave(const Request& request) {
  if (!begun_) begin(request);
  begun_ = true;
  if (exchange_ == nullptr && dialect_->can_refuse_content()) {
    begun_ = false;
    refuse(request);
    queue_.back().at_once = true;
    dialect_->refuse_content();
    return;
  }
  const bool scripted = exchange_ != nullptr && leaves_ < exchange_->leaves.size();
  Due& due = scripted ? add(exchange_->leaves[leaves_++]) : add_own(dialect_->acceptance(request, false));
  due.at_once = true;
  if (!scripted || dialect_->grants(*due.answer)) return;
  begun_ = false;
  ++counts_.answered;
  dialect_->refuse_content();
}

// A response or a message, which belongs to the last command.
void ScriptServer::on_more(const Request& request) {
  if (request.cancels) {
    add_own(dialect_->refusal(request, true));
    queue_.back().tag = command_.tag;
    return;
  }
  if (exchange_ != nullptr && answers_ < exchange_->answers.size()) {
    Due& due = add(exchange_->answers[answers_++]);
    ++counts_.answered;
    if (plan_.protocol == script::Protocol::lmtp && request.kind == Kind::message) {
      const std::size_t pieces = due.answer->pieces.size();
      due.pieces = std::min(pieces, std::max<std::size_t>(recipients_, 1));
      due.repeats = std::max(recipients_, due.pieces) - due.pieces;
      recipients_ = 0;
    }
  } else if (exchange_ == nullptr || answers_ <= 1) {
    // A login that the script leaves to the server, or a message to which it has no answer.
    Request last = request;
    last.name = command_.name;
    add_own(dialect_->acceptance(last, false));
  } else {
    refuse(request);
  }
  queue_.back().tag = command_.tag;
}

void ScriptServer::refuse(const Request& request) {
  note_unexpected(request);
  Due& due = add_own(dialect_->refusal(request, place_.knows(request)));
  due.is_last = request.is_last;
  if (++unexpected_ >= kUnexpectedMax) due.own.opening = Opening::end;
}

void ScriptServer::note_unexpected(const Request& request) {
  ++counts_.unexpected;
  if (notes_ >= kNotesMax || !plan_.note) return;
  std::string said = "another response";
  if (request.kind == Kind::message) said = "another message";
  if (request.kind == Kind::command || request.kind == Kind::leave) said = dialect_->shown(request);
  const Exchange* const next = place_.next();
  note((next == nullptr
            ? std::string("the script has nothing more")
            : "line " + std::to_string(next->line) + " expects " + dialect_->shown(next->command)) +
       "; the client said " + said);
}

void ScriptServer::note(std::string sentence) {
  if (++notes_ > kNotesMax || !plan_.note) return;
  if (notes_ == kNotesMax) sentence += " (no more notes about this connection)";
  plan_.note(sentence);
}

// --- Answers

ScriptServer::Due& ScriptServer::add(const Answer& answer) {
  queue_.push_back({.answer = &answer, .tag = command_.tag});
  return queue_.back();
}

ScriptServer::Due& ScriptServer::add_own(Answer answer) {
  queue_.push_back({.own = std::move(answer), .tag = command_.tag});
  queue_.back().answer = &queue_.back().own;
  return queue_.back();
}

// As far as there is room, and nothing has to be waited for.
void ScriptServer::send() {
  while (!queue_.empty() && work_ns_ == 0 && !over()) {
    Due& due = queue_.front();
    if (output_.size() >= kOutputEnough && !due.at_once) return;
    const auto& pieces = due.answer->pieces;
    if (due.piece >= std::min(pieces.size(), due.pieces)) {
      if (due.repeats == 0 || due.piece == 0) {
        finish(due);
        continue;
      }
      --due.repeats;
      --due.piece;
    }
    const Answer::Piece& piece = pieces[due.piece];
    if (!std::exchange(due.begun, true) && !due.at_once) {
      work_ns_ = piece.wait_ns + (due.piece == 0 ? service_times_.next() : 0);
      if (work_ns_ > 0) return;
    }
    send_some(due, piece);
  }
}

// The last piece of an answer is what faults are for.
void ScriptServer::send_some(Due& due, const Answer::Piece& piece) {
  std::string_view octets = piece.octets;
  if (piece.tagged) octets = scratch_.assign(due.tag).append(piece.octets);
  const std::string_view some = octets.substr(due.octets, due.at_once ? octets.size() : kOutputEnough);
  const bool is_reply = due.octets == 0 && due.piece + 1 == due.answer->pieces.size() && some.size() >= 2;
  if (is_reply) {
    replies_.add(output_, some);
  } else if (!replies_.muted()) {
    output_.append(some);
  }
  due.octets += some.size();
  if (due.octets < octets.size()) return;
  ++due.piece;
  due.octets = 0;
  due.begun = false;
}

void ScriptServer::finish(const Due& due) {
  const Opening opening = due.answer->opening;
  const bool is_last = due.is_last;
  queue_.pop_front();
  switch (opening) {
    case Opening::nothing: break;
    case Opening::content:
    case Opening::response: dialect_->opened(opening); break;
    case Opening::tls: wants_tls_ = true; break;
    case Opening::end: closing_ = is_last ? Closing::at_once : Closing::when_client_ends; break;
  }
  if (is_last && closing_ == Closing::not_yet) closing_ = Closing::at_once;
}

}  // namespace backtalk::serve
