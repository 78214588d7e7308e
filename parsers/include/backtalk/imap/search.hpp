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

namespace backtalk::imap {

/// "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"], and SORT.
struct SearchResult {
  Siblings numbers;                     ///< each a number from 1 to 4294967295
  std::optional<std::uint64_t> modseq;  ///< RFC 7162
};
/// Reads a SEARCH or SORT response; both may be empty.
[[nodiscard]] Result<SearchResult> read_search(const Response& response) noexcept;

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
/// Reads an ESEARCH response. Unknown return data may have any value.
[[nodiscard]] Result<ExtendedSearchResult> read_extended_search(const Response& response) noexcept;

/// One message of a THREAD response.
struct ThreadMessage {
  static constexpr std::uint32_t kNoParent = 0xFFFFFFFF;
  std::uint32_t number = 0;          ///< 0 for a parent that is not in the mailbox: "((3)(5))"
  std::uint32_t parent = kNoParent;  ///< index of the message that it answers
  const Token* list = nullptr;       ///< the list that contains it
};
/// Reads a THREAD response into `room`, which the result views. Every message follows its parent.
/// Pass the same vector again to avoid allocation once it has grown. No recursion.
[[nodiscard]] Result<std::span<const ThreadMessage>> read_threads(
    const Response& response, std::vector<ThreadMessage>& room BACKTALK_LIFETIMEBOUND);

/// "VANISHED" [SP "(EARLIER)"] SP known-uids   (RFC 7162 3.2.10)
struct Vanished {
  bool earlier = false;
  NumberSet uids;
};
/// Reads a VANISHED response.
[[nodiscard]] Result<Vanished> read_vanished(const Response& response) noexcept;

}  // namespace backtalk::imap
