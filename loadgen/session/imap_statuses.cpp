// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_statuses.hpp"

#include <array>

namespace backtalk::session {
namespace {

constexpr std::array<Status, 6> kStatuses{Status{"OK", true},      Status{"NO", false},  Status{"BAD", false},
                                          Status{"PREAUTH", true}, Status{"BYE", false}, Status{"+", true}};
static_assert(kStatuses.size() == static_cast<std::size_t>(ImapStatus::go_on) + 1);

}  // namespace

std::span<const Status> imap_statuses() noexcept {
  return kStatuses;
}

}  // namespace backtalk::session
