// SPDX-License-Identifier: Apache-2.0 OR MIT
// HTTP/1: where a response ends is a matter of its head and of the request's method (RFC 9112 6.3).
// A script may leave out the end of one: the fields, or the body.
#include <cstdint>
#include <deque>
#include <string>
#include <utility>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "script/placeholders.hpp"
#include "script/turn_readers.hpp"

namespace backtalk::script {
namespace {

class HttpTurns final : public TurnReader {
 public:
  using TurnReader::TurnReader;

 private:
  enum class In : std::uint8_t {
    head,
    body,
    broken  // a head that is none, up to its empty line
  };

  // --- What the client says

  Turn::Kind kind_of(std::string_view text) override {
    if (in_ == In::broken) {
      if (text.empty()) in_ = In::head;
      return Turn::Kind::command;
    }
    const Turn::Kind kind = in_ == In::body ? Turn::Kind::content : Turn::Kind::command;
    const bool was_body = in_ == In::body;
    feed(in_ == In::head && has_counted_length(text) ? counted_length() : std::string(text));
    // A body ends with its last octet: the end of the line belongs to nothing.
    const bool ended_body = was_body && in_ == In::head;
    if (!ended_body) feed("\r\n");
    if (!requests_.error()) return kind;
    requests_.reset();
    in_ = was_body || text.empty() ? In::head : In::broken;
    return kind;
  }

  // "Content-Length: 5", with the octets of the lines behind the empty one as they are written.
  [[nodiscard]] std::string counted_length() const {
    std::size_t octets = 0;
    bool in_content = false;
    bool follows = false;
    for (std::size_t at = at_; at < section_.lines.size(); ++at) {
      const Line& line = section_.lines[at];
      if (line.kind != Line::Kind::client) break;
      if (in_content) octets += line.text.size() + (std::exchange(follows, true) ? 2 : 0);
      in_content = in_content || line.text.empty();
    }
    return "Content-Length: " + std::to_string(octets);
  }

  void feed(std::string_view octets) {
    using Kind = http::RequestEvent::Kind;
    if (octets.empty() || requests_.error()) return;
    requests_.feed(octets);
    while (const auto* event = requests_.next()) {
      if (event->kind == Kind::head) {
        in_ = In::body;
        methods_.push_back(http::method_of(event->head.method));
      } else if (event->kind == Kind::end) {
        in_ = In::head;
      }
    }
  }

  // --- What the server says

  Problem read_answer(const Line& line) override {
    Turn turn{.kind = Turn::Kind::answer, .first = at_};
    const std::string_view text = without_trailing_blanks(line.text);
    if (text == "*") {
      turn.answer.kind = Answer::Kind::anything;
      turn.count = 1;
    } else if (turn.answer.word = http_status(text); turn.answer.word.empty()) {
      return line.error("expected the status line of a response, as `S: HTTP/1.1 200`, or `S: *`, not " +
                        quoted(text));
    } else {
      turn.count = lines_of_response();
    }
    if (!turn.answer.word.starts_with('1') && !methods_.empty()) methods_.pop_front();
    at_ += turn.count;
    turns_.push_back(std::move(turn));
    return std::nullopt;
  }

  [[nodiscard]] std::size_t end_of_block() const {
    std::size_t end = at_;
    while (end < section_.lines.size() && section_.lines[end].kind == Line::Kind::server) ++end;
    return end;
  }

  // As the parser reads them; if the lines are not all of a response, up to the next status line.
  [[nodiscard]] std::size_t lines_of_response() const {
    const std::size_t end = end_of_block();
    http::ResponseParser parser;
    (void)parser.expect(methods_.empty() ? http::Method::other : methods_.front());
    bool closes = false;
    for (std::size_t at = at_; at < end; ++at) {
      // A transcript does not keep that lines of a body end with LF alone: there are more of them.
      if (ends_with(parser, said_by_server(section_.lines[at].text), closes))
        return next_response(at + 1, end) - at_;
      if (parser.error()) break;
    }
    if (closes && !parser.error()) return end - at_;
    return next_response(at_ + 1, end) - at_;
  }

  // The first line from `at` on that begins a response; `end` if there is none.
  [[nodiscard]] std::size_t next_response(std::size_t at, std::size_t end) const {
    for (; at < end; ++at) {
      const std::string_view text = without_trailing_blanks(section_.lines[at].text);
      if (text == "*" || !http_status(text).empty()) break;
    }
    return at;
  }

  // Whether the line, or its line end, is the last of the response.
  static bool ends_with(http::ResponseParser& parser, std::string_view line, bool& closes) {
    for (const std::string_view octets : {line, std::string_view("\r\n")}) {
      if (octets.empty()) continue;
      parser.feed(octets);
      while (const auto* event = parser.next()) {
        using Kind = http::ResponseEvent::Kind;
        if (event->kind == Kind::end) return true;
        if (event->kind != Kind::head) continue;
        if (event->head.interim()) return true;
        closes = event->head.framing == http::Framing::close;
      }
      if (parser.error()) return false;
    }
    return false;
  }

  In in_ = In::head;
  http::RequestParser requests_;
  std::deque<http::Method> methods_;  // of requests without a response
};

}  // namespace

TurnsOrError read_http_turns(const Section& section) {
  return HttpTurns(section).read();
}

}  // namespace backtalk::script
