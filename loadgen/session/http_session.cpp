// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_session.hpp"

#include <algorithm>
#include <cstring>

#include "session/command_writer.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kClosesWithRequestsInFlight =
    "the server closes connections after a number of requests, although it has more to answer: a session "
    "that has seen this twice keeps to that number";
constexpr std::string_view kNoContinue =
    "the server does not answer Expect: 100-continue: bodies go out after a second";

// The server closes idle connections when it likes, and some say so (RFC 9110 15.5.9).
constexpr std::uint16_t kRequestTimeout = 408;

http::Method kind_of(HttpCommand method) {
  return method == HttpCommand::head ? http::Method::head : http::Method::other;
}

http::Limits limits_of(const HttpPlan& plan) {
  http::Limits limits;
  limits.expectations_max = std::max<std::size_t>(limits.expectations_max, plan.depth);
  return limits;
}

std::string_view refusal(std::uint16_t status) {
  switch (status / 100) {
    case 1: return "reply-1xx";
    case 2: return "reply-2xx";
    case 3: return "reply-3xx";
    case 4: return "reply-4xx";
    case 5: return "reply-5xx";
    default: return "reply-unexpected";
  }
}

}  // namespace

HttpSession::HttpSession(const HttpPlan& plan, const SessionContext& context)
    : plan_(plan),
      observer_(context.observer),
      exchange_({.transactions = plan.depth, .commands = plan.depth}, context.observer),
      stream_(http::ResponseParser(limits_of(plan), plan.tolerances)) {
  BACKTALK_EXPECT(!plan.requests.empty() && plan.depth >= 1);
}

void HttpSession::restart(Nanoseconds) {
  stream_.reset();
  exchange_.restart();
  exchange_.become_ready();
  step_ = Step::none;
  next_wake_ = kNever;
  finishing_ = false;
  answered_ = begun_ = 0;
}

unsigned HttpSession::room() const {
  if (!exchange_.ready() || finishing_) return 0;
  const std::uint64_t in_flight = exchange_.in_flight();
  if (in_flight >= plan_.depth) return 0;
  const std::uint64_t free = plan_.depth - in_flight;
  if (requests_max_ == 0) return static_cast<unsigned>(free);
  return static_cast<unsigned>(std::min(free, requests_max_ - std::min(begun_, requests_max_)));
}

void HttpSession::begin(const Ticket& ticket) {
  exchange_.begin(ticket);
  ++begun_;
}

// --- What is sent

std::size_t HttpSession::produce(std::span<char> out, Nanoseconds now) {
  if (exchange_.over()) return 0;
  std::size_t used = 0;
  while (send_step(out, used, now)) {
  }
  const bool full = requests_max_ > 0 && begun_ >= requests_max_;
  if ((finishing_ || full) && exchange_.in_flight() == 0) exchange_.finish();
  return used;
}

