// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/http/response_parser.hpp"

namespace backtalk::http {
namespace {

// RFC 9112 6.3(1): whatever the fields say.
bool has_no_body(unsigned status, Method method) {
  const bool is_interim = status >= 100 && status < 200;
  return is_interim || status == 204 || status == 304 || method == Method::head;
}

// RFC 9112 6.3(2): here too.
bool opens_tunnel(unsigned status, Method method) {
  const bool success = status >= 200 && status < 300;
  return status == 101 || (method == Method::connect && success);
}

}  // namespace

Method method_of(std::string_view name) noexcept {
  if (name == "HEAD") return Method::head;
  return name == "CONNECT" ? Method::connect : Method::other;
}

ResponseParser::ResponseParser(Limits limits, Tolerances tolerances)
    : limits_(limits), reader_(detail::HeadReader::Section::response_head, limits, tolerances) {}

void ResponseParser::reset() noexcept {
  reader_.reset();
  interims_ = 0;
  expected_.clear();
}

bool ResponseParser::expect(Method method) {
  if (expected_.size() >= limits_.expectations_max) return false;
  expected_.push(method);
  return true;
}

Method ResponseParser::take_expected(const ResponseHead& head) noexcept {
  if (expected_.empty() || head.interim()) return Method::other;
  const Method method = expected_.front();
  expected_.pop();
  return method;
}

const ResponseEvent* ResponseParser::next_event() {
  return reader_.absorb_piece() || reader_.waits_for_head() ? nullptr : next_step();
}

// Flattened: for a short feed the calls would cost more than the work.
[[gnu::flatten, gnu::noinline]] const ResponseEvent* ResponseParser::next_step() {
  switch (reader_.next()) {
    case detail::MessageReader::Step::more: return nullptr;
    case detail::MessageReader::Step::bad_framing: return overlook_framing();
    case detail::MessageReader::Step::head: return give_head();
    case detail::MessageReader::Step::octets:
      event_.kind = ResponseEvent::Kind::octets;
      event_.octets = reader_.octets();
      break;
    case detail::MessageReader::Step::opaque:
      event_.kind = ResponseEvent::Kind::opaque;
      event_.octets = reader_.octets();
      break;
    case detail::MessageReader::Step::end:
      event_.kind = ResponseEvent::Kind::end;
      event_.trailers = reader_.trailers();
      break;
  }
  return &event_;
}

// The fields that frame a body contradict each other, or cannot be read. That is an error only if
// they are needed.
const ResponseEvent* ResponseParser::overlook_framing() {
  const Method method = expected_.empty() ? Method::other : expected_.front();
  const unsigned status = reader_.head().start_line().status;
  if (!has_no_body(status, method) && !opens_tunnel(status, method)) return nullptr;
  reader_.overlook_framing();
  return reader_.next() == detail::MessageReader::Step::head ? give_head() : nullptr;
}

// RFC 9112 6.3, in its order: no body by status or method; a tunnel; Transfer-Encoding;
// Content-Length; until close.
const ResponseEvent* ResponseParser::give_head() {
  ResponseHead& head = event_.head;
  reader_.describe(head);
  const detail::StartLine& line = reader_.head().start_line();
  head.status = line.status;
  head.reason = line.reason;
  head.start_dropped = reader_.head().start_dropped();
  event_.kind = ResponseEvent::Kind::head;
  const Method method = take_expected(head);
  const detail::FramingFields& fields = reader_.head().framing();
  head.tunnel = opens_tunnel(head.status, method);
  head.content_length = fields.has_length() && !fields.has_coding() ? fields.length() : 0;
  if (head.interim()) return give_interim();
  if (head.tunnel || has_no_body(head.status, method)) {
    head.framing = Framing::none;
  } else if (fields.has_coding()) {
    head.framing = fields.chunked() ? Framing::chunked : Framing::close;
  } else {
    head.framing = fields.has_length() ? Framing::content_length : Framing::close;
  }
  interims_ = 0;
  if (head.tunnel) {
    reader_.begin_tunnel(true);
  } else {
    reader_.begin_body(head.framing, head.content_length);
  }
  return &event_;
}

const ResponseEvent* ResponseParser::give_interim() {
  event_.head.framing = Framing::none;
  if (++interims_ > limits_.interims_max) {
    reader_.refuse({ErrorCode::too_many_interims, event_.head.offset});
    return nullptr;
  }
  reader_.begin_message();
  return &event_;
}

}  // namespace backtalk::http
