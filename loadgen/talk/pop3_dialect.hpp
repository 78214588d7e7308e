// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "backtalk/pop3/response_parser.hpp"
#include "talk/dialect.hpp"
#include "talk/explain_pop3.hpp"

namespace backtalk::talk {

/// POP3 (RFC 1939, 2449, 2595, 5034).
class Pop3Dialect final : public Dialect {
 public:
  explicit Pop3Dialect(bool lenient);
  Typed type(std::string_view line, std::string& out) override;
  [[nodiscard]] Next next() const override;
  [[nodiscard]] std::size_t due() const override { return due_.size(); }
  [[nodiscard]] std::string_view inside() const override {
    return responds_ ? "a login, whose challenge has no answer yet" : "";
  }
  void feed(std::string_view octets) override;
  [[nodiscard]] bool hear(Heard& heard) override;
  [[nodiscard]] Error error() const override { return parser_.error(); }
  [[nodiscard]] bool in_message() const override { return parser_.in_message(); }

 private:
  [[nodiscard]] bool awaits_secret() const override { return responds_; }
  Typed type_command(std::string_view line);
  Typed type_password(std::string_view line, std::string_view rest);
  Typed type_login(std::string_view line, std::string_view arguments);
  void ask(Pop3Asked asked, std::string_view line);
  void find_flaw(const pop3::Status& status, Heard& heard) const;
  void on_status(const pop3::Status& status, Heard& heard);
  void on_answer(bool positive);

  const bool lenient_;
  pop3::ResponseParser parser_;
  std::string line_;         // if lenient: of the server, as far as it was fed
  bool line_ended_ = false;  // the next octets begin another
  std::deque<Pop3Asked> due_{Pop3Asked::greeting};
  Pop3Reading reading_;
  bool responds_ = false;  // the next line answers a challenge
  std::uint64_t fed_ = 0;  // octets
};

}  // namespace backtalk::talk
