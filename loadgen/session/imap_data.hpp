// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Kinds of untagged responses of IMAP, and which commands ask for them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/imap/response.hpp"
#include "session/imap_commands.hpp"

namespace backtalk::session {

/// In no order that matters; `other` is every kind that has no name here.
enum class ImapData : std::uint8_t {
  ok,
  no,
  bad,
  bye,
  capability,
  enabled,
  id,
  name_space,
  list,
  lsub,
  status,
  flags,
  exists,
  recent,
  expunge,
  vanished,
  fetch,
  search,
  esearch,
  sort,
  thread,
  quota,
  quotaroot,
  myrights,
  other
};
inline constexpr std::size_t kImapDataKinds = static_cast<std::size_t>(ImapData::other) + 1;

/// A set of kinds, a bit each.
using ImapDataSet = std::uint32_t;
static_assert(kImapDataKinds <= 32);

[[nodiscard]] constexpr ImapDataSet set_of(ImapData kind) noexcept {
  return ImapDataSet{1} << static_cast<unsigned>(kind);
}

/// The kind with that name, in any case: "FETCH".
[[nodiscard]] ImapData imap_data(std::string_view name) noexcept;

/// The kind of an untagged response, as far as it could be read.
[[nodiscard]] ImapData imap_data(const imap::Response& response) noexcept;

/// What a server sends because of that command. What it sends of its own accord (RFC 3501 5.2, 7:
/// EXISTS, EXPUNGE, FETCH with flags) is asked for by IDLE alone.
[[nodiscard]] ImapDataSet asked_for(ImapCommand command) noexcept;

}  // namespace backtalk::session
