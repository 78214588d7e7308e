// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/smtp_faults.hpp"

#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

bool read_service_time(std::string_view value, Faults& faults) {
  const auto plan = read_service(value);
  if (plan) faults.smtp.service = *plan;
  return plan.has_value();
}

template <std::uint64_t SmtpFaults::* kMember>
bool read(std::string_view value, Faults& faults) {
  return read_count_above_0(value, faults.smtp.*kMember);
}

constexpr std::array kSpecs{
    FaultSpec{
        "service", "DIST",
        "how long the end of a message, NOOP and RSET take; one at a time on each connection:"
        " const:T, exp:MEAN, bimodal:T:T2:P% (T2 with that probability), slow-share:T:T2:M/N (T2 on M of"
        " every N connections)",
        &read_service_time},
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
