/// What the SMTP or LMTP sessions of a run do: fixed before the run, shared by all of them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "session/wire_message.hpp"

namespace backtalk::session {

struct SmtpPlan {
  enum class Submission : std::uint8_t { data, bdat };
  enum class Exercise : std::uint8_t { message, noop, rset };
  /// Where the next message's MAIL may stand: after the reply to the dot, or right behind the dot (RFC
  /// 2920 3.1).
  enum class Next : std::uint8_t { after_reply, with_dot };

  bool lmtp = false;
  std::string hello = "localhost";  ///< the argument of EHLO, HELO or LHLO
  std::string from;                 ///< reverse path without brackets; "{n}" becomes the transaction's number
  std::vector<std::string> recipients;  ///< forward paths without brackets, likewise; at least one
  WireMessage message;
  Submission submission = Submission::data;
  Exercise exercise = Exercise::message;
  Next next = Next::with_dot;
  unsigned depth = 1;  ///< 1: lock step. More: command groups; with BDAT, so many transactions in flight
};

}  // namespace backtalk::session
