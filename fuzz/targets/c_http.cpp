// SPDX-License-Identifier: Apache-2.0 OR MIT
// HTTP in C beside C++: responses to several sequences of requests, and requests.
#include "backtalk/http.hpp"
#include "targets/c_mirror.hpp"
#include "targets/http_settings.hpp"

namespace {

using backtalk::fuzz::CDirection;
using backtalk::fuzz::CMirror;
using backtalk::fuzz::Report;
using backtalk::fuzz::same;
using backtalk::fuzz::Settings;
using backtalk::fuzz::text_of;
namespace http = backtalk::http;

bool same_fields(const backtalk_http_field* c, std::size_t count, std::span<const http::Field> cpp) {
  if (c == nullptr || count != cpp.size()) return false;
  for (std::size_t i = 0; i < count; ++i) {
    if (!same(c[i].name, cpp[i].name) || !same(c[i].value, cpp[i].value)) return false;
  }
  backtalk_view value{};
  const auto expected = http::find_field(cpp, "content-length");
  return backtalk_http_find_field(c, count, "content-length", &value) == expected.has_value() &&
         (!expected || same(value, *expected)) &&
         backtalk_http_field_lists(c, count, "Connection", "close") ==
             http::field_lists(cpp, "Connection", "close");
}

bool same_start(const backtalk_http_head& c, const http::ResponseHead& cpp) {
  return c.status == cpp.status && same(c.reason, cpp.reason) && c.interim == cpp.interim() &&
         c.tunnel == cpp.tunnel && same(c.method, {}) && same(c.target, {});
}

bool same_start(const backtalk_http_head& c, const http::RequestHead& cpp) {
  return same(c.method, cpp.method) && same(c.target, cpp.target) && c.status == 0 && !c.interim &&
         !c.tunnel && same(c.reason, {});
}

template <class OneParser>
class Messages final : public CMirror<OneParser> {
 public:
  Messages(backtalk_kind kind, const Settings& settings, const http::Limits& limits)
      : CMirror<OneParser>(kind, settings, limits,
                           {{"head_octets_max", limits.head_octets_max},
                            {"line_octets_max", limits.line_octets_max},
                            {"fields_max", limits.fields_max},
                            {"trailer_octets_max", limits.trailer_octets_max},
                            {"chunk_extension_octets_max", limits.chunk_extension_octets_max},
                            {"interims_max", limits.interims_max}}),
        variant_(settings.variant) {}

 private:
  using Event = typename CMirror<OneParser>::Given;

  void prepare() override {
    same_expectations_ = true;
    if constexpr (std::is_same_v<OneParser, http::ResponseParser>) {
      for (const http::Method method : backtalk::fuzz::http_requests_sent(variant_)) {
        const bool is_head = method == http::Method::head;
        const char* const name = is_head ? "HEAD" : method == http::Method::connect ? "CONNECT" : "GET";
        const bool taken = this->cpp().expect(method);
        same_expectations_ &= taken == (backtalk_http_expect(this->c(), name) == BACKTALK_OK);
      }
    }
  }

  bool take(const Event& cpp, const backtalk_event& event, Report& report) override {
    using Kind = typename Event::Kind;
    if (!same_expectations_) return false;
    switch (cpp.kind) {
      case Kind::head: return take_head(cpp.head, event, report);
      case Kind::octets:
        report.octets(text_of(event.octets));
        return event.kind == BACKTALK_OCTETS && same(event.octets, cpp.octets) && event.offset == offset_;
      case Kind::opaque:
        report.octets(text_of(event.octets));
        return event.kind == BACKTALK_OPAQUE && same(event.octets, cpp.octets) &&
               event.offset + event.octets.size == this->cpp().offset();
      case Kind::end:
        report.event("end", event.offset);
        return event.kind == BACKTALK_END && event.offset == offset_ &&
               same_fields(event.trailers, event.trailer_count, cpp.trailers);
    }
    return false;
  }

  template <class Head>
  bool take_head(const Head& cpp, const backtalk_event& event, Report& report) {
    if (event.kind != BACKTALK_HEAD || event.http_head == nullptr) return false;
    const backtalk_http_head& c = *event.http_head;
    offset_ = cpp.offset;
    report.event("head", event.offset).number(c.status).number(c.framing).number(c.content_length);
    for (std::size_t i = 0; i < c.field_count; ++i) {
      report.text(text_of(c.fields[i].name)).text(text_of(c.fields[i].value));
    }
    if constexpr (requires { this->cpp().dropped_lines(); }) {
      const auto dropped = this->cpp().dropped_lines();
      if (c.dropped_lines != dropped.count || c.first_dropped_line != dropped.first) return false;
    }
    return event.offset == cpp.offset && c.octets == cpp.octets && c.minor == cpp.minor &&
           static_cast<int>(c.framing) == static_cast<int>(cpp.framing) &&
           c.content_length == cpp.content_length && c.keeps_connection == cpp.keeps_connection() &&
           same_start(c, cpp) && same_fields(c.fields, c.field_count, cpp.fields);
  }

  unsigned variant_;
  bool same_expectations_ = true;
  std::uint64_t offset_ = 0;
};

std::unique_ptr<CDirection> make(const Settings& settings) {
  const http::Limits limits = backtalk::fuzz::http_limits(settings);
  if (backtalk::fuzz::is_servers(settings)) {
    return std::make_unique<Messages<http::ResponseParser>>(BACKTALK_HTTP_RESPONSES,
                                                            backtalk::fuzz::of_direction(settings), limits);
  }
  return std::make_unique<Messages<http::RequestParser>>(BACKTALK_HTTP_REQUESTS, settings, limits);
}

}  // namespace

BACKTALK_FUZZ_TARGET(CAdapter<make>, .name = "c_http", .protocol = "http",
                     .tolerances = backtalk::fuzz::kHttpTolerances, .small_limits = true,
                     .variants = 2 * backtalk::fuzz::kHttpVariants, .simd = true, .work_each = 16,
                     .work_once = 512)
