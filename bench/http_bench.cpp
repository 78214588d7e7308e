// HTTP/1.x response heads: ours and the peers', whole and in pieces. Time is per message.
//
//     backtalk_bench --benchmark_enable_random_interleaving=true --benchmark_repetitions=9
//
// Ratios between rows of one interleaved run mean something; times from different runs do not.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

#include "backtalk/http/response_parser.hpp"
#include "backtalk/simd.hpp"
#include "http/inputs.hpp"

#ifdef BACKTALK_BENCH_BEAST
#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#endif
#ifdef BACKTALK_BENCH_LLHTTP
#include <llhttp.h>
#endif
#ifdef BACKTALK_BENCH_PICO
#include <picohttpparser.h>
#endif
#ifdef BACKTALK_BENCH_HTTP_PARSER
#include <http_parser.h>
#endif

namespace backtalk::bench {
namespace {

constexpr std::size_t kFieldsMax = 64;

// A contender parses a whole stream, fed in pieces of at most `piece` bytes, and returns how many messages it
// found.

struct Backtalk {
  http::ResponseParser parser;

  std::size_t parse(std::string_view stream, std::size_t piece) {
    parser.reset();
    std::size_t messages = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      parser.feed(stream.substr(at, piece));
      while (const auto* event = parser.next()) {
        if (event->kind != http::ResponseEvent::Kind::head) continue;
        benchmark::DoNotOptimize(event->head.fields.data());
        ++messages;
      }
    }
    return messages;
  }
};

// The layer below: syntax and spans, the framing fields read, no events.
struct BacktalkHeads {
  http::HeadReader reader{http::Limits{}, Tolerances{}};

  std::size_t parse(std::string_view stream, std::size_t piece) {
    std::size_t messages = 0;
    reader.begin(http::HeadReader::Section::response_head, 0);
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      std::string_view window = stream.substr(at, piece);
      while (!window.empty()) {
        std::size_t used = 0;
        const auto status = reader.read(window, used);
        window.remove_prefix(used);
        if (status != http::HeadReader::Status::whole) break;
        benchmark::DoNotOptimize(reader.fields().data());
        reader.begin(http::HeadReader::Section::response_head, 0);
        ++messages;
      }
    }
    return messages;
  }
};

#ifdef BACKTALK_BENCH_PICO
// Keeps no state: what is incomplete is parsed again from its start, from a buffer that grows in place.
struct Pico {
  std::size_t parse(std::string_view stream, std::size_t piece) {
    std::array<phr_header, kFieldsMax> headers;
    std::size_t messages = 0;
    std::size_t begin = 0;
    for (std::size_t fed = 0, before = 0; fed < stream.size();) {
      fed = std::min(fed + piece, stream.size());
      while (begin < fed) {
        int minor = 0;
        int status = 0;
        const char* reason = nullptr;
        std::size_t reason_size = 0;
        std::size_t count = headers.size();
        const int used = phr_parse_response(stream.data() + begin, fed - begin, &minor, &status, &reason,
                                            &reason_size, headers.data(), &count, before);
        if (used <= 0) break;
        benchmark::DoNotOptimize(headers.data());
        begin += static_cast<std::size_t>(used);
        before = 0;
        ++messages;
      }
      before = fed - begin;
    }
    return messages;
  }
};
#endif

#ifdef BACKTALK_BENCH_LLHTTP
// Spans are kept as ours are.
struct Llhttp {
  llhttp_settings_t settings;
  llhttp_t parser;
  std::array<std::string_view, 2 * kFieldsMax> spans;
  std::size_t count = 0;
  std::size_t messages = 0;

  static int span(llhttp_t* self, const char* at, std::size_t size) {
    auto* contender = static_cast<Llhttp*>(self->data);
    contender->spans[contender->count++ % contender->spans.size()] = {at, size};
    return 0;
  }
  static int complete(llhttp_t* self) {
    auto* contender = static_cast<Llhttp*>(self->data);
    ++contender->messages;
    contender->count = 0;
    return 0;
  }
  Llhttp() {
    llhttp_settings_init(&settings);
    settings.on_status = settings.on_header_field = settings.on_header_value = &span;
    settings.on_message_complete = &complete;
  }
  std::size_t parse(std::string_view stream, std::size_t piece) {
    llhttp_init(&parser, HTTP_RESPONSE, &settings);
    parser.data = this;
    messages = count = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::string_view bytes = stream.substr(at, piece);
      if (llhttp_execute(&parser, bytes.data(), bytes.size()) != HPE_OK) break;
      benchmark::DoNotOptimize(spans.data());
    }
    return messages;
  }
};
#endif

#if defined(BACKTALK_BENCH_HTTP_PARSER) && !defined(BACKTALK_BENCH_LLHTTP)
struct HttpParser {
  http_parser_settings settings;
  http_parser parser;
  std::array<std::string_view, 2 * kFieldsMax> spans;
  std::size_t count = 0;
  std::size_t messages = 0;

