// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The adapter of pop3::ResponseParser, under several expectations of what it answers.
#pragma once

#include "backtalk/pop3/response_parser.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/pop3_settings.hpp"

namespace backtalk::fuzz {

class Pop3Responses : public ParserAdapter<pop3::ResponseParser> {
 public:
  void begin(const Settings& settings) override {
    settings_ = settings;
    limits_ = pop3_limits(settings);
    make(limits_, settings.tolerances);
  }
  void feed(std::string_view bytes, Report& report) override {
    ParserAdapter::feed(bytes, report);
    if (!parser().error()) parser().feed({});  // the piece is gone after this call
  }
  void finish(Report& report) override {
    parser().finish();
    take_all(report);
    if (refused_) report.broken("an expectation within the limit was refused");
    ParserAdapter::finish(report);
  }

 private:
  // The greeting is expected already.
  void prepare() override {
    const auto waiting = pop3_waiting(settings_.variant);
    if (waiting.otherwise) parser().expect_otherwise(*waiting.otherwise);
    for (const pop3::Expect expect : waiting.queued) refused_ |= !parser().expect(expect);
  }

  void take(const pop3::Event& event, Report& report) override {
    const pop3::Status& status = event.status;
    switch (event.kind) {
      case pop3::Event::Kind::status:
        report.event("response", status.offset).number(static_cast<unsigned>(status.kind));
        report.number(status.multi_line ? 1 : 0).number(status.unsolicited ? 1 : 0).number(status.octets);
        report.text(status.text).text(status.code);
        if (status.octets > limits_.line_octets_max) report.broken("a status line is longer than its limit");
        break;
      case pop3::Event::Kind::octets: report.octets(event.data); break;
      case pop3::Event::Kind::line:
        report.event("line").text(event.data);
        if (event.data.size() > limits_.line_octets_max) report.broken("a line is longer than its limit");
        break;
      case pop3::Event::Kind::end: report.event("end"); break;
    }
  }

  Settings settings_;
  pop3::ResponseLimits limits_;
  bool refused_ = false;
};

}  // namespace backtalk::fuzz
