// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's HTTP parsers, and the layer below them that reads heads.
#include <benchmark/benchmark.h>

#include <type_traits>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "events/http.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

void record_start(const http::ResponseHead& head, EventLog& log) {
  record_status_line(log, head.minor, head.status, head.reason);
}
void record_start(const http::RequestHead& head, EventLog& log) {
  record_request_line(log, head.method, head.target, head.minor);
}

template <class Parser>
class Messages {
 public:
  explicit Messages(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    parser_.reset();
    std::size_t messages = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const auto* event = parser_.next()) messages += take(*event, log);
    }
    return messages;
  }

 private:
  using Event = std::remove_cvref_t<decltype(*std::declval<Parser&>().next())>;

  template <class Log>
  std::size_t take(const Event& event, Log& log) {
    if constexpr (Log::kRecords) record(event, log);
    if (event.kind == Event::Kind::head) benchmark::DoNotOptimize(event.head.fields.data());
    if (event.kind == Event::Kind::octets) benchmark::DoNotOptimize(event.octets.data());
    return event.kind == Event::Kind::end ? 1 : 0;
  }

  static void record(const Event& event, EventLog& log) {
    switch (event.kind) {
      case Event::Kind::head:
        record_start(event.head, log);
        for (const http::Field& field : event.head.fields) record_field(log, field.name, field.value);
        record_framing(log, word(event.head.framing), event.head.content_length);
        break;
      case Event::Kind::octets: log.octets("body", event.octets); break;
      case Event::Kind::end: record_end(log); break;
      case Event::Kind::opaque: log.octets("opaque", event.octets); break;
    }
  }

  Parser parser_;
};

// Reads syntax and spans and checks the framing fields; no body, no events.
template <http::detail::HeadReader::Section kSection>
class Heads {
 public:
  explicit Heads(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    std::size_t messages = 0;
    if (in_head_) begin();
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      std::string_view window = stream.substr(at, piece);
      while (!window.empty()) {
        std::size_t used = 0;
        const auto status = reader_.read(window, used);
        window.remove_prefix(used);
        in_head_ = status != http::detail::HeadReader::Status::whole;
        if (in_head_) break;
        benchmark::DoNotOptimize(reader_.fields().data());
        if constexpr (Log::kRecords) record(log);
        begin();
        ++messages;
      }
    }
    return messages;
  }

 private:
  void begin() { reader_.begin(kSection, 0); }

  void record(EventLog& log) {
    const http::detail::StartLine& start = reader_.start_line();
    if constexpr (kSection == http::detail::HeadReader::Section::response_head) {
      record_status_line(log, start.minor, start.status, start.reason);
    } else {
      record_request_line(log, start.method, start.target, start.minor);
    }
    for (const http::Field& field : reader_.fields()) record_field(log, field.name, field.value);
  }

  http::detail::HeadReader reader_{http::Limits{}, Tolerances{}};
  bool in_head_ = true;  // the last stream ended inside a head, or this is the first stream
};

}  // namespace

void add_own_http() {
  const std::vector<std::string> heads{"a", "b", "c", "d", "e", "f", "g"};
  const ContenderInfo whole = own_info("backtalk");
  add_rows<Messages<http::ResponseParser>>(whole, inputs_of("http", Side::server));
  add_rows<Messages<http::RequestParser>>(whole, inputs_of("http", Side::client));
  add_rows<Messages<http::ResponseParser>>(whole, worst_of("http", Side::server));
  add_rows<Messages<http::RequestParser>>(whole, worst_of("http", Side::client));
  const ContenderInfo layer =
      own_info("backtalk-heads", {"framing", "end"},
               "syntax and spans; checks the framing fields, but does not determine the framing");
  using Section = http::detail::HeadReader::Section;
  add_rows<Heads<Section::response_head>>(layer, inputs_of("http", Side::server, heads));
  add_rows<Heads<Section::request_head>>(layer, inputs_of("http", Side::client, heads));
}

}  // namespace backtalk::bench
