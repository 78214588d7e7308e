// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Writing what an IMAP client sends (RFC 3501 9, RFC 9051 9): commands and their arguments.
///
///     backtalk::Output out{room};
///     const imap::StringRules rules{.literals = imap::Literals::plus};  // as CAPABILITY says
///     Error error = imap::begin_command(out, "a1", "CREATE");
///     out.add(' ');
///     if (!error) error = imap::write_mailbox(out, "Entw\xC3\xBCrfe", rules).error();
///     out.add("\r\n");                       // a1 CREATE "Entw&APw-rfe"
///
/// A string that must be a literal, to a server without LITERAL+, is written as far as its "{5}"
/// and line end. The writer says so with Written::announced: send what there is, wait for "+ ", and
/// go on with the octets of the string, which are sent as they are.
///
/// No value can end its string or its line, or be taken for NIL, a section, a wildcard or a
/// literal: see backtalk/output.hpp. Offsets of errors count in the value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/output.hpp"
#include "backtalk/result.hpp"

namespace backtalk::imap {

/// Which literals the server takes without "+ " (RFC 7888).
enum class Literals : std::uint8_t {
  synchronizing,  ///< none
  minus,          ///< LITERAL-, or IMAP4rev2: up to 4096 octets
  plus,           ///< LITERAL+: all
};

/// What the server can take.
struct StringRules {
  Literals literals = Literals::synchronizing;
  /// UTF8=ACCEPT or IMAP4rev2 was enabled: UTF-8 in quoted strings and in the names of mailboxes
  /// (RFC 6855, RFC 9051).
  bool utf8 = false;
};

/// How far a string was written.
enum class Written : std::uint8_t {
  whole,
  announced,  ///< up to the line end of a literal's "{5}": its octets wait for "+ "
};

/// Writes tag SP name. A tag has no "+", and neither has spaces but for one in names such as "UID
/// FETCH". Offsets of errors count from the tag.
[[nodiscard]] Error begin_command(Output& out, std::string_view tag, std::string_view name);

/// Writes string = quoted / literal: quoted where it may be, a literal where it must: with CR, LF
/// or another control byte, or with octets beyond ASCII that are not UTF-8 or may not be. NUL has
/// no string: see `write_literal8`.
[[nodiscard]] Result<Written> write_string(Output& out, std::string_view value, StringRules rules = {});

/// Writes astring = 1*ASTRING-CHAR / string: an atom where it may be one without being mistaken for
/// something else. NIL is quoted, and so is what has brackets, wildcards or no character at all.
[[nodiscard]] Result<Written> write_astring(Output& out, std::string_view value, StringRules rules = {});

/// Writes nstring = string / nil: NIL for nullopt.
[[nodiscard]] Result<Written> write_nstring(Output& out, std::optional<std::string_view> value,
                                            StringRules rules = {});

/// Writes a literal, also of no octets: for the message of APPEND.
[[nodiscard]] Result<Written> write_literal(Output& out, std::string_view octets, StringRules rules = {});

/// Writes literal8 = "~{" number "}" CRLF *OCTET, which may hold NUL, for servers with BINARY or
/// IMAP4rev2 (RFC 3516, RFC 9051).
[[nodiscard]] Result<Written> write_literal8(Output& out, std::string_view octets, StringRules rules = {});

/// Writes only the announcement of a literal, for octets that come in pieces and are sent as they
/// are: Written::whole if they may follow at once.
[[nodiscard]] Result<Written> announce_literal(Output& out, std::uint64_t octets, StringRules rules = {});

/// Writes mailbox = "INBOX" / astring. The name is UTF-8 without control bytes; for a server
/// without `rules.utf8` it becomes modified UTF-7 (RFC 3501 5.1.3). A name that a server sent is
/// sent back by `write_astring`, as it came.
[[nodiscard]] Result<Written> write_mailbox(Output& out, std::string_view name, StringRules rules = {});

/// Writes a flag: "\Seen", "$Forwarded".
[[nodiscard]] Error write_flag(Output& out, std::string_view flag);

/// Writes "(\Seen $Forwarded)", or "()". The offset of `unwritable` is the index of the flag.
[[nodiscard]] Error write_flags(Output& out, std::span<const std::string_view> flags);

/// Writes a number.
[[nodiscard]] Error write_number(Output& out, std::uint64_t number);

/// Writes sequence-set: "1,4:7,9:*"; NumberRange::kStar is "*". It has one range at least, and
/// numbers of 32 bits from 1 on; the offset of `unwritable` is the index of the range.
[[nodiscard]] Error write_sequence_set(Output& out, std::span<const NumberRange> ranges);

}  // namespace backtalk::imap
