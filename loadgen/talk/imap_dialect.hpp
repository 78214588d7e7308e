// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/response_parser.hpp"
#include "talk/dialect.hpp"
#include "talk/imap_typing.hpp"

namespace backtalk::talk {

/// IMAP (RFC 3501, RFC 9051): answers belong to commands by tag, in any order.
class ImapDialect final : public Dialect {
 public:
  Typed type(std::string_view line, std::string& out) override;
  [[nodiscard]] Next next() const override;
  [[nodiscard]] std::size_t due() const override;
  [[nodiscard]] bool awaits(std::string_view tag) const override;
  [[nodiscard]] std::string_view inside() const override;
  void feed(std::string_view octets) override { parser_.feed(octets); }
  [[nodiscard]] bool hear(Heard& heard) override;
  [[nodiscard]] Error error() const override { return parser_.error(); }
  [[nodiscard]] bool in_message() const override { return parser_.in_message(); }

 private:
  [[nodiscard]] bool awaits_secret() const override { return responds_ || typing_.awaits_secret(); }
  [[nodiscard]] bool is_secret_field(std::string_view beginning) const override {
    return typing_.secret_follows(beginning);
  }
  enum class Asked : std::uint8_t { command, login, idle, starttls };
  struct Pending {
    std::string tag;
    Asked asked = Asked::command;
    bool flawed = false;  // without a name: the server may not know the tag
  };

  Typed type_command(std::string_view line);
  void ask();
  void on_untagged(const imap::Response& response);
  void on_continuation(Heard& heard);
  void on_tagged(const imap::Response& response, Heard& heard);
  void answer(std::size_t pending, bool positive);

  imap::ResponseParser parser_;
  ImapTyping typing_;
  bool greeted_ = false;
  std::vector<Pending> pending_;
  bool answered_early_ = false;  // the command was answered that is being typed
  bool responds_ = false;        // the next line answers a challenge
  bool idles_ = false;           // the next line is DONE
  bool idled_ = false;           // it went out, and is not answered yet
};

}  // namespace backtalk::talk
