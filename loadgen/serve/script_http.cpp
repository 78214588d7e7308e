// SPDX-License-Identifier: Apache-2.0 OR MIT
// HTTP/1.0 and HTTP/1.1 (RFC 9112).
#include <algorithm>
#include <string>

#include "backtalk/http/field.hpp"
#include "backtalk/http/request_parser.hpp"
#include "serve/script_dialect.hpp"
#include "session/http_commands.hpp"

namespace backtalk::serve {
namespace {

using Kind = Request::Kind;

// The path of a target in absolute form ("http://host/path"), which a proxy is asked for.
std::string_view path_of(std::string_view target) {
  const std::size_t scheme = target.find("://");
  if (scheme == std::string_view::npos || target.starts_with('/')) return target;
  const std::size_t path = target.find('/', scheme + 3);
  return path == std::string_view::npos ? "/" : target.substr(path);
}

class HttpScriptDialect final : public ScriptDialect {
 public:
  void reset() override { parser_.reset(); }
  void feed(std::string_view bytes) override { parser_.feed(bytes); }
  const Request* next() override {
    using EventKind = http::RequestEvent::Kind;
    while (const http::RequestEvent* const event = parser_.next()) {
      if (event->kind == EventKind::head) {
        request_ = request_of(event->head);
        const bool waits = event->head.minor >= 1 && event->head.framing != http::Framing::none &&
                           http::field_lists(event->head.fields, "expect", "100-continue");
        if (!waits) continue;
        request_.kind = Kind::leave;
        return &request_;
      }
      if (event->kind != EventKind::end) continue;
      request_.kind = Kind::command;
      return &request_;
    }
    return nullptr;
  }
  bool broken() const override { return static_cast<bool>(parser_.error()); }
  std::string_view give_back() override { return {}; }
  bool can_pause() const override { return false; }
  void opened(Opening) override {}

  Request read_command(std::string_view line) const override {
    http::RequestParser parser;
    const std::string head = std::string(line) + "\r\n\r\n";
    parser.feed(head);
    const http::RequestEvent* const event = parser.next();
    return event == nullptr ? Request{.name = "?"} : request_of(event->head);
  }
  // Where a response ends the connection is found when the script is read: see ResponseText.
  Opening opening_of(const Request&, const Answer& answer) const override { return answer.opening; }
  std::string greeting() const override { return {}; }
  Answer acceptance(const Request& request, bool) const override {
    return answer_of(request.kind == Kind::leave ? "HTTP/1.1 100 Continue\r\n\r\n"
                                                 : "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }
  Answer refusal(const Request&, bool known) const override {
    return answer_of(known ? "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                           : "HTTP/1.1 501 Not Implemented\r\nContent-Length: 0\r\n\r\n");
  }
  std::string complaint() const override {
    return "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
  }
  bool is_of_connection(std::string_view) const override { return false; }
  std::span<const std::string_view> names() const override { return session::kHttpCommandNames; }
  std::string_view shown_words(const Request& request) const override { return request.words; }

 private:
  static Request request_of(const http::RequestHead& head) {
    return {.name = std::string(head.method.substr(0, kWordsMax)),
            .words = std::string(path_of(head.target).substr(0, kWordsMax)),
            .is_last = !head.keeps_connection()};
  }

  http::RequestParser parser_;
  Request request_;
};

}  // namespace

std::unique_ptr<ScriptDialect> make_http_script_dialect() {
  return std::make_unique<HttpScriptDialect>();
}

}  // namespace backtalk::serve
