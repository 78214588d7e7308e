// SPDX-License-Identifier: Apache-2.0 OR MIT
// Backtalk's HTTP parsers, and the layer below them that reads heads.
#include <benchmark/benchmark.h>

#include <type_traits>

#include "events/http.hpp"
#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "own/own.hpp"

namespace backtalk::bench {
namespace {

void tell_start(const http::ResponseHead& head, Account& account) {
  tell_status_line(account, head.minor, head.status, head.reason);
}
void tell_start(const http::RequestHead& head, Account& account) {
  tell_request_line(account, head.method, head.target, head.minor);
}

template <class Parser>
class Messages {
 public:
  explicit Messages(const Input&) {}

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
    parser_.reset();
    std::size_t messages = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser_.feed(stream.substr(at, piece));
      while (const auto* event = parser_.next()) messages += take(*event, ear);
    }
    return messages;
  }

 private:
  using Event = std::remove_cvref_t<decltype(*std::declval<Parser&>().next())>;

  template <class Ear>
  std::size_t take(const Event& event, Ear& ear) {
    if constexpr (Ear::kListens) tell(event, ear);
    if (event.kind == Event::Kind::head) benchmark::DoNotOptimize(event.head.fields.data());
    if (event.kind == Event::Kind::octets) benchmark::DoNotOptimize(event.octets.data());
    return event.kind == Event::Kind::end ? 1 : 0;
  }

  static void tell(const Event& event, Account& account) {
    switch (event.kind) {
      case Event::Kind::head:
        tell_start(event.head, account);
        for (const http::Field& field : event.head.fields) tell_field(account, field.name, field.value);
        tell_framing(account, word(event.head.framing), event.head.content_length);
        break;
      case Event::Kind::octets: account.octets("body", event.octets); break;
      case Event::Kind::end: tell_end(account); break;
      case Event::Kind::opaque: account.octets("opaque", event.octets); break;
    }
  }

  Parser parser_;
};

// Syntax and spans, the framing fields checked; no body, no events.
template <http::detail::HeadReader::Section kSection>
class Heads {
 public:
  explicit Heads(const Input&) {}

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
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
        if constexpr (Ear::kListens) tell(ear);
        begin();
        ++messages;
      }
    }
    return messages;
  }

 private:
  void begin() { reader_.begin(kSection, 0); }

  void tell(Account& account) {
    const http::detail::StartLine& start = reader_.start_line();
    if constexpr (kSection == http::detail::HeadReader::Section::response_head) {
      tell_status_line(account, start.minor, start.status, start.reason);
    } else {
      tell_request_line(account, start.method, start.target, start.minor);
    }
    for (const http::Field& field : reader_.fields()) tell_field(account, field.name, field.value);
  }

  http::detail::HeadReader reader_{http::Limits{}, Tolerances{}};
  bool in_head_ = true;  // the stream before ended in the middle of one, or there was none
};

}  // namespace

void add_own_http() {
  const std::vector<std::string> heads{"a", "b", "c", "d", "e", "f", "g"};
  const Maker whole = own_maker("backtalk");
  add_rows<Messages<http::ResponseParser>>(whole, inputs_of("http", Side::server));
  add_rows<Messages<http::RequestParser>>(whole, inputs_of("http", Side::client));
  add_rows<Messages<http::ResponseParser>>(whole, worst_of("http", Side::server));
  add_rows<Messages<http::RequestParser>>(whole, worst_of("http", Side::client));
  const Maker layer =
      own_maker("backtalk-heads", {"framing", "end"},
                "syntax and spans, the framing fields are checked and what they mean is not decided");
  using Section = http::detail::HeadReader::Section;
  add_rows<Heads<Section::response_head>>(layer, inputs_of("http", Side::server, heads));
  add_rows<Heads<Section::request_head>>(layer, inputs_of("http", Side::client, heads));
}

}  // namespace backtalk::bench
