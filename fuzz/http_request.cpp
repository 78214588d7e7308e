// What an HTTP client says: http::RequestParser.
#include "backtalk/fuzz/references.hpp"
#include "backtalk/http/request_parser.hpp"
#include "http_adapter.hpp"
#include "http_writer.hpp"

namespace {

namespace http = backtalk::http;
using backtalk::fuzz::Report;

class HttpRequests final : public backtalk::fuzz::HttpAdapter<http::RequestParser> {
  void take_head(const http::RequestEvent& event, Report& report) override {
    const http::RequestHead& head = event.head;
    report.event("request", head.offset).number(head.minor);
    report.number(static_cast<unsigned>(head.framing)).number(head.content_length);
    report.text(head.method).text(head.target);
    report_head_rest(head, report);
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(HttpRequests, .name = "http_request", .protocol = "http",
                     .tolerances = backtalk::fuzz::kHttpTolerances, .small_limits = true, .simd = true,
                     .work_each = 8, .work_once = 256, .reference = http_requests, .writer = write_http)
