// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/references.hpp"
#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"

namespace backtalk::fuzz {
namespace {

std::uint64_t status_of(const http::ResponseHead& head) {
  return head.status;
}
std::uint64_t status_of(const http::RequestHead&) {
  return 0;
}

// Foreign parsers have few limits, and not where ours are.
http::Limits wide_limits() {
  constexpr std::size_t kWide = std::size_t{1} << 20U;
  http::Limits limits;
  limits.head_octets_max = limits.line_octets_max = kWide;
  limits.trailer_octets_max = limits.chunk_extension_octets_max = kWide;
  limits.fields_max = limits.interims_max = kWide;
  return limits;
}

enum class Messages : bool { all, first };

template <class Parser, Messages kMessages = Messages::all>
void read_framing(std::string_view stream, const Settings& settings, Report& report) {
  static const http::Limits limits = wide_limits();
  Parser parser(limits, settings.tolerances);
  bool first_ended = false;
  const auto take_all = [&] {
    while (const auto* event = parser.next()) {
      using Kind = typename std::remove_cvref_t<decltype(*event)>::Kind;
      switch (event->kind) {
        case Kind::head: report.event("message").number(status_of(event->head)); break;
        case Kind::octets: report.octets(event->octets); break;
        case Kind::end:
          report.event("end");
          if (kMessages == Messages::all) break;
          first_ended = true;
          return;
        case Kind::opaque: return;
      }
    }
  };
  parser.feed(stream);
  take_all();
  if (!parser.error() && !first_ended) {
    parser.finish();
    take_all();
  }
  if (first_ended) {
    report.ended(false);
  } else if (parser.error()) {
    report.refuse(word(parser.error().code), parser.error().offset);
  } else {
    report.ended(parser.in_message());
  }
}

}  // namespace

void http_response_framing(std::string_view stream, const Settings& settings, Report& report) {
  read_framing<http::ResponseParser>(stream, settings, report);
}

void http_request_framing(std::string_view stream, const Settings& settings, Report& report) {
  read_framing<http::RequestParser>(stream, settings, report);
}

void http_first_response_framing(std::string_view stream, const Settings& settings, Report& report) {
  read_framing<http::ResponseParser, Messages::first>(stream, settings, report);
}

void http_first_request_framing(std::string_view stream, const Settings& settings, Report& report) {
  read_framing<http::RequestParser, Messages::first>(stream, settings, report);
}

}  // namespace backtalk::fuzz
