// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/http/response_parser.hpp"

namespace backtalk::http {

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

// RFC 9112 6.3, in its order: no body by status or method; a tunnel; Transfer-Encoding;
// Content-Length; until close.
const ResponseEvent* ResponseParser::give_head() {
  ResponseHead& head = event_.head;
  reader_.describe(head);
  const detail::StartLine& line = reader_.head().start_line();
  head.status = line.status;
  head.reason = line.reason;
  event_.kind = ResponseEvent::Kind::head;
  const Method method = take_expected(head);
  const detail::FramingFields& fields = reader_.head().framing();
  const bool success = head.status >= 200 && head.status < 300;
  head.tunnel = head.status == 101 || (method == Method::connect && success);
  head.content_length = fields.has_length() && !fields.has_coding() ? fields.length() : 0;
  if (head.status < 200 || head.status == 204 || head.status == 304 || method == Method::head ||
      head.tunnel) {
    head.framing = Framing::none;
  } else if (fields.has_coding()) {
    head.framing = fields.chunked() ? Framing::chunked : Framing::close;
  } else {
    head.framing = fields.has_length() ? Framing::content_length : Framing::close;
  }
  if (head.interim()) {
    if (++interims_ > limits_.interims_max) {
      reader_.refuse({ErrorCode::too_many_interims, head.offset});
      return nullptr;
    }
    reader_.begin_message();
    return &event_;
  }
  interims_ = 0;
  if (head.tunnel) {
    reader_.begin_tunnel(true);
  } else {
    reader_.begin_body(head.framing, head.content_length);
  }
  return &event_;
}

}  // namespace backtalk::http
