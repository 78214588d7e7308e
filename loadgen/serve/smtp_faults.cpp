// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/smtp_faults.hpp"

#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

template <std::uint64_t SmtpFaults::* kMember>
bool read(std::string_view value, Faults& faults) {
  return read_count_above_0(value, faults.smtp.*kMember);
}

constexpr std::array kSpecs{
    FaultSpec{"refuse-mail", "N", "refuse every N-th MAIL", &read<&SmtpFaults::refuse_sender_every>},
    FaultSpec{"refuse-rcpt", "N", "refuse every N-th RCPT", &read<&SmtpFaults::refuse_recipient_every>},
    FaultSpec{"refuse-message", "N", "refuse every N-th message at its end",
              &read<&SmtpFaults::refuse_message_every>},
    FaultSpec{"messages-max", "N", "reply 421 after N messages on a connection",
              &read<&SmtpFaults::messages_max>},
};

}  // namespace

std::span<const FaultSpec> smtp_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
