// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

/// HTTP/1.0 and HTTP/1.1 (RFC 9112). What is typed is read as a server reads it, to know where a
/// request ends. One that a server would refuse ends with its first empty line.
class HttpDialect final : public Dialect {
 public:
  Typed type(std::string_view line, std::string& out) override;
  [[nodiscard]] Next next() const override;
  [[nodiscard]] std::size_t due() const override { return due_; }
  [[nodiscard]] std::string_view inside() const override;
  void feed(std::string_view octets) override { parser_.feed(octets); }
  [[nodiscard]] bool hear(Heard& heard) override;
  void finish() override { parser_.finish(); }
  [[nodiscard]] Error error() const override { return parser_.error(); }
  [[nodiscard]] bool in_message() const override { return parser_.in_message(); }

 private:
  [[nodiscard]] bool is_secret_field(std::string_view beginning) const override;
  enum class At : std::uint8_t {
    between,
    head,
    body,    // `left_` octets of it are missing
    chunks,  // as the request parser reads them
    broken   // in a head that is none
  };

  Typed type_body(std::string_view line, std::string& out);
  Typed type_line(std::string_view line);
  Typed type_credentials(std::string_view line, std::string_view credentials);
  void hide_cookies(std::string_view cookies);
  void read_request(std::string_view octets);
  void ask(std::string_view method);
  void on_head(const http::ResponseHead& head, Heard& heard);

  http::RequestParser requests_;
  http::ResponseParser parser_;
  At at_ = At::between;
  std::string method_;  // of the request line, as typed
  std::string field_;   // of credentials, in the last line; the next may have more of them
  std::uint64_t left_ = 0;
  std::size_t due_ = 0;
  bool connects_ = false;  // CONNECT is not answered
  bool tunnel_ = false;    // the connection has left HTTP
  std::uint64_t body_octets_ = 0;
};

}  // namespace backtalk::talk
