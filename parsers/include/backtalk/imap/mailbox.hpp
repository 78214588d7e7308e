// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Data about mailboxes: LIST, LSUB and STATUS (RFC 3501 7.2, RFC 9051 7.3, RFC 5258, RFC 6154),
/// NAMESPACE (RFC 2342), QUOTA and QUOTAROOT (RFC 9208), ID (RFC 2971). Results are views of the
/// response.
///
/// All decoders here are linear in the tokens; nothing is allocated. What does not fit costs itself
/// alone: the error is that of the first element that does not, and `partial()` has the others.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// mailbox-list = "(" [mbx-list-flags] ")" SP (DQUOTE QUOTED-CHAR DQUOTE / nil) SP mailbox [SP
/// mbox-list-extended]
struct MailboxListing {
  /// "\Noselect", "\HasChildren", "\Sent". What is no attribute is among them, and an error.
  Siblings attributes;
  char delimiter = 0;  ///< 0 for NIL: the names have no hierarchy
  NString name;        ///< an astring, which may be the atom NIL or a number: see `NString::token`
  Siblings extended;   ///< RFC 5258: tags and values alternating
  /// With `tolerate::unquoted_names`, a name of several words, as sent: "Deleted Items". Then, and
  /// in `partial()` without the tolerance, there is no `name`.
  std::string_view unquoted_name;
  bool quoted = false;  ///< strings are attributes, too (tolerate::quoted_flags)

  /// True if the attribute, given with its backslash, is there, ignoring case.
  [[nodiscard]] bool has(std::string_view attribute) const noexcept;
  /// The value of an extended item ("CHILDINFO", "OLDNAME"); null if it is not there.
  [[nodiscard]] const Token* find_extended(std::string_view tag) const noexcept;
};

/// Reads a LIST, LSUB or XLIST response.
[[nodiscard]] Result<MailboxListing> read_listing(const Response& response,
                                                  Tolerances tolerances = {}) noexcept;

/// status-att-list; nullopt for items that the server did not send, or whose value does not fit.
struct MailboxStatus {
  NString name;  ///< an astring, as in `MailboxListing`
  /// With `tolerate::unquoted_names`, a name of several words, as in `MailboxListing`.
  std::string_view unquoted_name;
  std::optional<std::uint64_t> messages;
  std::optional<std::uint64_t> recent;
  std::optional<std::uint64_t> uidnext;
  std::optional<std::uint64_t> uidvalidity;
  std::optional<std::uint64_t> unseen;
  std::optional<std::uint64_t> deleted;
  std::optional<std::uint64_t> size_octets;
  std::optional<std::uint64_t> highestmodseq;
  Siblings items;  ///< all of them, names and values alternating, as sent
};

/// Reads a STATUS response. Unknown items may have any value. A value is taken for missing if a
/// name stands in its place: in "(UIDNEXT MESSAGES 3)" the number of messages is read.
[[nodiscard]] Result<MailboxStatus> read_status(const Response& response,
                                                Tolerances tolerances = {}) noexcept;

/// Namespace-Descr = "(" string SP (DQUOTE QUOTED-CHAR DQUOTE / nil)
/// [Namespace-Response-Extensions] ")"
struct Namespace {
  NString prefix;
  char delimiter = 0;   ///< 0 for NIL
  Siblings extensions;  ///< names and lists alternating
};

/// Each is a list of descriptions, for `read_namespace`; empty for NIL.
struct Namespaces {
  Siblings personal;
  Siblings other_users;
  Siblings shared;
};

/// Reads a NAMESPACE response and checks every description in it.
[[nodiscard]] Result<Namespaces> read_namespaces(const Response& response,
                                                 Tolerances tolerances = {}) noexcept;
/// Reads one description of such a list.
[[nodiscard]] Result<Namespace> read_namespace(const Token& description, Tolerances tolerances = {}) noexcept;

/// quota_resource = atom SP number SP number
struct QuotaResource {
  std::string_view name;
  std::uint64_t usage = 0;
  std::uint64_t limit = 0;
};

struct Quota {
  NString root;
  Siblings resources;  ///< name, usage and limit alternating, for `next_resource`
};

/// Reads a QUOTA response and checks every resource in it.
[[nodiscard]] Result<Quota> read_quota(const Response& response, Tolerances tolerances = {}) noexcept;
/// Takes one resource from the front of `resources`, which `read_quota` returned, and passes over
/// what is none; false if there is none left.
bool next_resource(Siblings& resources, QuotaResource& out, Tolerances tolerances = {}) noexcept;

/// quotaroot_response = "QUOTAROOT" SP astring *(SP astring)
struct QuotaRoot {
  NString mailbox;
  Siblings roots;
};
/// Reads a QUOTAROOT response: the mailbox and its quota roots, if any.
[[nodiscard]] Result<QuotaRoot> read_quota_root(const Response& response,
                                                Tolerances tolerances = {}) noexcept;

/// Reads an ID response: names and values alternating, strings and NIL; none for NIL. A name
/// without a value at the end is left out, so that they are always pairs.
[[nodiscard]] Result<Siblings> read_id(const Response& response, Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::imap
