// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The capabilities of an IMAP server: the CAPABILITY and ENABLED responses and the CAPABILITY
/// code.
#pragma once

#include <cstdint>
#include <string_view>

#include "backtalk/imap/token.hpp"

namespace backtalk::imap {

/// The capabilities that Backtalk knows. Look up any other with `has_capability`.
struct Capabilities {
  bool imap4rev1 = false;              ///< RFC 3501
  bool imap4rev2 = false;              ///< RFC 9051
  bool starttls = false;               ///< RFC 3501
  bool logindisabled = false;          ///< RFC 3501: LOGIN is refused
  bool sasl_ir = false;                ///< RFC 4959
  bool literal_plus = false;           ///< RFC 7888: {n+} of any size
  bool literal_minus = false;          ///< RFC 7888: {n+} of up to 4096
  bool binary = false;                 ///< RFC 3516
  bool children = false;               ///< RFC 3348
  bool compress_deflate = false;       ///< RFC 4978
  bool condstore = false;              ///< RFC 7162
  bool qresync = false;                ///< RFC 7162
  bool enable = false;                 ///< RFC 5161
  bool esearch = false;                ///< RFC 4731
  bool id = false;                     ///< RFC 2971
  bool idle = false;                   ///< RFC 2177
  bool list_extended = false;          ///< RFC 5258
  bool list_status = false;            ///< RFC 5819
  bool move = false;                   ///< RFC 6851
  bool multiappend = false;            ///< RFC 3502
  bool namespaces = false;             ///< RFC 2342: NAMESPACE
  bool quota = false;                  ///< RFC 2087
  bool searchres = false;              ///< RFC 5182
  bool sort = false;                   ///< RFC 5256
  bool special_use = false;            ///< RFC 6154
  bool thread_references = false;      ///< RFC 5256
  bool thread_orderedsubject = false;  ///< RFC 5256
  bool uidplus = false;                ///< RFC 4315
  bool unselect = false;               ///< RFC 3691
  bool utf8_accept = false;            ///< RFC 6855
  /// How many names there were, known or not. 0: the server has not said what it can do. There are
  /// servers that answer other commands under this name: `* CAPABILITY (("" "/")) NIL NIL`.
  std::uint32_t names = 0;
};

/// Reads the names that follow CAPABILITY or ENABLED: `response.arguments()`, or
/// `Siblings{code}.rest()` for a response code. Unknown names are ignored. Linear in the names.
///
/// What is not a name is passed over. That is not an error, because a client has the same use for
/// the names beside it; whether there were any is what it must know, and `names` says it.
[[nodiscard]] Capabilities read_capabilities(Siblings names) noexcept;

/// True if `name` is one of `names`, ignoring case.
[[nodiscard]] bool has_capability(Siblings names, std::string_view name) noexcept;

/// True if AUTH=`mechanism` is one of `names`, ignoring case.
[[nodiscard]] bool has_auth(Siblings names, std::string_view mechanism) noexcept;

}  // namespace backtalk::imap
