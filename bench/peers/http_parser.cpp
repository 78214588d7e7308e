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
      return heard(p).hear_start(at, n), 0;
    };
    settings_.on_url = settings_.on_status;
    settings_.on_header_field = [](http_parser* p, const char* at, std::size_t n) {
      return heard(p).hear_name(at, n), 0;
    };
    settings_.on_header_value = [](http_parser* p, const char* at, std::size_t n) {
      return heard(p).hear_value(at, n), 0;
    };
    settings_.on_body = [](http_parser* p, const char* at, std::size_t n) {
      return heard(p).hear_body(at, n), 0;
    };
    settings_.on_message_complete = [](http_parser* p) { return heard(p).hear_end(), 0; };
    settings_.on_headers_complete = [](http_parser* p) {
      if (heard(p).account != nullptr) {
        const auto method = kType == HTTP_REQUEST ? http_method_str(static_cast<http_method>(p->method)) : "";
        heard(p).tell_head(*p, method, (p->flags & F_CHUNKED) != 0, (p->flags & F_CONTENTLENGTH) != 0,
                           p->content_length);
      }
      return 0;
    };
  }

  template <class Ear>
  std::size_t read(std::string_view stream, std::size_t piece, Ear& ear) {
    http_parser_init(&parser_, kType);
    parser_.data = &heard_;
    heard_.messages = heard_.count = 0;
    if constexpr (Ear::kListens) heard_.account = &ear;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::string_view bytes = stream.substr(at, piece);
      if (http_parser_execute(&parser_, &settings_, bytes.data(), bytes.size()) != bytes.size()) break;
      benchmark::DoNotOptimize(heard_.spans.data());
    }
    heard_.account = nullptr;
    return heard_.messages;
  }

 private:
  static Heard& heard(http_parser* parser) { return *static_cast<Heard*>(parser->data); }

  http_parser_settings settings_{};
  http_parser parser_{};
  Heard heard_;
};

}  // namespace

void add_http_parser() {
  const unsigned long version = http_parser_version();
  const std::string text = std::to_string(version >> 16U) + "." + std::to_string(version >> 8U & 0xFFU) +
                           "." + std::to_string(version & 0xFFU);
  const Maker maker = peer("http-parser", text, "Debian's library, -O2 without -march", "none", {},
                           "accepts bare LF and folds");
  add_rows<HttpParser<HTTP_RESPONSE>>(maker, inputs_of("http", Side::server));
  add_rows<HttpParser<HTTP_REQUEST>>(maker, inputs_of("http", Side::client));
}

}  // namespace backtalk::bench
