// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>

#include "backtalk/smtp/reply_parser.hpp"
#include "talk/dialect.hpp"

namespace backtalk::talk {

/// SMTP (RFC 5321), and LMTP (RFC 2033), whose messages have an answer for each recipient.
class SmtpDialect final : public Dialect {
 public:
  SmtpDialect(bool lmtp, bool lenient);

  Typed type(std::string_view line, std::string& out) override;
  [[nodiscard]] Next next() const override;
  [[nodiscard]] std::size_t due() const override { return due_.size(); }
  [[nodiscard]] std::string_view inside() const override;
  void feed(std::string_view octets) override;
  [[nodiscard]] bool hear(Heard& heard) override;
  [[nodiscard]] Error error() const override { return parser_.error(); }
  [[nodiscard]] bool in_message() const override { return parser_.in_message(); }

 private:
  [[nodiscard]] bool awaits_secret() const override { return content_ == Content::response; }
  // What a reply is to.
  enum class Asked : std::uint8_t {
    greeting,
    command,
    hello,          // EHLO, LHLO: the answer lists what is offered
    recipient,      // RCPT
    no_recipients,  // MAIL, RSET, HELO: there are none from then on
    data,
    chunk,    // BDAT
    message,  // the dot, or BDAT LAST
    login,    // AUTH
    starttls
  };
  enum class Content : std::uint8_t { none, message, chunk, response };

  Typed type_command(std::string_view line);
  Typed type_login(std::string_view line, std::string_view arguments);
  void find_flaw(const smtp::Reply& reply, Heard& heard);
  void on_reply(const smtp::Reply& reply, Heard& heard);
  void on_answer(Asked asked, const smtp::Reply& reply);
  [[nodiscard]] bool is_answered(Asked asked);

  const bool lmtp_;
  const bool lenient_;
  std::string said_;               // if lenient: since the last reply
  std::uint64_t said_begins_ = 0;  // its offset in the stream
  smtp::ReplyParser parser_;
  std::deque<Asked> due_{Asked::greeting};
  Content content_ = Content::none;
  std::uint64_t chunk_left_ = 0;
  std::size_t recipients_ = 0;  // that were accepted
  std::size_t answers_ = 0;     // that the message at the front of `due_` has had
};

}  // namespace backtalk::talk
