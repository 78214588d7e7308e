// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/response_text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <system_error>
#include <utility>

#include "backtalk/http/response_parser.hpp"
#include "script/placeholders.hpp"
#include "script/turns.hpp"
#include "text/letter_case.hpp"

namespace backtalk::serve {
namespace {

// Of a chunked body written down in lines: whether a line end belongs to a chunk's data, or ends a
// line of the coding (RFC 9112 7.1).
class ChunkLines {
 public:
  explicit ChunkLines(std::string_view of_data) : of_data_(of_data) {}

  /// The end of the next line of the body.
  [[nodiscard]] std::string_view end_of(std::string_view line) {
    constexpr std::string_view kCrlf = "\r\n";
    if (trailers_) return kCrlf;
    if (!std::exchange(in_data_, true)) {
      left_ = size_in(line);
      trailers_ = left_ == 0;
      return kCrlf;
    }
    const bool is_last = line.size() == left_;
    broken_ |= !is_last && line.size() + of_data_.size() > left_;
    if (is_last || broken_) {
      in_data_ = false;
      return kCrlf;
    }
    left_ -= line.size() + of_data_.size();
    return of_data_;
  }

  /// The lines are not those of chunks of such line ends.
  [[nodiscard]] bool broken() const { return broken_; }

 private:
  std::uint64_t size_in(std::string_view line) {
    std::uint64_t size = 0;
    const auto [stop, failure] = std::from_chars(line.data(), line.data() + line.size(), size, 16);
    broken_ |= failure != std::errc{} || stop == line.data();
    return broken_ ? 0 : size;
  }

  const std::string_view of_data_;
  std::uint64_t left_ = 0;
  bool in_data_ = false;
  bool trailers_ = false;
  bool broken_ = false;
};

class Reader {
 public:
  Reader(std::string_view method, std::string_view body_line_end)
      : body_line_end_(body_line_end), chunks_(body_line_end) {
    (void)parser_.expect(http::method_of(method));
  }

  void add(std::string_view line) {
    const bool was_over = over_;
    const bool in_chunks = chunked_ && !over_;
    feed(line);
    if (in_chunks) {
      feed(chunks_.end_of(line));
      return;
    }
    if (over_ && !was_over && !line.empty()) return;  // a body ended
    feed(in_body_ && length_ > 0 ? body_line_end_ : "\r\n");
  }

  /// There is a body of a given length, and the lines have more; or chunks that are shorter than
  /// their lines.
  [[nodiscard]] bool exceeds() const {
    return chunks_.broken() || (over_ && length_ > 0 && body_octets_ > length_);
  }

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
        chunked_ = event->head.framing == http::Framing::chunked;
      }
      over_ |= event->kind == http::ResponseEvent::Kind::end;
    }
  }

  http::ResponseParser parser_;
  const std::string_view body_line_end_;
  ChunkLines chunks_;
  ResponseText text_;
  std::uint64_t length_ = 0;  // of the body, if the head says it
  std::uint64_t body_octets_ = 0;
  bool in_body_ = false;
  bool chunked_ = false;
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

// "HTTP/1.1 2xx", which takes any of that class, is its first: 200. A status without a reason has
// the space before it (RFC 9112 4).
std::string status_line(std::string_view written) {
  std::string said = said_in_line(written);
  const std::string_view status = script::http_status(said);
  const bool is_class = status.ends_with("xx");
  const bool is_last = !status.empty() && said.ends_with(status);
  if (is_class) said.replace(static_cast<std::size_t>(status.data() - said.data()) + 1, 2, "00");
  if (is_last) said += ' ';
  return said;
}

}  // namespace

std::string said_in_line(std::string_view written) {
  return script::said_with_words(written, "1");
}

ResponseText response_text(std::span<const script::Line> lines, std::string_view method) {
  const bool framed =
      !lines.empty() &&
      (never_has_body(lines.front().text) ||
       std::ranges::any_of(lines, [](const script::Line& line) { return frames(line.text); }));
  const auto read = [&](std::string_view body_line_end) {
    Reader reader(method, body_line_end);
    for (const script::Line& line : lines)
      reader.add(&line == lines.data() ? status_line(line.text) : said_in_line(line.text));
    return reader;
  };
  Reader reader = read("\r\n");
  if (!reader.exceeds()) return reader.finish(framed);
  // A transcript does not tell how the lines of a body ended.
  return read("\n").finish(framed);
}

}  // namespace backtalk::serve
