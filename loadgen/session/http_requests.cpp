// SPDX-License-Identifier: Apache-2.0 OR MIT
// What HttpSession sends, and when.
#include <algorithm>
#include <cstring>
#include <limits>

#include "session/command_writer.hpp"
#include "session/crc32.hpp"
#include "session/http_session.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kNoContinue =
    "the server does not answer Expect: 100-continue: bodies go out after a second";

// The CRC-32 of the second word of a request line that is in two pieces.
std::uint32_t target_of(std::string_view begin, std::string_view rest) {
  Crc32 sum;
  bool inside = false;
  for (std::string_view piece : {begin, rest}) {
    if (!inside) {
      const std::size_t space = piece.find(' ');
      if (space == std::string_view::npos) continue;
      piece.remove_prefix(space + 1);
      inside = true;
    }
    const std::size_t end = piece.find_first_of(" \r");
    sum.add(piece.substr(0, end));
    if (end != std::string_view::npos) break;
  }
  return sum.value();
}

http::Method kind_of(HttpCommand method) {
  return method == HttpCommand::head ? http::Method::head : http::Method::other;
}

}  // namespace

// --- Passes

unsigned HttpSession::room() const {
  if (!exchange_.ready() || finishing_ || takes_no_more()) return 0;
  if (plan_.waits && (exchange_.in_flight() > 0 || next_wake_ != kNever)) return 0;
  if (plan_.connection_a_pass || plan_.waits) return 1;
  // A transaction that has ended may keep its place until those before it have.
  if (owed_ >= plan_.depth || !exchange_.has_transaction_room()) return 0;
  const std::uint64_t free = plan_.depth - owed_;
  if (pass_requests_ == 1) {
    const std::uint64_t left = std::max<std::uint64_t>(pass_requests_max(), begun_ + 1) - begun_;
    return static_cast<unsigned>(std::min(free, left));
  }
  return static_cast<unsigned>((free + pass_requests_ - 1) / pass_requests_);
}

// True if this connection has had its last pass. A pass that is longer than what the server takes
// has to be tried all the same.
bool HttpSession::takes_no_more() const {
  if (last_begun_) return true;
  return begun_ > 0 && begun_ + pass_requests_ > pass_requests_max();
}

// How many requests of passes the server takes on a connection, as far as that is known.
std::uint64_t HttpSession::pass_requests_max() const {
  if (requests_max_ == 0) return std::numeric_limits<std::uint64_t>::max();
  return requests_max_ - std::min<std::uint64_t>(requests_max_, plan_.once.size() + plan_.end.size());
}

void HttpSession::begin(const Ticket& ticket) {
  const HttpPass& pass = pass_of(plan_.passes, order_, ticket.number);
  const std::size_t slot = exchange_.slot(exchange_.begin(ticket));
  passes_[slot] = &pass;
  captured_.begin(slot);
  owed_ += pass.requests.size();
  begun_ += pass.requests.size();
  last_begun_ = plan_.connection_a_pass || pass.requests.back().closes;
  if (plan_.waits) last_wait_ = &pass.wait;
}

// Nothing more goes out of a pass that has failed.
void HttpSession::skip_rest_of_pass(Nanoseconds now) {
  owed_ -= of_pass(exchange_.sending()).size() - next_;
  next_ = 0;
  exchange_.finish_sending(now);
}

// Goes on to what is said behind the last pass. False if that has not ended, or if nothing is.
bool HttpSession::leave() {
  if (at_ != At::passes || exchange_.over() || exchange_.in_flight() > 0) return false;
  if (!finishing_ && (!takes_no_more() || (plan_.waits && next_wake_ != kNever))) return false;
  const bool closing = request_ != nullptr && request_->closes;
  if (plan_.end.empty() || closing) {
    exchange_.finish();
    return false;
  }
  at_ = At::end;
  next_ = 0;
  return true;
}

// --- Requests

std::size_t HttpSession::produce(std::span<char> out, Nanoseconds now) {
  if (exchange_.over()) return 0;
  std::size_t used = 0;
  do {
    while (send_step(out, used, now)) {
    }
  } while (leave());
  return used;
}

// Hands out the beginning of a request, or a stretch of the rest. False if nothing can be sent now.
bool HttpSession::send_step(std::span<char> out, std::size_t& used, Nanoseconds now) {
  switch (step_) {
    case Step::none: return send_request(out, used, now);
    case Step::octets:
      if (!send_stretch(request_->octets, out, used)) return false;
      head_sent(now);
      return true;
    case Step::await_continue: return false;
    case Step::body:
      exchange_.content_sent(now);
      if (!send_stretch(request_->body, out, used)) return false;
      request_sent(now);
      return true;
  }
  return false;
}

