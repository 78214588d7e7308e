// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Boost.Beast's basic_parser, which every parser of Beast is built on.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>
#include <limits>
#include <optional>

#include "peers/http_peer.hpp"

namespace backtalk::fuzz {

template <bool is_request>
class BeastPeer final : public HttpPeer {
  using Code = boost::beast::error_code;
  using View = boost::beast::string_view;

  class Parser final : public boost::beast::http::basic_parser<is_request> {
   public:
    explicit Parser(BeastPeer& peer) : peer_(peer) {
      this->eager(true);
      this->header_limit(std::numeric_limits<std::uint32_t>::max());
      this->body_limit(boost::none);
    }

   private:
    void on_request_impl(boost::beast::http::verb, View, View, int, Code&) override {}
    void on_response_impl(int status, View, int, Code&) override { status_ = static_cast<unsigned>(status); }
    void on_field_impl(boost::beast::http::field, View, View, Code&) override {}
    void on_header_impl(Code&) override { peer_.report_head(status_, *peer_.report_); }
    void on_body_init_impl(const boost::optional<std::uint64_t>&, Code&) override {}
    std::size_t on_body_impl(View body, Code&) override {
      peer_.report_octets({body.data(), body.size()}, *peer_.report_);
      return body.size();
    }
    void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View body, Code& code) override {
      return on_body_impl(body, code);
    }
    void on_finish_impl(Code&) override { peer_.report_end(*peer_.report_); }

    BeastPeer& peer_;
    unsigned status_ = 0;
  };

  void start() override { parser_.emplace(*this); }

  Outcome put(std::string_view bytes, std::size_t& used, Report& report) override {
    report_ = &report;
    Code code;
    used = parser_->put(boost::asio::buffer(bytes.data(), bytes.size()), code);
    if (code == boost::beast::http::error::need_more) return Outcome::more;
    if (code) {
      report.refuse(code.message());
      return Outcome::refused;
    }
    if (!parser_->is_done()) return Outcome::more;
    return Outcome::message_ended;
  }

  Outcome put_end(Report& report) override {
    if (!parser_->got_some()) return Outcome::more;
    report_ = &report;
    Code code;
    parser_->put_eof(code);
    return code ? Outcome::more : Outcome::message_ended;
  }

  std::optional<Parser> parser_;
  Report* report_ = nullptr;
};

}  // namespace backtalk::fuzz
