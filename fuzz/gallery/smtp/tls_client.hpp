// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A client that asks for TLS: it reads a greeting, the answer to EHLO and the answer to STARTTLS.
/// Anything in the clear after the server has accepted STARTTLS may be from an attacker (RFC 3207
/// 4.2).
#pragma once

#include <span>
#include <string>

#include "reference/smtp_reply_reference.hpp"
#include "replies.hpp"

namespace backtalk::gallery {

class TlsClient : public Replies {
 protected:
  static constexpr unsigned kAnswerToStartTls = 3;

  void begin(const fuzz::Settings& settings) override {
    replies_ = 0;
    secure_ = false;
    Replies::begin(settings);
  }
  void take_byte(char c, fuzz::Report& report) override {
    if (secure_) return take_injected(c, report);
    Replies::take_byte(c, report);
  }
  virtual void take_injected(char c, fuzz::Report& report) {
    static_cast<void>(c);
    report.refuse("starttls injection");
  }
  void reply_ended(unsigned code, fuzz::Report& report) override {
    if (++replies_ != kAnswerToStartTls || code != 220) return;
    secure_ = true;
    report.event("tls");
  }

 private:
  unsigned replies_ = 0;
  bool secure_ = false;
};

/// The reference: reads the same from a complete stream.
inline void read_until_tls(std::string_view stream, const fuzz::Settings& settings, fuzz::Report& report) {
  constexpr std::size_t kReplies = 3;
  const auto found = reference::read_smtp_replies(stream, smtp::ReplyLimits{}, settings.tolerances);
  if (found.replies.size() < kReplies || found.replies[kReplies - 1].code != 220) {
    return fuzz::smtp_replies(stream, settings, report);
  }
  const reference::SmtpReply& last = found.replies[kReplies - 1];
  for (const reference::SmtpReply& reply : std::span(found.replies).first(kReplies)) {
    report.event("reply", reply.offset).number(reply.code).text(reply.enhanced);
    for (const std::string& line : reply.lines) report.text(line);
  }
  report.event("tls");
  if (last.offset + last.octets < stream.size()) report.refuse("starttls injection");
}

constexpr fuzz::Target tls_client_target(std::string_view name) {
  fuzz::Target target = replies_target(name);
  target.reference = read_until_tls;
  return target;
}

}  // namespace backtalk::gallery
