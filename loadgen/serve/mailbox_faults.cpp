// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/mailbox_faults.hpp"

#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

template <std::uint64_t MailboxFaults::* kMember>
bool read(std::string_view value, Faults& faults) {
  return read_count_above_0(value, faults.mailboxes.*kMember);
}

bool read_expunges(std::string_view value, Faults& faults) {
  return read_count(value, faults.mailboxes.expunges_told);
}

constexpr std::array kSpecs{
    FaultSpec{"lose", "N", "accept every N-th message that comes on a connection, and do not keep it",
              &read<&MailboxFaults::lose_every>},
    FaultSpec{"twice", "N", "keep every N-th message twice", &read<&MailboxFaults::twice_every>},
    FaultSpec{"change", "N", "change an octet in the body of every N-th message",
              &read<&MailboxFaults::change_every>},
    FaultSpec{"uid-again", "N", "give every N-th message the UID of the one before it",
              &read<&MailboxFaults::uid_again_every>},
    FaultSpec{"expunge-untold", "N",
              "after N times, tell no client of IMAP by EXPUNGE that a message is gone", &read_expunges},
};

}  // namespace

std::span<const FaultSpec> mailbox_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
