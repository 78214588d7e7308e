// SPDX-License-Identifier: Apache-2.0 OR MIT
// HTTP in C.
#include "backtalk/http.hpp"

#include <type_traits>
#include <vector>

#include "c/parser.hpp"

namespace backtalk::c {
namespace {

struct LimitNames {
  using Limits = http::Limits;
  static constexpr std::array kLimits{
      limit<&Limits::head_octets_max, Limits>("head_octets_max"),
      limit<&Limits::line_octets_max, Limits>("line_octets_max"),
      limit<&Limits::fields_max, Limits>("fields_max"),
      limit<&Limits::trailer_octets_max, Limits>("trailer_octets_max"),
      limit<&Limits::chunk_extension_octets_max, Limits>("chunk_extension_octets_max"),
      limit<&Limits::interims_max, Limits>("interims_max"),
      limit<&Limits::expectations_max, Limits>("expectations_max"),
  };
};

static_assert(static_cast<int>(http::Framing::none) == BACKTALK_HTTP_NO_BODY &&
              static_cast<int>(http::Framing::content_length) == BACKTALK_HTTP_CONTENT_LENGTH &&
              static_cast<int>(http::Framing::chunked) == BACKTALK_HTTP_CHUNKED &&
              static_cast<int>(http::Framing::close) == BACKTALK_HTTP_UNTIL_CLOSE);

void set_start(backtalk_http_head& out, const http::ResponseHead& head) noexcept {
  out.reason = view_of(head.reason);
  out.status = head.status;
  out.interim = head.interim();
  out.tunnel = head.tunnel;
}

void set_start(backtalk_http_head& out, const http::RequestHead& head) noexcept {
  out.method = view_of(head.method);
  out.target = view_of(head.target);
}

// What both parsers have in common: the events.
template <class Parser>
class HttpParser : public TypedParser<Parser, http::Limits, LimitNames> {
  using Base = TypedParser<Parser, http::Limits, LimitNames>;

 public:
  using Base::Base;

 protected:
  using Base::begin_event;
  using Base::parser;

 private:
  using Event = std::remove_cvref_t<decltype(*std::declval<Parser&>().next())>;

  bool read_event() override {
    const std::uint64_t offset = parser().offset();
    const Event* const event = parser().next();
    if (event == nullptr) return false;
    switch (event->kind) {
      case Event::Kind::head: give_head(event->head); break;
      case Event::Kind::octets:
        begin_event(BACKTALK_OCTETS, message_offset_).octets = view_of(event->octets);
        break;
      case Event::Kind::opaque: begin_event(BACKTALK_OPAQUE, offset).octets = view_of(event->octets); break;
      case Event::Kind::end: give_end(event->trailers); break;
    }
    return true;
  }

  template <class Head>
  void give_head(const Head& head) {
    message_offset_ = head.offset;
    take_fields(head.fields);
    head_ = {.octets = head.octets,
             .content_length = head.content_length,
             .fields = fields_.data(),
             .field_count = head.fields.size(),
             .method = view_of({}),
             .target = view_of({}),
             .reason = view_of({}),
             .status = 0,
             .minor = head.minor,
             .framing = static_cast<backtalk_http_framing>(head.framing),
             .interim = false,
             .tunnel = false,
             .keeps_connection = head.keeps_connection(),
             .dropped_lines = 0,
             .first_dropped_line = 0};
    if constexpr (requires { parser().dropped_lines(); }) {
      head_.dropped_lines = parser().dropped_lines().count;
      head_.first_dropped_line = parser().dropped_lines().first;
    }
    set_start(head_, head);
    begin_event(BACKTALK_HEAD, head.offset).http_head = &head_;
  }

  void give_end(std::span<const http::Field> trailers) {
    take_fields(trailers);
    backtalk_event& event = begin_event(BACKTALK_END, message_offset_);
    event.trailers = fields_.data();
    event.trailer_count = trailers.size();
  }

  // There is always one, so that the array has an address.
  void take_fields(std::span<const http::Field> fields) {
    if (fields_.size() <= fields.size()) fields_.resize(fields.size() + 1);
    std::size_t i = 0;
    for (const http::Field& field : fields) fields_[i++] = {view_of(field.name), view_of(field.value)};
  }

  std::uint64_t message_offset_ = 0;
  backtalk_http_head head_{};
  std::vector<backtalk_http_field> fields_;
};

class HttpResponses final : public HttpParser<http::ResponseParser> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_HTTP_RESPONSES;
  HttpResponses() : HttpParser(kKind) {}

  backtalk_status expect(std::string_view method) {
    begin();
    return parser().expect(http::method_of(method)) ? BACKTALK_OK : BACKTALK_FULL;
  }
  [[nodiscard]] std::size_t expected() const noexcept override { return parser().expected(); }
};

class HttpRequests final : public HttpParser<http::RequestParser> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_HTTP_REQUESTS;
  HttpRequests() : HttpParser(kKind) {}

  backtalk_status begin_tunnel() {
    if (failed() || !is_at(BACKTALK_END)) return BACKTALK_WRONG_TIME;
    parser().begin_tunnel();
    end_event();
    return BACKTALK_OK;
  }
};

http::Field field_of(const backtalk_http_field& field) noexcept {
  return {text_of(field.name), text_of(field.value)};
}

}  // namespace

std::unique_ptr<backtalk_parser> make_http_responses() {
  return std::make_unique<HttpResponses>();
}

std::unique_ptr<backtalk_parser> make_http_requests() {
  return std::make_unique<HttpRequests>();
}

}  // namespace backtalk::c

using namespace backtalk::c;  // NOLINT(google-build-using-namespace): the rest of the file is C's
namespace http = backtalk::http;

backtalk_status backtalk_http_expect(backtalk_parser* parser, const char* method) {
  if (method == nullptr) return BACKTALK_BAD_ARGUMENT;
  return guarded_as<HttpResponses>(parser, [=](HttpResponses& it) { return it.expect(method); });
}

backtalk_status backtalk_http_begin_tunnel(backtalk_parser* parser) {
  return guarded_as<HttpRequests>(parser, [](HttpRequests& it) { return it.begin_tunnel(); });
}

// Field by field: what is found in one is found in all of them.
bool backtalk_http_find_field(const backtalk_http_field* fields, size_t count, const char* name,
                              backtalk_view* value) {
  if (fields == nullptr || name == nullptr) return false;
  for (const backtalk_http_field& each : std::span(fields, count)) {
    const http::Field field = field_of(each);
    const auto found = http::find_field({&field, 1}, name);
    if (!found) continue;
    set(value, view_of(*found));
    return true;
  }
  return false;
}

bool backtalk_http_field_lists(const backtalk_http_field* fields, size_t count, const char* name,
                               const char* element) {
  if (fields == nullptr || name == nullptr || element == nullptr) return false;
  for (const backtalk_http_field& each : std::span(fields, count)) {
    const http::Field field = field_of(each);
    if (http::field_lists({&field, 1}, name, element)) return true;
  }
  return false;
}
