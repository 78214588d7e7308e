// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The flags of messages: the FLAGS response, the FLAGS item of FETCH, the PERMANENTFLAGS code (RFC
/// 3501 2.3.2, RFC 9051 2.3.2).
#pragma once

#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/response_code.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

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
  Siblings all;            ///< all elements, including unknown flags, and what is none
  bool quoted = false;     ///< strings are flags, too (tolerate::quoted_flags)

  /// True if the flag or keyword ("\Seen", "$Label1") is there, ignoring case. Linear.
  [[nodiscard]] bool has(std::string_view name) const noexcept;
};

/// Reads a list of flags: the value of a FLAGS item. Linear in the flags. An element that is no
/// flag costs itself alone: the error is that of the first one, and `partial()` has the others.
///
///     flag-list = "(" [flag *(SP flag)] ")"        flag = "\" atom / atom
[[nodiscard]] Result<Flags> read_flags(const Token& list, Tolerances tolerances = {}) noexcept;

/// Reads a FLAGS response, "* FLAGS (\Answered \Seen)": the flags defined in the mailbox.
[[nodiscard]] Result<Flags> read_flags(const Response& response, Tolerances tolerances = {}) noexcept;

/// Reads the flags of a PERMANENTFLAGS code, the one place where "\*" may be.
[[nodiscard]] Result<Flags> read_flags(const ResponseCode& code, Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::imap
