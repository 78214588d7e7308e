// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/http_server.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <string>

#include "backtalk/http/field.hpp"
#include "serve/decimal.hpp"
#include "serve/http_target.hpp"
#include "session/checksum_request.hpp"
#include "session/message_checksum.hpp"

namespace backtalk::serve {

using session::Closing;

namespace {

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::size_t kChunk = 4096;

constexpr std::array<char, kChunk> kOctets = [] {
  std::array<char, kChunk> octets{};
  for (std::size_t i = 0; i < octets.size(); ++i)
    octets[i] = i % 64 == 63 ? '\n' : static_cast<char>('A' + i % 64 % 26);
  return octets;
}();

std::string_view reason_of(std::uint16_t status) {
  switch (status) {
    case 200: return "OK";
    case 204: return "No Content";
    case 304: return "Not Modified";
    case 400: return "Bad Request";
    case 404: return "Not Found";
    case 417: return "Expectation Failed";
    case 503: return "Service Unavailable";
    default: return "As Asked";
  }
}

// RFC 9112 6.3: whatever their fields say.
bool never_has_body(std::uint16_t status) {
  return status == 204 || status == 304;
}

// The checksum of a body of so many octets, as `send_body` makes it.
std::uint32_t checksum_of(std::uint64_t octets) {
  static const std::uint32_t chunk = session::crc32_of({kOctets.data(), kOctets.size()});
  const std::uint64_t rest = octets % kChunk;
  return session::crc32_joined(session::crc32_repeated(chunk, kChunk, octets / kChunk),
                               session::crc32_of({kOctets.data(), static_cast<std::size_t>(rest)}), rest);
}

bool is_host(const http::Field& field) {
  constexpr std::string_view kHost = "host";
  return std::ranges::equal(field.name, kHost, {}, [](char c) { return static_cast<char>(c | 0x20); });
}

}  // namespace

HttpServer::HttpServer(const Faults& faults, HttpCounts& counts)
    : faults_(faults),
      counts_(counts),
      replies_(faults.replies),
      bodies_(faults.bodies),
      service_times_(faults.service) {}

void HttpServer::restart() {
  parser_.reset();
  replies_.reset();
  bodies_.reset();
  output_.clear();
  closing_ = Closing::not_yet;
  answers_.clear();
  next_answer_ = 0;
  left_ = work_ns_ = 0;
  refused_ = false;
  service_times_.restart(counts_.connections++);
}

Closing HttpServer::closing() const {
  if (replies_.resets()) return Closing::with_reset;
  return replies_.closes() ? Closing::at_once : closing_;
}

// A piece of the stream is parsed whole before its first request is answered: what it asks for is
// kept, which is never more than a few times its own size.
std::size_t HttpServer::consume(std::string_view bytes) {
  if (over()) return bytes.size();
  answer();
  if (work_ns_ > 0 || has_more() || output_.size() >= kOutputEnough) return 0;
  if (refused_ || bytes.empty()) return bytes.size();
  parser_.feed(bytes);
  while (const http::RequestEvent* event = parser_.next()) {
    switch (event->kind) {
      case http::RequestEvent::Kind::head: on_head(event->head); break;
      case http::RequestEvent::Kind::octets: request_.received += event->octets.size(); break;
      case http::RequestEvent::Kind::end: answers_.push_back(request_); break;
      case http::RequestEvent::Kind::opaque: break;
    }
    if (refused_) break;
  }
  if (!refused_ && parser_.error()) refuse(true);
  answer();
  return bytes.size();
}

// Answers what came before, then this, and closes the connection.
void HttpServer::refuse(bool is_broken) {
  refused_ = true;
  answers_.push_back({.status = 400, .closes = true, .is_broken = is_broken});
}

void HttpServer::on_head(const http::RequestHead& head) {
  const HttpTarget target = read_http_target(head.target);
  request_ = {.octets = target.number,
              .status = 200,
              .body = Body::length,
              .head_only = head.method == "HEAD",
              .closes = !head.keeps_connection(),
              .http_1_0 = head.minor == 0};
  request_.verifiable = http::find_field(head.fields, session::kVerifyFieldName).has_value();
  if (request_.verifiable) request_.target = session::crc32_of(head.target);
  switch (target.kind) {
    case HttpTarget::Kind::length: break;
    case HttpTarget::Kind::chunks: request_.body = head.minor == 0 ? Body::until_close : Body::chunks; break;
    case HttpTarget::Kind::until_close: request_.body = Body::until_close; break;
    case HttpTarget::Kind::status:
      request_.status = static_cast<std::uint16_t>(target.number);
      request_.octets = 0;
      break;
    case HttpTarget::Kind::unknown: request_.status = 404; break;
  }
  if (request_.body == Body::until_close && !request_.head_only) request_.closes = true;
  // RFC 9112 3.2: a request of HTTP/1.1 has one Host.
  if (head.minor >= 1 && std::ranges::count_if(head.fields, is_host) != 1) {
    refuse(false);
  } else if (head.minor >= 1 && http::field_lists(head.fields, "expect", "100-continue")) {
    answers_.push_back({.status = 100});
  }
}

void HttpServer::answer() {
  while (work_ns_ == 0 && !over() && output_.size() < kOutputEnough) {
    if (left_ > 0) {
      send_body();
    } else if (next_answer_ < answers_.size()) {
      begin_answer(answers_[next_answer_++]);
    } else {
      break;
    }
  }
  if (next_answer_ == answers_.size()) {
    answers_.clear();
    next_answer_ = 0;
  }
}

void HttpServer::begin_answer(const Answer& answer) {
  if (answer.status == 100) {
    output_.append(kContinue);
    return;
  }
  current_ = answer;
  work_ns_ = service_times_.next();
  if (work_ns_ == 0) finish_work();
}

void HttpServer::finish_work() {
  work_ns_ = 0;
  left_ = body_of(current_);
  if (bodies_.is_next_other(left_)) current_.target = ~current_.target;
  bodies_.begin(left_);
  replies_.add_head(output_, head_of(current_));
  if (replies_.muted()) {
    left_ = 0;
    return;
  }
  counts_.octets_sent += left_;
  if (left_ == 0) finish_answer();
}

std::uint64_t HttpServer::body_of(const Answer& answer) {
  return answer.head_only || never_has_body(answer.status) ? 0 : answer.octets;
}

void HttpServer::add_verification(std::string& head, const Answer& answer) {
  if (answer.octets != checked_octets_) checksum_ = checksum_of(answer.octets);
  checked_octets_ = answer.octets;
  head.append(session::kChecksumFieldName).append(": ");
  head.append(session::ChecksumValue(checksum_).text()).append("\r\nX-Backtalk-Target: ");
  head.append(session::ChecksumValue(answer.target).text()).append("\r\n");
}

std::string HttpServer::head_of(const Answer& answer) {
  std::string head = "HTTP/1.1 ";
  append_number(head, answer.status);
  head.append(" ").append(reason_of(answer.status)).append("\r\nServer: backtalk\r\n");
  if (answer.verifiable && !never_has_body(answer.status)) add_verification(head, answer);
  switch (answer.body) {
    case Body::length:
      if (never_has_body(answer.status)) break;
      head.append("Content-Length: ");
      append_number(head, bodies_.announced(answer.octets));
      head.append("\r\n");
      break;
    case Body::chunks: head.append("Transfer-Encoding: chunked\r\n"); break;
    case Body::until_close: break;
  }
  if (answer.closes) {
    head.append("Connection: close\r\n");
  } else if (answer.http_1_0) {
    head.append("Connection: keep-alive\r\n");
  }
  head.append("\r\n");
  return head;
}

void HttpServer::send_body() {
  while (left_ > 0 && output_.size() < kOutputEnough) {
    if (left_ <= bodies_.withheld()) {  // as much as there will be
      left_ = 0;
      closing_ = Closing::at_once;
      return;
    }
    const auto octets = static_cast<std::size_t>(std::min<std::uint64_t>(left_ - bodies_.withheld(), kChunk));
    if (current_.body == Body::chunks) {
      append_number(output_, bodies_.announced(octets), 16);
      output_.append("\r\n");
    }
    output_.append(kOctets.data(), octets);
    if (bodies_.changes()) bodies_.change(std::span(output_).last(octets), left_ - octets);
    if (current_.body == Body::chunks) output_.append("\r\n");
    left_ -= octets;
  }
  if (left_ == 0) finish_answer();
}

void HttpServer::finish_answer() {
  if (current_.body == Body::chunks && !current_.head_only) output_.append("0\r\n\r\n");
  if (replies_.take_again()) {
    output_.append(head_of(current_));
    left_ = body_of(current_);
    if (left_ > 0) return;
  }
  ++counts_.requests;
  counts_.octets_received += current_.received;
  counts_.protocol_errors += current_.is_broken ? 1 : 0;
  if (current_.closes) closing_ = refused_ ? Closing::when_client_ends : Closing::at_once;
}

}  // namespace backtalk::serve