  static int span(http_parser* self, const char* at, std::size_t size) {
    auto* contender = static_cast<HttpParser*>(self->data);
    contender->spans[contender->count++ % contender->spans.size()] = {at, size};
    return 0;
  }
  static int complete(http_parser* self) {
    auto* contender = static_cast<HttpParser*>(self->data);
    ++contender->messages;
    contender->count = 0;
    return 0;
  }
  HttpParser() {
    http_parser_settings_init(&settings);
    settings.on_status = settings.on_header_field = settings.on_header_value = &span;
    settings.on_message_complete = &complete;
  }
  std::size_t parse(std::string_view stream, std::size_t piece) {
    http_parser_init(&parser, HTTP_RESPONSE);
    parser.data = this;
    messages = count = 0;
    for (std::size_t at = 0; at < stream.size(); at += piece) {
      const std::string_view bytes = stream.substr(at, piece);
      if (http_parser_execute(&parser, &settings, bytes.data(), bytes.size()) != bytes.size()) break;
      benchmark::DoNotOptimize(spans.data());
    }
    return messages;
  }
};
#endif

#ifdef BACKTALK_BENCH_BEAST
namespace beast = boost::beast;

// basic_parser with every field's span kept and nothing else.
class BeastParser : public beast::http::basic_parser<false> {
 public:
  std::array<std::string_view, 2 * kFieldsMax> spans;
  std::size_t count = 0;

 private:
  using Code = beast::error_code;
  using View = beast::string_view;
  void on_request_impl(beast::http::verb, View, View, int, Code&) override {}
  void on_response_impl(int, View, int, Code&) override {}
  void on_field_impl(beast::http::field, View name, View value, Code&) override {
    spans[count++ % spans.size()] = {name.data(), name.size()};
    spans[count++ % spans.size()] = {value.data(), value.size()};
  }
  void on_header_impl(Code&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
  std::size_t on_body_impl(View body, Code&) override { return body.size(); }
  void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, View body, Code&) override { return body.size(); }
  void on_finish_impl(Code&) override {}
};

// Bytes that it does not take are offered again with the next piece.
struct Beast {
  std::size_t parse(std::string_view stream, std::size_t piece) {
    std::size_t messages = 0;
    std::size_t begin = 0;
    std::size_t fed = 0;
    while (begin < stream.size()) {
      BeastParser parser;
      while (!parser.is_done()) {
        if (begin == fed || parser.got_some() == false)
          fed = std::min(std::max(fed, begin) + piece, stream.size());
        beast::error_code error;
        begin += parser.put(boost::asio::buffer(stream.data() + begin, fed - begin), error);
        if (error == beast::http::error::need_more && fed < stream.size()) {
          fed = std::min(fed + piece, stream.size());
        } else if (error) {
          return messages;
        }
      }
      benchmark::DoNotOptimize(parser.spans.data());
      ++messages;
    }
    return messages;
  }
};
#endif

struct Cut {
  std::string_view name;
  std::size_t piece;  // 0: half of the stream
};

constexpr std::array kCuts{Cut{"whole", ~std::size_t{0} >> 1}, Cut{"half", 0}, Cut{"64", 64}, Cut{"16", 16},
                           Cut{"1", 1}};

template <class Contender>
void run(benchmark::State& state, const HttpInput& input, std::size_t piece) {
  Contender contender;
  std::size_t turn = 0;
  std::size_t messages = 0;
  for ([[maybe_unused]] auto _ : state) {
    const std::string& stream = input.streams[turn];
    turn = turn + 1 == input.streams.size() ? 0 : turn + 1;
    const std::size_t size = piece != 0 ? piece : (stream.size() + 1) / 2;
    const std::size_t found = contender.parse(stream, size);
    if (found != input.messages) state.SkipWithError("not every message was found");
    messages += found;
  }
  state.counters["ns_per_message"] = benchmark::Counter(
      static_cast<double>(messages) * 1e-9, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

template <class Contender>
void add(const std::string& name) {
  for (const HttpInput& input : http_inputs()) {
    for (const Cut& cut : kCuts) {
      const std::string title = "http/" + name + "/" + input.name + "/" + std::string(cut.name);
      benchmark::RegisterBenchmark(title.c_str(), [&input, piece = cut.piece](benchmark::State& state) {
        run<Contender>(state, input, piece);
      });
    }
  }
}

const bool kAdded = [] {
  add<Backtalk>("backtalk");
  add<BacktalkHeads>("backtalk_heads");
#ifdef BACKTALK_BENCH_PICO
  add<Pico>("picohttpparser");
#endif
#ifdef BACKTALK_BENCH_LLHTTP
  add<Llhttp>("llhttp");
#endif
#if defined(BACKTALK_BENCH_HTTP_PARSER) && !defined(BACKTALK_BENCH_LLHTTP)
  add<HttpParser>("http_parser");
#endif
#ifdef BACKTALK_BENCH_BEAST
  add<Beast>("beast_basic_parser");
#endif
  benchmark::AddCustomContext("backtalk_simd", std::string(simd::active()));
  return true;
}();

}  // namespace
}  // namespace backtalk::bench
