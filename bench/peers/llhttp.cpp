// SPDX-License-Identifier: Apache-2.0 OR MIT
// llhttp, the parser of Node.js, with a callback for each span.
#include <llhttp.h>

#include "peers/callback_parser.hpp"

namespace backtalk::bench {
namespace {

template <llhttp_type_t kType>
class Llhttp {
 public:
  explicit Llhttp(const Input&) {
    llhttp_settings_init(&settings_);
    settings_.on_status = [](llhttp_t* p, const char* at, std::size_t n) {
      return sink(p).on_start(at, n), 0;
    };
    settings_.on_url = settings_.on_status;
    settings_.on_header_field = [](llhttp_t* p, const char* at, std::size_t n) {
      return sink(p).on_name(at, n), 0;
    };
    settings_.on_header_value = [](llhttp_t* p, const char* at, std::size_t n) {
      return sink(p).on_value(at, n), 0;
    };
    settings_.on_body = [](llhttp_t* p, const char* at, std::size_t n) { return sink(p).on_body(at, n), 0; };
    settings_.on_message_complete = [](llhttp_t* p) { return sink(p).on_end(), 0; };
    settings_.on_headers_complete = [](llhttp_t* p) {
      if (sink(p).log != nullptr) {
        const auto method =
            kType == HTTP_REQUEST ? llhttp_method_name(static_cast<llhttp_method_t>(p->method)) : "";
        sink(p).record_head(*p, method, (p->flags & F_CHUNKED) != 0, (p->flags & F_CONTENT_LENGTH) != 0,
                            p->content_length);
      }
      return 0;
    };
  }

  template <class Log>
  std::size_t read(std::string_view stream, std::size_t piece, Log& log) {
    llhttp_init(&parser_, kType, &settings_);
    parser_.data = &sink_;
    sink_.messages = sink_.count = 0;
    if constexpr (Log::kRecords) sink_.log = &log;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::string_view bytes = stream.substr(at, piece);
      if (llhttp_execute(&parser_, bytes.data(), bytes.size()) != HPE_OK) break;
      benchmark::DoNotOptimize(sink_.spans.data());
    }
    sink_.log = nullptr;
    return sink_.messages;
  }

 private:
  static CallbackSink& sink(llhttp_t* parser) { return *static_cast<CallbackSink*>(parser->data); }

  llhttp_settings_t settings_{};
  llhttp_t parser_{};
  CallbackSink sink_;
};

}  // namespace

void add_llhttp() {
  const std::string version = std::to_string(LLHTTP_VERSION_MAJOR) + "." +
                              std::to_string(LLHTTP_VERSION_MINOR) + "." +
                              std::to_string(LLHTTP_VERSION_PATCH);
  const ContenderInfo info =
      peer("llhttp", version, BACKTALK_BENCH_PEER_BUILD, "SSE4.2 to skip ranges of octets", {},
           "a callback for each span, also divided by cuts; no limit on the size of a head");
  add_rows<Llhttp<HTTP_RESPONSE>>(info, inputs_of("http", Side::server));
  add_rows<Llhttp<HTTP_REQUEST>>(info, inputs_of("http", Side::client));
}

}  // namespace backtalk::bench
