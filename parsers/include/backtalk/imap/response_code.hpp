// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Response codes (RFC 3501 7.1, RFC 9051 7.1, RFC 4315, RFC 5530, RFC 7162): the text between "["
/// and "]".
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/imap/token.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// The known codes. Every code, including `other`, keeps its tokens.
enum class Code : std::uint8_t {
  none,
  other,
  alert,
  alreadyexists,
  appenduid,
  authenticationfailed,
  authorizationfailed,
  badcharset,
  cannot,
  capability,
  clientbug,
  closed,
  contactadmin,
  copyuid,
  corruption,
  expired,
  expungeissued,
  haschildren,
  highestmodseq,
  inuse,
  limit,
  modified,
  nomodseq,
  nonexistent,
  noperm,
  notsaved,
  overquota,
  parse,
  permanentflags,
  privacyrequired,
  read_only,
  read_write,
  serverbug,
  toobig,
  trycreate,
  uidnext,
  uidnotsticky,
  uidvalidity,
  unavailable,
  unknown_cte,
  unseen,
  useattr
};

/// The decoded code of a status response. All members are views of the response.
struct ResponseCode {
  Code code = Code::none;
  std::uint64_t offset = 0;  ///< of its name, from the start of the stream
  Siblings arguments;        ///< what follows the name: capabilities, "(" flags ")", ...
  /// Of UIDNEXT, UIDVALIDITY, UNSEEN, HIGHESTMODSEQ; the UIDVALIDITY of APPENDUID and COPYUID.
  std::optional<std::uint64_t> number;
  NumberSet uids;         ///< of APPENDUID and MODIFIED; of COPYUID, the new UIDs
  NumberSet source_uids;  ///< of COPYUID: the UIDs that were copied
};

/// Reads `response.code`. The flags of PERMANENTFLAGS are left to `read_flags(code)`. If an
/// argument of a known code is wrong, `partial()` still has the code's name, its tokens and the
/// arguments that fit.
[[nodiscard]] Result<ResponseCode> read_response_code(std::span<const Token> tokens,
                                                      Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::imap
