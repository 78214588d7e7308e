// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_session.hpp"

#include <algorithm>
#include <bit>
#include <span>

#include "session/http_words.hpp"
#include "session/violation.hpp"

namespace backtalk::session {
namespace {

constexpr std::string_view kClosesWithRequestsInFlight =
    "the server closes connections after a number of requests, although it has more to answer: a session "
    "that has seen this twice keeps to that number";

constexpr std::size_t kLineEnd = 2;

constexpr std::string_view kConnectionClose = "connection-close";
constexpr std::string_view kGivenUp = "session-given-up";

// The server closes idle connections when it likes, and some say so (RFC 9110 15.5.9).
constexpr std::uint16_t kRequestTimeout = 408;

http::Limits limits_of(const HttpPlan& plan) {
  http::Limits limits;
  limits.expectations_max = std::max<std::size_t>(limits.expectations_max, plan.depth);
  return limits;
}

// Where the value of a field is in the octets of its head; npos if they are cut before it.
std::size_t find_value(std::string_view head, const http::Field& field) {
  for (std::size_t line = head.find('\n'); line != std::string_view::npos; line = head.find('\n', line + 1)) {
    const std::string_view rest = head.substr(line + 1);
    if (!rest.starts_with(field.name) || !rest.substr(field.name.size()).starts_with(':')) continue;
    return head.find(field.value, line + 1 + field.name.size() + 1);
  }
  return std::string_view::npos;
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
      exchange_({.transactions = plan.depth, .commands = pending_commands_max(plan)}, context.observer),
      stream_(http::ResponseParser(limits_of(plan), plan.tolerances)),
      auth_(plan.login, context.index),
      random_(context.seed),
      asked_(std::bit_ceil(pending_commands_max(plan))),
      passes_(exchange_.transaction_slots()),
      targets_(plan.verifies ? asked_.size() : 0),
      captured_(plan.capture_slots, exchange_.transaction_slots()),
      secrets_(plan.credentials, captured_, plan.login.way == LoginPlan::Way::none ? nullptr : &auth_) {
  BACKTALK_EXPECT(!plan.passes.empty() && plan.depth >= 1);
  std::uint64_t weights = 0;
  for (const HttpPass& pass : plan.passes) {
    BACKTALK_EXPECT(pass.weight > 0 && !pass.requests.empty());
    weights += pass.weight;
    pass_requests_ = std::max<std::uint64_t>(pass_requests_, pass.requests.size());
  }
  order_ = PassOrder(weights);
}

void HttpSession::restart(Nanoseconds) {
  stream_.reset();
  exchange_.restart();
  captured_.restart();
  at_ = At::once;
  if (plan_.once.empty()) begin_passes();
  next_ = 0;
  request_ = nullptr;
  step_ = Step::none;
  next_wake_ = kNever;
  pause_.reset();
  last_wait_ = nullptr;
  finishing_ = last_begun_ = false;
  waiting_ = owed_ = answered_ = begun_ = 0;
}

void HttpSession::begin_passes() {
  at_ = At::passes;
  next_ = 0;
  exchange_.become_ready();
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
    exchange_.fail(secrets_.without_secrets(stream_.words_of_error(exchange_.awaited_command())), now);
  }
}

void HttpSession::on_event(const http::ResponseEvent& event, Nanoseconds now) {
  switch (event.kind) {
    case http::ResponseEvent::Kind::head: on_head(event.head, now); break;
    case http::ResponseEvent::Kind::octets: on_octets(event.octets); break;
    case http::ResponseEvent::Kind::end: on_end(now); break;
    case http::ResponseEvent::Kind::opaque: break;  // the head before it has failed the connection
  }
}

// The status line.
ServerWords HttpSession::words_of(const http::ResponseHead& head, std::string_view name, unsigned command) {
  std::string_view text = stream_.quote(head.offset, head.octets);
  text = text.substr(0, text.find_first_of("\r\n"));
  return secrets_.without_secrets({.name = name,
                                   .command = command,
                                   .status = http_status(head.status),
                                   .text = text,
                                   .offset = head.offset});
}

void HttpSession::on_head(const http::ResponseHead& head, Nanoseconds now) {
  if (exchange_.all_answered()) {
    on_unasked(head, now);
    return;
  }
  if (head.interim()) {
    const bool is_for_body = exchange_.oldest_tag() == request_tag_;
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
  const HttpRequest& request = *asked(exchange_.oldest_tag());
  response_ = {.status = http_status(head.status),
               .keeps_connection = head.keeps_connection(),
               .failure = judge(head, request),
               .offset = head.offset};
  if (plan_.verifies && response_.failure.empty()) begin_verification(head, request);
  if (is_violation(response_.failure)) return;
  if (response_.failure.empty()) {
    response_.body.begin(request.exact.body ? &*request.exact.body : nullptr, stream_.parser().offset(),
                         false);
    return;
  }
  if (response_.failure == kTextDiffers) return on_other_text(*text_difference(head, request.exact));
  ServerWords words = words_of(head, response_.failure, command);
  words.script_line = request.source_line;
  observer_.server_said(words);
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

// The name of the failure that the response is; empty if it is none. A server that refuses what
// was to succeed is named by the class of its status.
std::string_view HttpSession::judge(const http::ResponseHead& head, const HttpRequest& request) {
  using Kind = HttpExpectation::Kind;
  const HttpExpectation& expected = request.expected;
  const std::uint16_t status = http_status(head.status);
  switch (expected.kind) {
    case Kind::success:
      if (status == kNoStatus || !plan_.ok.test(status)) return refusal(head.status);
      break;
    case Kind::statuses: {
      constexpr std::uint16_t kRefusals = http_status(400);
      const bool refused = status >= kRefusals && status != kNoStatus;
      if (refused && expected.first < kRefusals) return refusal(head.status);
      if (status < expected.first || status > expected.last) return kUnexpectedReply;
      break;
    }
    case Kind::anything: break;
  }
  if (text_difference(head, request.exact)) return kTextDiffers;
  return request.captures.empty() ? std::string_view{} : capture(head, request);
}

// From the status line and the fields that the script has, if texts are compared. A field that is
// not there would be at the end of the head.
std::optional<TextDifference> HttpSession::text_difference(const http::ResponseHead& head,
                                                           const ExactAnswer& exact) {
  if (exact.lines.empty() && exact.fields.empty()) return std::nullopt;
  const std::string_view quoted = stream_.quote(head.offset, head.octets);
  if (!exact.lines.empty()) {
    const std::size_t at = exact.lines.front().difference(quoted.substr(0, quoted.find("\r\n")));
    if (at != std::string_view::npos)
      return TextDifference{.at = head.offset + at, .expected = exact.lines.front().shown()};
  }
  for (const ExactField& wanted : exact.fields) {
    const auto has_name = [&wanted](const http::Field& one) {
      return http::find_field(std::span(&one, 1), wanted.name).has_value();
    };
    const auto is_wanted = [&](const http::Field& one) {
      return has_name(one) && wanted.value.matches(one.value);
    };
    if (std::ranges::any_of(head.fields, is_wanted)) continue;
    const auto other = std::ranges::find_if(head.fields, has_name);
    const std::size_t value =
        other == head.fields.end() ? std::string_view::npos : find_value(quoted, *other);
    const std::uint64_t at = value == std::string_view::npos ? head.octets - kLineEnd
                                                             : value + wanted.value.difference(other->value);
    return TextDifference{.at = head.offset + at, .expected = wanted.shown};
  }
  return std::nullopt;
}

void HttpSession::on_octets(std::string_view octets) {
  BodyMatch& body = response_.body;
  if (response_.checksum.is_reading()) response_.checksum.feed(octets);
  if (body.is_decided()) return;
  body.continue_at(stream_.parser().offset() - octets.size());
  body.feed(octets);
  if (const auto found = body.difference()) on_other_text(*found);
}

// The checksum is in a field of the response, or else in the first line of the body.
void HttpSession::begin_verification(const http::ResponseHead& head, const HttpRequest& request) {
  constexpr unsigned kNoContent = 204;
  constexpr unsigned kNotModified = 304;
  constexpr unsigned kPartialContent = 206;
  const bool has_body =
      request.method != HttpCommand::head && head.status != kNoContent && head.status != kNotModified;
  if (const auto is = http::find_field(head.fields, kTargetFieldName)) {
    const std::uint32_t told = read_checksum(*is).value_or(crc32_of(*is));
    if (told != target(exchange_.oldest_tag()))
      return fail_verification(kOtherMessage, "the response is about another target than was asked for");
  }
  if (!has_body) return;
  response_.has_content = true;
  // A range of what the checksum is about.
  if (head.status == kPartialContent) return;
  const auto field = http::find_field(head.fields, kChecksumFieldName);
  const auto expected = field ? read_checksum(*field) : std::nullopt;
  if (expected) {
    response_.checksum.begin_body(*expected);
  } else {
    response_.checksum.begin(MessageChecksum::Field::first);
  }
}

void HttpSession::end_verification() {
  using Finding = MessageChecksum::Finding;
  const MessageChecksum& sum = response_.checksum;
  if (!response_.failure.empty() || !response_.has_content) return;
  observer_.verified(sum.finding() != Finding::unknown);
  if (sum.finding() != Finding::wrong) return;
  fail_verification(kWrongChecksum, ViolationText()
                                        .add("the body has ")
                                        .add(ChecksumValue(sum.body()).text())
                                        .add(", and was made with ")
                                        .add(ChecksumValue(*sum.expected()).text())
                                        .take());
}

void HttpSession::fail_verification(std::string_view name, std::string_view text) {
  response_.failure = name;
  observer_.server_said({.name = name,
                         .command = exchange_.oldest().command,
                         .status = response_.status,
                         .text = text,
                         .offset = response_.offset});
}

// The response is the expected one but for its text.
void HttpSession::on_other_text(const TextDifference& difference) {
  response_.failure = kTextDiffers;
  ServerWords words = stream_.words_around(difference);
  words.command = exchange_.oldest().command;
  words.status = response_.status;
  words.script_line = asked(exchange_.oldest_tag())->source_line;
  observer_.server_said(secrets_.without_secrets(words));
}

// Keeps the words of the response that the script asks for. The name of the failure if one cannot
// be kept; empty if all are.
std::string_view HttpSession::capture(const http::ResponseHead& head, const HttpRequest& request) {
  const Exchange::Command& answered = exchange_.oldest();
  const std::size_t row =
      answered.of_transaction ? exchange_.slot(answered.transaction) : captured_.connection_row();
  bool all = true;
  for (const Capture& one : request.captures) {
    HttpWordRoom room;
    all &= captured_.keep(row, one.slot, word_of(head, one, room));
  }
  return all ? std::string_view{} : captured_.why_missing(row);
}

void HttpSession::on_end(Nanoseconds now) {
  const Exchange::Command command = exchange_.oldest();
  const std::uint32_t tag = exchange_.oldest_tag();
  if (!response_.body.is_decided()) {
    response_.body.end();
    if (const auto found = response_.body.difference()) on_other_text(*found);
  }
  if (plan_.verifies) end_verification();
  const bool ok = response_.failure.empty();
  const bool sent_whole = step_ == Step::none || tag != request_tag_;
  exchange_.answered(command, ok, response_.status, now, is_unexpected(response_.failure));
  ++answered_;
  --waiting_;
  if (!command.of_transaction) {
    on_answer_of_connection(sent_whole, now);
    return;
  }
  --owed_;
  if (!ok) exchange_.fail_transaction(command.transaction, response_.failure);
  exchange_.retire(tag, now);
  if (!sent_whole && (!ok || !response_.keeps_connection || step_ == Step::await_continue)) {
    stop_sending(now);
    return;
  }
  // Of a request that has begun to go out, the rest follows.
  const bool is_being_sent = exchange_.has_unsent() && exchange_.sending() == command.transaction;
  if (!ok && is_being_sent && step_ == Step::none) skip_rest_of_pass(now);
  if (!response_.keeps_connection) on_close(now);
  rest_after_pass(now);
}

// A request of the sections around the passes. They need all of what it was to do.
void HttpSession::on_answer_of_connection(bool sent_whole, Nanoseconds now) {
  exchange_.retire(exchange_.oldest_tag(), now);
  if (!response_.failure.empty()) {
    exchange_.close(Ending::failed, response_.failure, nullptr, now);
    return;
  }
  const bool all = sent_whole && next_ == of_connection().size() && exchange_.all_answered();
  if (at_ == At::end && all) {
    exchange_.finish();
  } else if (!sent_whole || !response_.keeps_connection) {
    exchange_.close(Ending::failed, sent_whole ? kConnectionClose : kGivenUp, nullptr, now);
  } else if (all) {
    begin_passes();
  }
}

// The server has answered and does not want the rest of the request. What comes next on this
// connection would be taken for that rest.
void HttpSession::stop_sending(Nanoseconds now) {
  const std::uint32_t transaction = exchange_.sending();
  const bool is_last = next_ + 1 == of_pass(transaction).size();
  if (!is_last) exchange_.fail_transaction(transaction, kConnectionClose);
  step_ = Step::none;
  next_wake_ = kNever;
  exchange_.finish_sending(now);
  if (exchange_.in_flight() == 0) {
    exchange_.finish();
  } else {
    exchange_.abandon_untouched(kGivenUp, now);
  }
}

// The server closes the connection after the response that has just ended, and acts on no request
// behind it (RFC 9112 9.6). Errors say nothing about how many requests it takes.
void HttpSession::on_close(Nanoseconds now) {
  if (exchange_.in_flight() == 0) {
    exchange_.finish();
    return;
  }
  const bool ok = response_.failure.empty();
  if (ok && answered_ > 1 && answered_ == closed_after_) {
    observer_.note(kClosesWithRequestsInFlight);
    requests_max_ = answered_;
  }
  closed_after_ = ok ? answered_ : 0;
  exchange_.abandon_untouched(kConnectionClose, now);
}

// --- How it ends

void HttpSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  if (exchange_.over()) return;
  if (at_ == At::passes && exchange_.has_unsent()) exchange_.let_pass(pause_.finish(now));
  if (reason == kServerClosed) {
    stream_.parser().finish();  // a body may end here
    read_events(now);
    if (exchange_.over()) return;
  }
  const bool in_message = stream_.parser().in_message();
  const bool server_left = reason == kServerClosed || reason == kTlsTruncated || reason == kReset;
  const bool is_idle = exchange_.ready() && exchange_.in_flight() == 0 && exchange_.all_answered();
  if (server_left && is_idle && !in_message) {
    exchange_.finish();
    return;
  }
  if (reason == kServerClosed && in_message) reason = "closed-in-body";
  const ServerWords words =
      secrets_.without_secrets(stream_.words_at_end(reason, exchange_.awaited_command()));
  const bool tells_something = words.command != kNoCommand || !words.text.empty();
  exchange_.close(ending, reason, tells_something ? &words : nullptr, now);
}

}  // namespace backtalk::session
