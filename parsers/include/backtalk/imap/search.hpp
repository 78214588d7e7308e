// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Search results: SEARCH and SORT (RFC 3501 7.2.5, RFC 5256 4), ESEARCH (RFC 4731, RFC 9051
/// 7.3.4), THREAD (RFC 5256 4), and VANISHED (RFC 7162 3.2.10). Results are views of the response.
///
/// All decoders here are linear in the tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/sequence_set.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"], and SORT.
struct SearchResult {
  /// Each a number from 1 to 4294967295. In the `partial()` of a result with an error also what is
  /// none: its `Token::number` is 0 or too large.
  Siblings numbers;
  std::optional<std::uint64_t> modseq;  ///< RFC 7162
};
/// Reads a SEARCH or SORT response; both may be empty.
[[nodiscard]] Result<SearchResult> read_search(const Response& response, Tolerances tolerances = {}) noexcept;

/// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
struct ExtendedSearchResult {
  NString tag;
  bool uid = false;
  std::optional<std::uint64_t> min;
  std::optional<std::uint64_t> max;
  std::optional<std::uint64_t> count;
  std::optional<std::uint64_t> modseq;
  NumberSet all;      ///< empty if the server did not send it
  Siblings returned;  ///< all return data, names and values alternating
};
/// Reads an ESEARCH response. Unknown return data may have any value. Data whose value does not fit
/// are left out, and the rest is read.
[[nodiscard]] Result<ExtendedSearchResult> read_extended_search(const Response& response,
                                                                Tolerances tolerances = {}) noexcept;

/// One message of a THREAD response.
struct ThreadMessage {
  static constexpr std::uint32_t kNoParent = 0xFFFFFFFF;
  /// None for a parent that is not in the mailbox, "((3)(5))"; beside an error, for what is no
  /// number.
  std::optional<std::uint64_t> number;
  std::uint32_t parent = kNoParent;  ///< index of the message that it answers
  const Token* list = nullptr;       ///< the list that contains it
};
/// Reads a THREAD response into `room`, which the result views. Every message follows its parent.
/// Pass the same vector again to avoid allocation once it has grown. No recursion.
[[nodiscard]] Result<std::span<const ThreadMessage>> read_threads(
    const Response& response, std::vector<ThreadMessage>& room BACKTALK_LIFETIMEBOUND,
    Tolerances tolerances = {});

/// "VANISHED" [SP "(EARLIER)"] SP known-uids   (RFC 7162 3.2.10)
struct Vanished {
  bool earlier = false;
  NumberSet uids;
};
/// Reads a VANISHED response.
[[nodiscard]] Result<Vanished> read_vanished(const Response& response, Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::imap
