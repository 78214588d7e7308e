// SPDX-License-Identifier: Apache-2.0 OR MIT
// Boost.Beast: basic_parser, which keeps spans and stores nothing, and response_parser and
// request_parser, which store fields and body.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/version.hpp>

#include "events/http.hpp"
#include "peers/peers.hpp"

namespace backtalk::bench {
namespace {

namespace beast = boost::beast;
using Code = beast::error_code;
using View = beast::string_view;

constexpr std::size_t kBodyMax = std::size_t{1} << 24;

std::string_view std_view(View view) {
  return {view.data(), view.size()};
}

template <class Parser>
void record_framing_of(EventLog& log, const Parser& parser) {
  if (parser.chunked()) {
    record_framing(log, "chunked", 0);
  } else if (const auto length = parser.content_length()) {
    record_framing(log, "content-length", *length);
  } else {
    record_framing(log, parser.need_eof() ? "close" : "none", 0);
  }
}

// Passes octets that it did not consume again, together with the next piece.
template <bool is_request, class Parser, class Begin, class End>
std::size_t read_messages(std::string_view stream, std::size_t piece, Begin begin_message, End end_message) {
  std::size_t messages = 0;
  std::size_t begin = 0;
  std::size_t fed = 0;
  while (begin < stream.size()) {
    Parser parser;
    parser.eager(true);
    parser.body_limit(kBodyMax);
    begin_message(parser);
    while (!parser.is_done()) {
      if (begin == fed || !parser.got_some()) fed = std::min(std::max(fed, begin) + piece, stream.size());
      Code error;
      begin += parser.put(boost::asio::buffer(stream.data() + begin, fed - begin), error);
      if (error == beast::http::error::need_more && fed < stream.size()) {
        fed = std::min(fed + piece, stream.size());
      } else if (error) {
        return messages;
      }
    }
    end_message(parser);
    ++messages;
  }
  return messages;
}

template <bool is_request>
class Spans final : public beast::http::basic_parser<is_request> {
 public:
  std::array<std::string_view, 2 * kFieldsMax> spans;
  std::size_t count = 0;
  EventLog* log = nullptr;

 private:
  void on_request_impl(beast::http::verb, View method, View target, int version, Code&) override {
    spans[count++ % spans.size()] = std_view(target);
    if (log != nullptr) {
      record_request_line(*log, std_view(method), std_view(target), static_cast<unsigned>(version % 10));
    }
  }
  void on_response_impl(int status, View reason, int version, Code&) override {
    spans[count++ % spans.size()] = std_view(reason);
    if (log != nullptr) {
      record_status_line(*log, static_cast<unsigned>(version % 10), static_cast<unsigned>(status),
                         std_view(reason));
    }
  }
  void on_field_impl(beast::http::field, View name, View value, Code&) override {
    spans[count++ % spans.size()] = std_view(name);
    spans[count++ % spans.size()] = std_view(value);
    if (log != nullptr) record_field(*log, std_view(name), std_view(value));
  }
  void on_header_impl(Code&) override {
    if (log != nullptr) record_framing_of(*log, *this);
  }
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(View body, Code&) override {
    benchmark::DoNotOptimize(body.data());
    if (log != nullptr) log->octets("body", std_view(body));
    return body.size();
  }
  void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Code& error) override {
    return on_body_impl(body, error);
  }
  void on_finish_impl(Code&) override {
    if (log != nullptr) record_end(*log);
  }
};

template <bool is_request>
class BasicParser {
 public:
  explicit BasicParser(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    return read_messages<is_request, Spans<is_request>>(
        stream, piece,
        [&](Spans<is_request>& parser) {
          if constexpr (Log::kRecords) parser.log = &log;
        },
        [](Spans<is_request>& parser) { benchmark::DoNotOptimize(parser.spans.data()); });
  }
};

template <bool is_request>
class IntoFields {
 public:
  explicit IntoFields(const Input&) {}

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    using Parser = beast::http::parser<is_request, beast::http::string_body>;
    return read_messages<is_request, Parser>(
        stream, piece, [](Parser&) {},
        [&](Parser& parser) {
          benchmark::DoNotOptimize(&parser.get());
          if constexpr (Log::kRecords) record(parser, log);
        });
  }

 private:
  template <class Parser>
  static void record(Parser& parser, EventLog& log) {
    const auto& message = parser.get();
    if constexpr (is_request) {
      record_request_line(log, std_view(message.method_string()), std_view(message.target()),
                          message.version() % 10);
    } else {
      record_status_line(log, message.version() % 10, message.result_int(), std_view(message.reason()));
    }
    for (const auto& field : message)
      record_field(log, std_view(field.name_string()), std_view(field.value()));
    record_framing_of(log, parser);
    log.octets("body", message.body());
    record_end(log);
  }
};

}  // namespace

void add_beast() {
  const std::string version = "Boost " BOOST_LIB_VERSION ", Beast " + std::to_string(BOOST_BEAST_VERSION);
  const ContenderInfo spans = peer("beast-basic_parser", version, BACKTALK_BENCH_PEER_BUILD, "none in use",
                                   {}, "keeps spans, stores nothing");
  add_rows<BasicParser<false>>(spans, inputs_of("http", Side::server));
  add_rows<BasicParser<true>>(spans, inputs_of("http", Side::client));
  const ContenderInfo fields =
      peer("beast-parser", version, BACKTALK_BENCH_PEER_BUILD, "none in use", {},
           "copies fields into a container, grouped by name, and the body into a string");
  add_rows<IntoFields<false>>(fields, inputs_of("http", Side::server));
  add_rows<IntoFields<true>>(fields, inputs_of("http", Side::client));
}

}  // namespace backtalk::bench