// Hands out a request line, or a stretch of the fields or the body. False if nothing can be sent
// now.
bool HttpSession::send_step(std::span<char> out, std::size_t& used, Nanoseconds now) {
  switch (step_) {
    case Step::none: return send_line(out, used, now);
    case Step::fields:
      if (!send_stretch(request_->fields, out, used)) return false;
      fields_sent(now);
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

bool HttpSession::send_line(std::span<char> out, std::size_t& used, Nanoseconds now) {
  if (!exchange_.has_unsent()) return false;
  CommandWriter writer(out.subspan(used));
  if (!writer.has_room_for_command()) return false;
  const std::uint64_t number = exchange_.ticket(exchange_.sending()).number;
  request_ = &plan_.requests[number % plan_.requests.size()];
  if (!stream_.parser().expect(kind_of(request_->method))) return false;
  writer.add(request_->line, {.number = number}).end_plain_line();
  used += writer.size();
  exchange_.transaction_command_sent(static_cast<unsigned>(request_->method), now);
  sent_octets_ = 0;
  step_ = Step::fields;
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

void HttpSession::fields_sent(Nanoseconds now) {
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
  exchange_.request_sent();
  exchange_.finish_sending(now);
}

void HttpSession::wake(Nanoseconds now) {
  if (step_ != Step::await_continue || now < next_wake_) return;
  observer_.note(kNoContinue);
  next_wake_ = kNever;
  step_ = Step::body;
}

// --- What is answered

void HttpSession::consume(std::string_view bytes, Nanoseconds now) {
  if (exchange_.over() || bytes.empty()) return;
  stream_.feed(bytes);
  read_events(now);
  stream_.end_piece();
}

void HttpSession::read_events(Nanoseconds now) {
  http::ResponseParser& parser = stream_.parser();
  const http::ResponseEvent* event = nullptr;
  while (!exchange_.over() && (event = parser.next()) != nullptr) on_event(*event, now);
  if (!exchange_.over() && parser.error()) {
    exchange_.fail(stream_.words_of_error(exchange_.awaited_command()), now);
  }
}

void HttpSession::on_event(const http::ResponseEvent& event, Nanoseconds now) {
  switch (event.kind) {
    case http::ResponseEvent::Kind::head: on_head(event.head, now); break;
    case http::ResponseEvent::Kind::octets: break;
    case http::ResponseEvent::Kind::end: on_end(now); break;
    case http::ResponseEvent::Kind::opaque: break;  // the head before it has failed the connection
  }
}

// The status line.
ServerWords HttpSession::words_of(const http::ResponseHead& head, std::string_view name, unsigned command) {
  std::string_view text = stream_.quote(head.offset, head.octets);
  text = text.substr(0, text.find_first_of("\r\n"));
  return {.name = name,
          .command = command,
          .status = http_status(head.status),
          .text = text,
          .offset = head.offset};
}

void HttpSession::on_head(const http::ResponseHead& head, Nanoseconds now) {
  if (exchange_.all_answered()) {
    on_unasked(head, now);
    return;
  }
  if (head.interim()) {
    const bool is_for_body = exchange_.oldest().transaction == exchange_.sending();
    if (head.status == 100 && step_ == Step::await_continue && is_for_body) {
      next_wake_ = kNever;
      step_ = Step::body;
    }
    return;
  }
  const unsigned command = exchange_.oldest().command;
  if (head.tunnel) {  // nobody asked for an upgrade
    exchange_.fail(words_of(head, "reply-unexpected", command), now);
    return;
  }
  response_ = {.status = head.status, .keeps_connection = head.keeps_connection()};
  const std::uint16_t status = http_status(head.status);
  if (status == kNoStatus || !plan_.ok.test(status))
    observer_.server_said(words_of(head, refusal(head.status), command));
}

// No request waits for a response. Servers say 408 before they close an idle connection.
void HttpSession::on_unasked(const http::ResponseHead& head, Nanoseconds now) {
  const bool is_idle = exchange_.in_flight() == 0;
  if (is_idle && head.status == kRequestTimeout && !head.keeps_connection()) {
    exchange_.finish();
  } else {
    exchange_.fail(words_of(head, "unsolicited-reply", kNoCommand), now);
  }
}

void HttpSession::on_end(Nanoseconds now) {
  const Exchange::Command command = exchange_.oldest();
  const std::uint16_t status = http_status(response_.status);
  const bool ok = status != kNoStatus && plan_.ok.test(status);
  const bool sent_whole = step_ == Step::none || command.transaction != exchange_.sending();
  exchange_.answered(command, ok, status, now);
  ++answered_;
  if (!ok) exchange_.fail_transaction(command.transaction, refusal(response_.status));
  exchange_.retire(exchange_.oldest_tag(), now);
  if (!sent_whole && (!ok || !response_.keeps_connection || step_ == Step::await_continue)) {
    stop_sending(now);
  } else if (!response_.keeps_connection) {
    on_close(ok, now);
  }
}

// The server has answered and does not want the rest of the request. What comes next on this
// connection would be taken for that rest.
void HttpSession::stop_sending(Nanoseconds now) {
  step_ = Step::none;
  next_wake_ = kNever;
  exchange_.finish_sending(now);
  if (exchange_.in_flight() == 0) {
    exchange_.finish();
  } else {
    exchange_.abandon_untouched("session-given-up", now);
  }
}

// The server closes the connection after the response that has just ended, and acts on no request
// behind it (RFC 9112 9.6). Errors say nothing about how many requests it takes.
void HttpSession::on_close(bool ok, Nanoseconds now) {
  if (exchange_.in_flight() == 0) {
    exchange_.finish();
    return;
  }
  if (ok && answered_ > 1 && answered_ == closed_after_) {
    observer_.note(kClosesWithRequestsInFlight);
    requests_max_ = answered_;
  }
  closed_after_ = ok ? answered_ : 0;
  exchange_.abandon_untouched("connection-close", now);
}

// --- How it ends

void HttpSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  if (reason == kServerClosed) {
    stream_.parser().finish();  // a body may end here
    read_events(now);
    if (exchange_.over()) return;
  }
  const bool in_message = stream_.parser().in_message();
  const bool server_left = reason == kServerClosed || reason == kTlsTruncated || reason == kReset;
  if (server_left && exchange_.in_flight() == 0 && !in_message) {
    exchange_.finish();
    return;
  }
  if (reason == kServerClosed && in_message) reason = "closed-in-body";
  const ServerWords words = stream_.words_at_end(reason, exchange_.awaited_command());
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
}

}  // namespace backtalk::session
