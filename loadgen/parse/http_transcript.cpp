// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/http_transcript.hpp"

#include <type_traits>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "parse/json_text.hpp"
#include "parse/parser_transcript.hpp"

namespace backtalk::parse {
namespace {

// The queue of expected responses never holds more than one here, so that limit has no name.
static_assert(sizeof(http::Limits) == (kHttpLimits.size() + 1) * sizeof(std::size_t), "a limit has no name");

http::Limits limits_of(const Options& options) {
  http::Limits limits;
  limits.head_octets_max = limit_or(options, "head_octets_max", limits.head_octets_max);
  limits.line_octets_max = limit_or(options, "line_octets_max", limits.line_octets_max);
  limits.fields_max = limit_or(options, "fields_max", limits.fields_max);
  limits.trailer_octets_max = limit_or(options, "trailer_octets_max", limits.trailer_octets_max);
  limits.chunk_extension_octets_max =
      limit_or(options, "chunk_extension_octets_max", limits.chunk_extension_octets_max);
  limits.interims_max = limit_or(options, "interims_max", limits.interims_max);
  return limits;
}

void append_fields(std::string& out, std::span<const http::Field> fields) {
  out += '[';
  for (const http::Field& field : fields) {
    if (&field != fields.data()) out += ',';
    append_strings(out, std::array{field.name, field.value});
  }
  out += ']';
}

void append_start(std::string& out, const http::ResponseHead& head) {
  out += R"(,"status":)";
  append_number(out, head.status);
  out += R"(,"reason":)";
  append_string(out, head.reason);
}

void append_start(std::string& out, const http::RequestHead& head) {
  out += R"(,"method":)";
  append_string(out, head.method);
  out += R"(,"target":)";
  append_string(out, head.target);
}

template <class Head>
void append_head(std::string& out, const Head& head, const http::DroppedLines& dropped) {
  constexpr bool kIsResponse = std::is_same_v<Head, http::ResponseHead>;
  out += kIsResponse ? R"({"type":"response","offset":)" : R"({"type":"request","offset":)";
  append_number(out, head.offset);
  out += R"(,"version":"1.)";
  append_number(out, head.minor);
  out += '"';
  append_start(out, head);
  out += R"(,"fields":)";
  append_fields(out, head.fields);
  if (dropped.count > 0) {
    out += R"(,"dropped_lines":)";
    append_number(out, dropped.count);
    out += R"(,"first_dropped_line":)";
    append_number(out, dropped.first);
  }
  out += R"(,"framing":)";
  append_string(out, word(head.framing));
  out += R"(,"body":")";
}

// How the receiver knew where a response ended: for bytes after that end.
std::string end_of(const http::ResponseHead& head, http::Method method) {
  std::string text = " (at " + std::to_string(head.offset) + ", ";
  switch (head.framing) {
    case http::Framing::content_length:
      return text + "Content-Length: " + std::to_string(head.content_length) + ")";
    case http::Framing::chunked: return text + "chunked)";
    default: break;
  }
  const bool answers_head = method == http::Method::head && !head.interim();
  return text + (answers_head ? "the answer to HEAD" : "status " + std::to_string(head.status)) +
         ", which has no body)";
}

template <class Parser>
class HttpTranscript final : public ParserTranscript<Parser> {
 public:
  HttpTranscript(const Options& options, std::string& out)
      : ParserTranscript<Parser>(out, Parser(limits_of(options), options.tolerances)),
        methods_(options.http_methods),
        otherwise_(options.http_head      ? http::Method::head
                   : options.http_connect ? http::Method::connect
                                          : http::Method::other) {}

 private:
  using ParserTranscript<Parser>::output;
  using ParserTranscript<Parser>::parser;

  void print_events() override {
    while (true) {
      expect_answer();
      const std::uint64_t offset = parser().offset();
      const auto* event = parser().next();
      if (event == nullptr) return;
      print(*event, offset);
    }
  }

  void print_rest() override {
    if (opaque_.empty()) return;
    output() += opaque_;
    output() += "\"}\n";
  }

  [[nodiscard]] std::string detail_of(const Error& error) const override {
    return error.code == ErrorCode::excess_bytes ? last_end_ : std::string();
  }

  [[nodiscard]] std::string rest_of_error() const override {
    return begun_.empty() ? std::string() : R"(,"partial":)" + begun_ + "\"}";
  }

  // One at a time, so that the queue stays short however many responses arrive.
  void expect_answer() {
    if constexpr (std::is_same_v<Parser, http::ResponseParser>) {
      if (parser().expected() > 0) return;
      const bool known = next_method_ < methods_.size();
      method_ = known ? methods_[next_method_++] : otherwise_;
      if (known || method_ != http::Method::other) (void)parser().expect(method_);
    }
  }

  template <class Event>
  void print(const Event& event, std::uint64_t offset) {
    switch (event.kind) {
      case Event::Kind::head:
        append_head(begun_, event.head, dropped_lines());
        if constexpr (std::is_same_v<Parser, http::ResponseParser>) {
          last_end_ = end_of(event.head, method_);
          if (event.head.interim()) print_end({});
        }
        break;
      case Event::Kind::octets: append_escaped(begun_, event.octets); break;
      case Event::Kind::end: print_end(event.trailers); break;
      case Event::Kind::opaque:
        if (opaque_.empty()) {
          opaque_ = R"({"type":"opaque","offset":)";
          append_number(opaque_, offset);
          opaque_ += R"(,"octets":")";
        }
        append_escaped(opaque_, event.octets);
        break;
    }
  }

  void print_end(std::span<const http::Field> trailers) {
    output() += begun_;
    output() += R"(","trailers":)";
    append_fields(output(), trailers);
    output() += "}\n";
    begun_.clear();
  }

  [[nodiscard]] http::DroppedLines dropped_lines() {
    if constexpr (std::is_same_v<Parser, http::ResponseParser>) return parser().dropped_lines();
    return {};
  }

  std::vector<http::Method> methods_;  // of the first requests that the responses answer
  http::Method otherwise_;             // of all further ones
  std::size_t next_method_ = 0;
  http::Method method_ = http::Method::other;  // of the request that is answered next
  std::string begun_;                          // the current message; printed once complete
  std::string last_end_;                       // of the last response, for people
  std::string opaque_;                         // the octets after the switch to another protocol
};

}  // namespace

std::unique_ptr<Transcript> make_http_transcript(const Options& options, std::string& out) {
  if (options.http_request) return std::make_unique<HttpTranscript<http::RequestParser>>(options, out);
  return std::make_unique<HttpTranscript<http::ResponseParser>>(options, out);
}

}  // namespace backtalk::parse
