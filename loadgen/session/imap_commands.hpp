// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The commands of IMAP that are counted and timed (RFC 3501, RFC 9051 and their extensions).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::session {

/// In the order of their indices. GREETING is the wait for the server's first response. IDLE is
/// answered by "+", and DONE by the tagged response that ends it (RFC 2177).
enum class ImapCommand : std::uint8_t {
  greeting,
  capability,
  starttls,
  login,
  authenticate,
  id,
  enable,
  name_space,
  list,
  lsub,
  status,
  select,
  examine,
  create,
  delete_mailbox,
  rename,
  subscribe,
  unsubscribe,
  fetch,
  search,
  sort,
  thread,
  store,
  copy,
  move,
  expunge,
  uid_fetch,
  uid_search,
  uid_sort,
  uid_thread,
  uid_store,
  uid_copy,
  uid_move,
  uid_expunge,
  append,
  idle,
  done,
  noop,
  check,
  close,
  unselect,
  getquota,
  getquotaroot,
  myrights,
  logout
};

inline constexpr std::array<std::string_view, 45> kImapCommandNames{
    "GREETING",     "CAPABILITY", "STARTTLS",  "LOGIN",       "AUTHENTICATE", "ID",          "ENABLE",
    "NAMESPACE",    "LIST",       "LSUB",      "STATUS",      "SELECT",       "EXAMINE",     "CREATE",
    "DELETE",       "RENAME",     "SUBSCRIBE", "UNSUBSCRIBE", "FETCH",        "SEARCH",      "SORT",
    "THREAD",       "STORE",      "COPY",      "MOVE",        "EXPUNGE",      "UID FETCH",   "UID SEARCH",
    "UID SORT",     "UID THREAD", "UID STORE", "UID COPY",    "UID MOVE",     "UID EXPUNGE", "APPEND",
    "IDLE",         "DONE",       "NOOP",      "CHECK",       "CLOSE",        "UNSELECT",    "GETQUOTA",
    "GETQUOTAROOT", "MYRIGHTS",   "LOGOUT"};
static_assert(kImapCommandNames.size() == static_cast<std::size_t>(ImapCommand::logout) + 1);

[[nodiscard]] constexpr std::string_view name_of(ImapCommand command) noexcept {
  return kImapCommandNames[static_cast<std::size_t>(command)];
}

/// The command of that name, in capitals: "UID FETCH". None for GREETING, which nobody sends.
[[nodiscard]] constexpr std::optional<ImapCommand> find_imap_command(std::string_view name) noexcept {
  const auto* const found = std::find(kImapCommandNames.begin() + 1, kImapCommandNames.end(), name);
  if (found == kImapCommandNames.end()) return std::nullopt;
  return static_cast<ImapCommand>(found - kImapCommandNames.begin());
}

}  // namespace backtalk::session
