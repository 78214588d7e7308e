// SPDX-License-Identifier: Apache-2.0 OR MIT
/// http-parser, the predecessor of llhttp. It is unmaintained, but still widely used.
#pragma once

#include <http_parser.h>

#include "peers/http_peer.hpp"

namespace backtalk::fuzz {

template <http_parser_type kType>
class HttpParserPeer final : public HttpPeer {
 public:
  HttpParserPeer() {
    http_parser_settings_init(&callbacks_);
    callbacks_.on_headers_complete = [](http_parser* parser) {
      self(parser).report_head(parser->status_code, *self(parser).report_);
      return 0;
    };
    callbacks_.on_body = [](http_parser* parser, const char* at, std::size_t size) {
      self(parser).report_octets({at, size}, *self(parser).report_);
      return 0;
    };
    callbacks_.on_message_complete = [](http_parser* parser) {
      HttpParserPeer& peer = self(parser);
      peer.complete_ = true;
      peer.report_end(*peer.report_, parser->upgrade != 0);
      http_parser_pause(parser, 1);
      return 0;
    };
  }

 private:
  static HttpParserPeer& self(http_parser* parser) { return *static_cast<HttpParserPeer*>(parser->data); }

  void start() override {
    http_parser_init(&parser_, kType);
    parser_.data = this;
    complete_ = false;
  }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    report_ = &report;
    used = http_parser_execute(&parser_, &callbacks_, bytes.data(), bytes.size());
    if (complete_) return parser_.upgrade != 0 ? Outcome::tunnel : Outcome::message_ended;
    const http_errno error = HTTP_PARSER_ERRNO(&parser_);
    if (error == HPE_OK) return Outcome::more;
    report.refuse(http_errno_name(error));
    return Outcome::refused;
  }

  // A call with no bytes signals the end of the stream.
  Outcome put_end(Report& report) override {
    report_ = &report;
    static_cast<void>(http_parser_execute(&parser_, &callbacks_, "", 0));
    return complete_ ? Outcome::message_ended : Outcome::more;
  }

  http_parser_settings callbacks_{};
  http_parser parser_{};
  Report* report_ = nullptr;
  bool complete_ = false;
};

}  // namespace backtalk::fuzz
