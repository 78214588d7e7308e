// http-parser reads responses.
#include <http_parser.h>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"

namespace {

using backtalk::fuzz::Report;

class Responses final : public backtalk::fuzz::Adapter {
 public:
  Responses() {
    callbacks_.on_message_begin = [](http_parser* parser) {
      self(parser).in_message_ = true;
      return 0;
    };
    callbacks_.on_headers_complete = [](http_parser* parser) {
      self(parser).report_->event("message").number(parser->status_code);
      return 0;
    };
    callbacks_.on_body = [](http_parser* parser, const char* at, std::size_t size) {
      self(parser).report_->octets({at, size});
      return 0;
    };
    callbacks_.on_message_complete = [](http_parser* parser) {
      const bool interim = parser->status_code / 100 == 1 && parser->status_code != 101;
      if (!interim) self(parser).report_->event("end");
      self(parser).in_message_ = interim;
      return 0;
    };
  }

  void begin(const backtalk::fuzz::Settings&) override {
    http_parser_init(&parser_, HTTP_RESPONSE);
    parser_.data = this;
    in_message_ = false;
  }

  void feed(std::string_view bytes, Report& report) override {
    if (report.refused() || parser_.upgrade != 0) return;
    report_ = &report;
    http_parser_execute(&parser_, &callbacks_, bytes.data(), bytes.size());
    if (HTTP_PARSER_ERRNO(&parser_) != HPE_OK) report.refuse(http_errno_name(HTTP_PARSER_ERRNO(&parser_)));
  }

  void finish(Report& report) override {
    if (report.refused()) return;
    report_ = &report;
    if (parser_.upgrade == 0) http_parser_execute(&parser_, &callbacks_, nullptr, 0);
    report.ended(in_message_);
  }

 private:
  static Responses& self(http_parser* parser) { return *static_cast<Responses*>(parser->data); }

  http_parser_settings callbacks_{};
  http_parser parser_{};
  Report* report_ = nullptr;
  bool in_message_ = false;
};

// What is known, and why: any other disagreement stops the run.
constexpr backtalk::fuzz::Difference kKnown[] = {
    {"missing-reason", "accepts", false, "RFC 9112 4", "A status line needs no space after the status."},
    {"bad-version", "accepts", false, "RFC 9112 2.3", "Any digits are a version."},
};

}  // namespace

BACKTALK_FUZZ_TARGET(Responses, .name = "responses", .protocol = "http", .refuses_late = true,
                     .reference = http_response_framing, .differences = kKnown)