// The request that can go out now; null if there is none.
const HttpRequest* HttpSession::next_request() const {
  const HttpRequest* request = nullptr;
  bool waits = false;
  if (at_ == At::passes) {
    if (!exchange_.has_unsent()) return nullptr;
    const std::uint32_t transaction = exchange_.sending();
    request = &of_pass(transaction)[next_];
    waits = !request->pipelined && exchange_.unanswered(transaction) > 0;
  } else {
    if (next_ == of_connection().size()) return nullptr;
    request = &of_connection()[next_];
    waits = !request->pipelined && waiting_ > 0;
  }
  const bool alone = request->alone || (request_ != nullptr && request_->alone);
  if (waits || waiting_ >= plan_.depth || (alone && waiting_ > 0)) return nullptr;
  return request;
}

bool HttpSession::send_request(std::span<char> out, std::size_t& used, Nanoseconds now) {
  const HttpRequest* const request = next_request();
  if (request == nullptr || used == out.size()) return false;
  if (plan_.waits && at_ == At::passes && holds(now)) return false;
  const std::size_t begins = used;
  if (!request->filled.empty() && !fill_in(*request, out, used, now)) return false;
  if (!stream_.parser().expect(kind_of(request->method))) return false;
  const auto command = static_cast<unsigned>(request->method);
  request_tag_ = at_ == At::passes ? exchange_.transaction_command_sent(command, now)
                                   : exchange_.command_sent(command, now);
  asked(request_tag_) = request_ = request;
  if (plan_.verifies) target(request_tag_) = target_of({out.data() + begins, used - begins}, request->octets);
  ++waiting_;
  pause_.reset();
  sent_octets_ = 0;
  step_ = Step::octets;
  return true;
}

// True if the request that is next cannot be said yet. Those before it are answered.
bool HttpSession::holds(Nanoseconds now) {
  const HttpRequest& request = of_pass(exchange_.sending())[next_];
  if (!pause_.holds(request.wait, random_, now)) return false;
  next_wake_ = pause_.until();
  return true;
}

// If a pass has ended that had a wait behind its last answer: the next pass waits.
void HttpSession::rest_after_pass(Nanoseconds now) {
  if (last_wait_ == nullptr || exchange_.over() || exchange_.in_flight() > 0) return;
  const Nanoseconds rested = now + last_wait_->draw(random_);
  last_wait_ = nullptr;
  if (rested > now) next_wake_ = rested;
}

// The beginning of the request, up to the last placeholder.
bool HttpSession::fill_in(const HttpRequest& request, std::span<char> out, std::size_t& used,
                          Nanoseconds now) {
  CommandWriter writer(out.subspan(used));
  if (!writer.has_room_for_command()) return false;
  CommandValues values{
      .random = &random_, .captured = &captured_, .captured_row = captured_.connection_row()};
  if (at_ == At::passes) {
    values.number = exchange_.ticket(exchange_.sending()).number;
    values.captured_row = exchange_.slot(exchange_.sending());
  }
  if (plan_.login.way != LoginPlan::Way::none) {
    values.user = auth_.credentials().user;
    values.password = auth_.credentials().password;
  }
  if (!request.content.empty()) values.content_octets = request.content.octets(values).value_or(0);
  if (!writer.add(request.filled, values).end_text()) {
    exchange_.close(Ending::failed, kCommandTooLong, nullptr, now);
    return false;
  }
  used += writer.size();
  return true;
}

// As much of the text as fits. True once all of it is out.
bool HttpSession::send_stretch(std::string_view text, std::span<char> out, std::size_t& used) {
  const std::size_t octets = std::min(text.size() - sent_octets_, out.size() - used);
  if (octets > 0) std::memcpy(out.data() + used, text.data() + sent_octets_, octets);
  used += octets;
  sent_octets_ += octets;
  return sent_octets_ == text.size();
}

void HttpSession::head_sent(Nanoseconds now) {
  sent_octets_ = 0;
  if (request_->body.empty()) {
    request_sent(now);
  } else if (request_->expects_continue) {
    step_ = Step::await_continue;
    next_wake_ = now + plan_.continue_wait;
  } else {
    step_ = Step::body;
  }
}

void HttpSession::request_sent(Nanoseconds now) {
  step_ = Step::none;
  ++next_;
  if (at_ != At::passes) return;
  exchange_.request_sent();
  const std::uint32_t transaction = exchange_.sending();
  if (next_ == of_pass(transaction).size()) {
    next_ = 0;
    exchange_.finish_sending(now);
  } else if (exchange_.has_failed(transaction)) {
    skip_rest_of_pass(now);
  }
}

void HttpSession::wake(Nanoseconds now) {
  if (now < next_wake_) return;
  next_wake_ = kNever;
  if (step_ != Step::await_continue) {  // a wait of the script is over
    if (at_ == At::passes && exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
    return;
  }
  observer_.note(kNoContinue);
  step_ = Step::body;
}

}  // namespace backtalk::session
