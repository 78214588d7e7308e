// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The flags of messages: the FLAGS response, the FLAGS item of FETCH, the PERMANENTFLAGS code (RFC
/// 3501 2.3.2, RFC 9051 2.3.2).
#pragma once

#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/result.hpp"

namespace backtalk::imap {

/// A list of flags. Views the response.
struct Flags {
  // System flags
  bool answered = false;
  bool flagged = false;
  bool deleted = false;
  bool seen = false;
  bool draft = false;
  bool recent = false;  ///< RFC 3501 only
  bool any = false;     ///< "\*" in PERMANENTFLAGS: a client may create keywords
  // Keywords of RFC 9051 2.3.2
  bool forwarded = false;  ///< "$Forwarded"
  bool mdn_sent = false;   ///< "$MDNSent"
  bool junk = false;       ///< "$Junk"
  bool not_junk = false;   ///< "$NotJunk"
  bool phishing = false;   ///< "$Phishing"
  Siblings all;            ///< all of them, including unknown ones

  /// True if the flag or keyword ("\Seen", "$Label1") is there, ignoring case. Linear.
  [[nodiscard]] bool has(std::string_view name) const noexcept;
};

/// Reads a list of flags: the value of a FLAGS item, or the argument of PERMANENTFLAGS. Linear in
/// the flags.
///
///     flag-list = "(" [flag *(SP flag)] ")"        flag = "\" atom / atom
[[nodiscard]] Result<Flags> read_flags(const Token& list) noexcept;

/// Reads a FLAGS response, "* FLAGS (\Answered \Seen)": the flags defined in the mailbox.
[[nodiscard]] Result<Flags> read_flags(const Response& response) noexcept;

}  // namespace backtalk::imap
