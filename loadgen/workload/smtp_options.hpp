// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `smtp` and `lmtp` alone.
#pragma once

#include <array>

#include "workload/option_spec.hpp"

namespace backtalk::workload {

inline constexpr std::array kSmtpOptions{
    OptionSpec{"--hello", kind::Text{&LoadOptions::hello}, "smtp: the name given with EHLO, HELO or LHLO",
               "hello"},
    OptionSpec{"--from", kind::Text{&LoadOptions::from}, "smtp: the sender; {n} becomes the message's number",
               "from"},
    OptionSpec{"--to", kind::Texts{&LoadOptions::to},
               "smtp: a recipient, repeatable; {n} becomes the message's number", "to"},
    OptionSpec{"--size", kind::Number{&LoadOptions::size_octets}, "smtp: octets of the generated message",
               "size"},
    OptionSpec{"--message", kind::InputFile{&LoadOptions::message_file},
               "smtp: a file to send instead of a generated message", "message"},
    OptionSpec{"--data", kind::one_of<&LoadOptions::submission, kSubmissions>(),
               "smtp: send messages with DATA or with BDAT (RFC 3030)", "data"},
    OptionSpec{"--next", kind::one_of<&LoadOptions::next, kNexts>(),
               "smtp, DATA with -p 2 or more (command groups, RFC 2920): the next message's commands go with "
               "the dot of the last, or after its reply",
               "next"},
    OptionSpec{"--exercise", kind::one_of<&LoadOptions::exercise, kExercises>(),
               "smtp: what a transaction is; servers limit NOOP and RSET on a connection (Postfix: 100, "
               "Exim: 10), so add --per-connection 90 or 9",
               "exercise"},
};
inline constexpr OptionGroup kSmtpOptionGroup{"SMTP and LMTP", kSmtpOptions};

}  // namespace backtalk::workload
