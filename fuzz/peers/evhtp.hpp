// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The parser of libevhtp, a web server on libevent.
#pragma once

#include <evhtp/parser.h>

#include <cstdlib>
#include <memory>

#include "peers/http_peer.hpp"

namespace backtalk::fuzz {

template <htp_type kType>
class EvhtpPeer final : public HttpPeer {
 public:
  EvhtpPeer() : parser_(htparser_new(), &std::free) {
    hooks_.on_hdrs_complete = [](htparser* parser) {
      EvhtpPeer& peer = self(parser);
      if (!peer.trailers_)
        peer.report_head(kType == htp_type_response ? htparser_get_status(parser) : 0, *peer.report_);
      return 0;
    };
    hooks_.body = [](htparser* parser, const char* at, std::size_t size) {
      self(parser).report_octets({at, size}, *self(parser).report_);
      return 0;
    };
    hooks_.on_chunks_complete = [](htparser* parser) {
      self(parser).trailers_ = true;
      return 0;
    };
    hooks_.on_msg_complete = [](htparser* parser) {
      EvhtpPeer& peer = self(parser);
      peer.complete_ = true;
      peer.report_end(*peer.report_);
      return 0;
    };
  }

 private:
  static EvhtpPeer& self(htparser* parser) { return *static_cast<EvhtpPeer*>(htparser_get_userdata(parser)); }

  void start() override {
    htparser_init(parser_.get(), kType);
    htparser_set_userdata(parser_.get(), this);
    complete_ = trailers_ = false;
  }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    report_ = &report;
    used = htparser_run(parser_.get(), &hooks_, bytes.data(), bytes.size());
    if (htparser_get_error(parser_.get()) != htparse_error_none) {
      report.refuse(htparser_get_strerror(parser_.get()));
      return Outcome::refused;
    }
    if (complete_) return Outcome::message_ended;
    return used > 0 && used < bytes.size() ? Outcome::go_on : Outcome::more;
  }

  // It does not support bodies that end with the connection.
  Outcome put_end(Report&) override { return Outcome::more; }

  htparse_hooks hooks_{};
  std::unique_ptr<htparser, decltype(&std::free)> parser_;
  Report* report_ = nullptr;
  bool complete_ = false;
  bool trailers_ = false;
};

}  // namespace backtalk::fuzz
