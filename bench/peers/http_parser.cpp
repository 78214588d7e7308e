// SPDX-License-Identifier: Apache-2.0 OR MIT
// http-parser, which llhttp replaced, with a callback for each span.
#include <http_parser.h>

#include "peers/callback_parser.hpp"

namespace backtalk::bench {
namespace {

template <http_parser_type kType>
class HttpParser {
 public:
  explicit HttpParser(const Input&) {
    http_parser_settings_init(&settings_);
    settings_.on_status = [](http_parser* p, const char* at, std::size_t n) {
      return sink(p).on_start(at, n), 0;
    };
    settings_.on_url = settings_.on_status;
    settings_.on_header_field = [](http_parser* p, const char* at, std::size_t n) {
      return sink(p).on_name(at, n), 0;
    };
    settings_.on_header_value = [](http_parser* p, const char* at, std::size_t n) {
      return sink(p).on_value(at, n), 0;
    };
    settings_.on_body = [](http_parser* p, const char* at, std::size_t n) {
      return sink(p).on_body(at, n), 0;
    };
    settings_.on_message_complete = [](http_parser* p) { return sink(p).on_end(), 0; };
    settings_.on_headers_complete = [](http_parser* p) {
      if (sink(p).log != nullptr) {
        const auto method = kType == HTTP_REQUEST ? http_method_str(static_cast<http_method>(p->method)) : "";
        sink(p).record_head(*p, method, (p->flags & F_CHUNKED) != 0, (p->flags & F_CONTENTLENGTH) != 0,
                            p->content_length);
      }
      return 0;
    };
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    http_parser_init(&parser_, kType);
    parser_.data = &sink_;
    sink_.messages = sink_.count = 0;
    if constexpr (Log::kRecords) sink_.log = &log;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::string_view bytes = stream.substr(at, piece);
      if (http_parser_execute(&parser_, &settings_, bytes.data(), bytes.size()) != bytes.size()) break;
      benchmark::DoNotOptimize(sink_.spans.data());
    }
    sink_.log = nullptr;
    return sink_.messages;
  }

 private:
  static CallbackSink& sink(http_parser* parser) { return *static_cast<CallbackSink*>(parser->data); }

  http_parser_settings settings_{};
  http_parser parser_{};
  CallbackSink sink_;
};

}  // namespace

void add_http_parser() {
  const unsigned long version = http_parser_version();
  const std::string text = std::to_string(version >> 16U) + "." + std::to_string(version >> 8U & 0xFFU) +
                           "." + std::to_string(version & 0xFFU);
  const ContenderInfo info = peer("http-parser", text, "Debian's library, -O2 without -march", "none", {},
                                  "accepts bare LF and folds");
  add_rows<HttpParser<HTTP_RESPONSE>>(info, inputs_of("http", Side::server));
  add_rows<HttpParser<HTTP_REQUEST>>(info, inputs_of("http", Side::client));
}

}  // namespace backtalk::bench
