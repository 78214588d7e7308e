// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A slow and simple reader of SMTP replies, written from the grammar, for complete streams. Shares
/// no code with smtp::ReplyParser, which must give the same replies, errors and offsets.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::reference {

struct SmtpReply {
  std::uint64_t offset = 0;
  std::uint64_t octets = 0;
  unsigned code = 0;
  std::string enhanced;  // "2.1.5", or empty
  std::vector<std::string> lines;

  friend bool operator==(const SmtpReply&, const SmtpReply&) = default;
};

struct SmtpReplies {
  std::vector<SmtpReply> replies;
  Error error;
  bool in_message = false;           // the stream ended inside a reply; false after an error
  std::uint64_t message_offset = 0;  // where the next or unfinished reply starts; 0 after an error

  friend bool operator==(const SmtpReplies&, const SmtpReplies&) = default;
};

[[nodiscard]] SmtpReplies read_smtp_replies(std::string_view stream, smtp::ReplyLimits limits,
                                            Tolerances tolerances);

/// Describes each reply in a line, and how the stream ended: for failed comparisons.
[[nodiscard]] std::string describe(const SmtpReplies& found);

}  // namespace backtalk::reference
