// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The adapters of the two HTTP parsers.
#pragma once

#include <span>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "targets/http_settings.hpp"
#include "targets/parser_adapter.hpp"

namespace backtalk::fuzz {

/// What they have in common: the events after a head, and how a stream ends.
template <class Parser>
class HttpAdapter : public ParserAdapter<Parser> {
 public:
  void begin(const Settings& settings) override {
    settings_ = settings;
    limits_ = http_limits(settings);
    this->make(limits_, settings.tolerances);
  }
  void finish(Report& report) override {
    if (!this->parser().error()) {
      this->parser().feed({});
      this->parser().finish();
      this->take_all(report);
    }
    ParserAdapter<Parser>::finish(report);
  }

 protected:
  using Event = typename ParserAdapter<Parser>::Given;

  void prepare() override { opaque_ = false; }
  [[nodiscard]] const Settings& settings() const { return settings_; }

  /// The part of a head that requests and responses share.
  void report_head_rest(const http::Head& head, Report& report) {
    report_fields(head.fields, report);
    if (head.octets > limits_.head_octets_max) report.broken("a head is longer than its limit");
    report.event("body", head.offset + head.octets);
  }

 private:
  virtual void take_head(const Event& event, Report& report) = 0;

  void take(const Event& event, Report& report) override {
    using Kind = typename Event::Kind;
    switch (event.kind) {
      case Kind::head: take_head(event, report); break;
      case Kind::octets: report.octets(event.octets); break;
      case Kind::opaque:
        if (!opaque_) report.event("opaque");
        opaque_ = true;
        report.octets(event.octets);
        break;
      case Kind::end:
        report.event("end");
        report_fields(event.trailers, report);
        break;
    }
  }

  void report_fields(std::span<const http::Field> fields, Report& report) {
    if (fields.size() > limits_.fields_max) report.broken("there are more fields than the limit");
    for (const http::Field& field : fields) report.text(field.name).text(field.value);
  }

  Settings settings_;
  http::Limits limits_;
  bool opaque_ = false;
};

/// What a server says, in answer to several sequences of requests.
class HttpResponses : public HttpAdapter<http::ResponseParser> {
  void prepare() override {
    HttpAdapter::prepare();
    for (const http::Method method : http_requests_sent(settings().variant)) (void)parser().expect(method);
  }

  void take_head(const http::ResponseEvent& event, Report& report) override {
    const http::ResponseHead& head = event.head;
    report.event("response", head.offset).number(head.minor).number(head.status);
    report.number(static_cast<unsigned>(head.framing)).number(head.content_length);
    report.number(head.tunnel ? 1 : 0).text(head.reason);
    report.number(parser().dropped_lines().count).number(parser().dropped_lines().first);
    report.number(head.start_dropped ? 1 : 0);
    report_head_rest(head, report);
  }
};

/// What a client says.
class HttpRequests : public HttpAdapter<http::RequestParser> {
  void take_head(const http::RequestEvent& event, Report& report) override {
    const http::RequestHead& head = event.head;
    report.event("request", head.offset).number(head.minor);
    report.number(static_cast<unsigned>(head.framing)).number(head.content_length);
    report.text(head.method).text(head.target);
    report_head_rest(head, report);
  }
};

}  // namespace backtalk::fuzz
