// SPDX-License-Identifier: Apache-2.0 OR MIT
/// llhttp, the parser of Node.js.
#pragma once

#include <llhttp.h>

#include "peers/http_peer.hpp"

namespace backtalk::fuzz {

template <llhttp_type_t kType>
class LlhttpPeer final : public HttpPeer {
 public:
  LlhttpPeer() {
    llhttp_settings_init(&callbacks_);
    callbacks_.on_headers_complete = [](llhttp_t* parser) {
      self(parser).report_head(parser->status_code, *self(parser).report_);
      return 0;
    };
    callbacks_.on_body = [](llhttp_t* parser, const char* at, std::size_t size) {
      self(parser).report_octets({at, size}, *self(parser).report_);
      return 0;
    };
    callbacks_.on_message_complete = [](llhttp_t* parser) -> int {
      LlhttpPeer& peer = self(parser);
      peer.complete_ = true;
      peer.report_end(*peer.report_, parser->upgrade != 0);
      return HPE_PAUSED;
    };
  }

 private:
  static LlhttpPeer& self(llhttp_t* parser) { return *static_cast<LlhttpPeer*>(parser->data); }

  void start() override {
    llhttp_init(&parser_, kType, &callbacks_);
    parser_.data = this;
    complete_ = false;
  }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    report_ = &report;
    const llhttp_errno_t error = llhttp_execute(&parser_, bytes.data(), bytes.size());
    used = error == HPE_OK ? bytes.size()
                           : static_cast<std::size_t>(llhttp_get_error_pos(&parser_) - bytes.data());
    if (error == HPE_OK) return Outcome::more;
    if (!complete_) {
      report.refuse(llhttp_errno_name(error));
      return Outcome::refused;
    }
    return parser_.upgrade != 0 ? Outcome::tunnel : Outcome::message_ended;
  }

  Outcome put_end(Report& report) override {
    report_ = &report;
    static_cast<void>(llhttp_finish(&parser_));
    return complete_ ? Outcome::message_ended : Outcome::more;
  }

  llhttp_settings_t callbacks_{};
  llhttp_t parser_{};
  Report* report_ = nullptr;
  bool complete_ = false;
};

}  // namespace backtalk::fuzz
