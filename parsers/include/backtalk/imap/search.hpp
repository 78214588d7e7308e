/// What searches give: SEARCH, SORT, ESEARCH, THREAD, and VANISHED.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/imap/sequence_set.hpp"

namespace backtalk::imap {

/// "SEARCH" *(SP nz-number) [SP "(" "MODSEQ" SP mod-sequence-value ")"], and SORT.
struct SearchResult {
  Siblings numbers;                     ///< each a number from 1 to 4294967295
  std::optional<std::uint64_t> modseq;  ///< RFC 7162
};
[[nodiscard]] Error read_search(const Response& response, SearchResult& out) noexcept;

/// esearch-response = "ESEARCH" [search-correlator] [SP "UID"] *(SP search-return-data)
struct ExtendedSearchResult {
  NString tag;
  bool uid = false;
  std::optional<std::uint64_t> min;
  std::optional<std::uint64_t> max;
  std::optional<std::uint64_t> count;
  std::optional<std::uint64_t> modseq;
  NumberSet all;      ///< empty text where the server said none
  Siblings returned;  ///< all of it, names and values by turns
};
[[nodiscard]] Error read_extended_search(const Response& response, ExtendedSearchResult& out) noexcept;

/// One message of a THREAD response.
struct ThreadMessage {
  static constexpr std::uint32_t kNoParent = 0xFFFFFFFF;
  std::uint32_t number = 0;          ///< 0 for a parent that is not in the mailbox: "((3)(5))"
  std::uint32_t parent = kNoParent;  ///< index of the message that it answers
  const Token* list = nullptr;       ///< the list that it stands in
};
/// Reads a THREAD response (RFC 5256 4), each message after its parent. Linear, no recursion; allocates only
/// where `out` grows.
[[nodiscard]] Error read_threads(const Response& response, std::vector<ThreadMessage>& out);

/// "VANISHED" [SP "(EARLIER)"] SP known-uids   (RFC 7162 3.2.10)
struct Vanished {
  bool earlier = false;
  NumberSet uids;
};
[[nodiscard]] Error read_vanished(const Response& response, Vanished& out) noexcept;

}  // namespace backtalk::imap
