// What an HTTP server says: http::ResponseParser, in answer to several sequences of requests.
#include "backtalk/fuzz/references.hpp"
#include "backtalk/http/response_parser.hpp"
#include "http_adapter.hpp"
#include "http_writer.hpp"

namespace {

namespace http = backtalk::http;
using backtalk::fuzz::Report;

class HttpResponses final : public backtalk::fuzz::HttpAdapter<http::ResponseParser> {
  void prepare() override {
    HttpAdapter::prepare();
    for (const http::Method method : backtalk::fuzz::http_requests_sent(settings().variant)) {
      parser().expect(method);
    }
  }

  void take_head(const http::ResponseEvent& event, Report& report) override {
    const http::ResponseHead& head = event.head;
    report.event("response", head.offset).number(head.minor).number(head.status);
    report.number(static_cast<unsigned>(head.framing)).number(head.content_length);
    report.number(head.tunnel ? 1 : 0).text(head.reason);
    report_head_rest(head, report);
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(HttpResponses, .name = "http_response", .protocol = "http",
                     .tolerances = backtalk::fuzz::kHttpTolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kHttpVariants, .simd = true, .work_each = 8,
                     .work_once = 256, .reference = http_responses, .writer = write_http)
