// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/response_text.hpp"

#include <algorithm>
#include <cstdint>

#include "backtalk/http/response_parser.hpp"
#include "script/placeholders.hpp"
#include "text/letter_case.hpp"

namespace backtalk::serve {
namespace {

class Reader {
 public:
  Reader(std::string_view method, std::string_view body_line_end) : body_line_end_(body_line_end) {
    (void)parser_.expect(http::method_of(method));
  }

  void add(std::string_view line) {
    const bool was_over = over_;
    feed(line);
    if (over_ && !was_over && !line.empty()) return;  // a body ended
    feed(in_body_ && length_ > 0 ? body_line_end_ : "\r\n");
  }

  /// There is a body of a given length, and the lines have more.
  [[nodiscard]] bool exceeds() const { return over_ && length_ > 0 && body_octets_ > length_; }

  [[nodiscard]] ResponseText finish(bool has_framing) {
    if (!over_ && !in_body_ && !parser_.error()) {
      if (!has_framing) feed("Content-Length: 0\r\n");
      feed("\r\n");
    }
    text_.closes |= !over_;
    return std::move(text_);
  }

 private:
  void feed(std::string_view octets) {
    text_.octets += octets;
    if (in_body_) body_octets_ += octets.size();
    if (over_ || parser_.error() || octets.empty()) return;
    parser_.feed(octets);
    while (const http::ResponseEvent* const event = parser_.next()) {
      if (event->kind == http::ResponseEvent::Kind::head) {
        text_.status = event->head.status;
        text_.interim = event->head.interim();
        text_.closes = !text_.interim && !event->head.keeps_connection();
        in_body_ = true;
        over_ = text_.interim;
        if (event->head.framing == http::Framing::content_length) length_ = event->head.content_length;
      }
      over_ |= event->kind == http::ResponseEvent::Kind::end;
    }
  }

  http::ResponseParser parser_;
  const std::string_view body_line_end_;
  ResponseText text_;
  std::uint64_t length_ = 0;  // of the body, if the head says it
  std::uint64_t body_octets_ = 0;
  bool in_body_ = false;
  bool over_ = false;
};

// A field that says where the body ends, or a status that has none.
bool frames(std::string_view line) {
  const std::string_view name = line.substr(0, std::min(line.find(':'), line.size()));
  return text::equals_ignoring_case(name, "content-length") ||
         text::equals_ignoring_case(name, "transfer-encoding");
}

// 1xx, 204 and 304 (RFC 9112 6.3).
bool never_has_body(std::string_view status_line) {
  const std::size_t at = std::min(status_line.find(' '), status_line.size());
  const std::string_view status = status_line.substr(std::min(at + 1, status_line.size()), 3);
  return status.starts_with('1') || status == "204" || status == "304";
}

}  // namespace

ResponseText response_text(std::span<const script::Line> lines, std::string_view method) {
  const bool framed =
      !lines.empty() &&
      (never_has_body(lines.front().text) ||
       std::ranges::any_of(lines, [](const script::Line& line) { return frames(line.text); }));
  const auto read = [&](std::string_view body_line_end) {
    Reader reader(method, body_line_end);
    for (const script::Line& line : lines) reader.add(script::said_by_server(line.text));
    return reader;
  };
  Reader reader = read("\r\n");
  if (!reader.exceeds()) return reader.finish(framed);
  // A transcript does not tell how the lines of a body ended.
  return read("\n").finish(framed);
}

}  // namespace backtalk::serve
