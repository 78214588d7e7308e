// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/http/request_parser.hpp"

namespace backtalk::http {

RequestParser::RequestParser(Limits limits, Tolerances tolerances)
    : reader_(detail::HeadReader::Section::request_head, limits, tolerances) {}

const RequestEvent* RequestParser::next_event() {
  return reader_.absorb_piece() || reader_.waits_for_head() ? nullptr : next_step();
}

// Flattened: for a short feed the calls would cost more than the work.
[[gnu::flatten, gnu::noinline]] const RequestEvent* RequestParser::next_step() {
  switch (reader_.next()) {
    case detail::MessageReader::Step::more:
    case detail::MessageReader::Step::bad_framing: return nullptr;
    case detail::MessageReader::Step::head: return give_head();
    case detail::MessageReader::Step::octets:
      event_.kind = RequestEvent::Kind::octets;
      event_.octets = reader_.octets();
      break;
    case detail::MessageReader::Step::opaque:
      event_.kind = RequestEvent::Kind::opaque;
      event_.octets = reader_.octets();
      break;
    case detail::MessageReader::Step::end:
      event_.kind = RequestEvent::Kind::end;
      event_.trailers = reader_.trailers();
      break;
  }
  return &event_;
}

// RFC 9112 6.3 for requests: Transfer-Encoding, which must end with chunked; Content-Length;
// otherwise no body.
const RequestEvent* RequestParser::give_head() {
  RequestHead& head = event_.head;
  reader_.describe(head);
  const detail::StartLine& line = reader_.head().start_line();
  head.method = line.method;
  head.target = line.target;
  event_.kind = RequestEvent::Kind::head;
  const detail::FramingFields& fields = reader_.head().framing();
  if (fields.has_coding() && !fields.chunked()) {
    reader_.refuse({ErrorCode::chunked_missing, fields.coding_offset()});
    return nullptr;
  }
  head.content_length = fields.has_length() && !fields.has_coding() ? fields.length() : 0;
  head.framing = fields.has_coding()   ? Framing::chunked
                 : fields.has_length() ? Framing::content_length
                                       : Framing::none;
  reader_.begin_body(head.framing, head.content_length);
  return &event_;
}

}  // namespace backtalk::http
