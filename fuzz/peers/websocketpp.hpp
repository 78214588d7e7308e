// SPDX-License-Identifier: Apache-2.0 OR MIT
/// WebSocket++'s parser of requests: the handshake, and other requests that its servers answer.
#pragma once

#include <string>
#include <websocketpp/http/request.hpp>

#include "peers/http_peer.hpp"

namespace backtalk::fuzz {

class WebsocketppPeer final : public HttpPeer {
  void start() override {
    parser_ = {};
    head_told_ = false;
    body_told_ = 0;
  }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    try {
      used = parser_.consume(bytes.data(), bytes.size());
    } catch (const std::exception& error) {
      report.refuse(error.what());
      return Outcome::refused;
    }
    const std::string& body = parser_.get_body();
    if (!head_told_ && (parser_.ready() || !body.empty())) {
      head_told_ = true;
      report_head(0, report);
    }
    if (body.size() > body_told_) report_octets(std::string_view(body).substr(body_told_), report);
    body_told_ = body.size();
    if (!parser_.ready()) return Outcome::more;
    report_end(report);
    return Outcome::message_ended;
  }

  Outcome put_end(Report&) override { return Outcome::more; }

  websocketpp::http::parser::request parser_;
  bool head_told_ = false;
  std::size_t body_told_ = 0;
};

}  // namespace backtalk::fuzz
