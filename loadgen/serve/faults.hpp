// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How a built-in server misbehaves when it is told to: `--fault NAME=VALUE`.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "serve/service_time.hpp"

namespace backtalk::serve {

/// What goes wrong after so many good replies on a connection.
enum class Mischief : std::uint8_t {
  none,
  close,    ///< closes without the reply
  reset,    ///< resets the connection without the reply
  mute,     ///< never replies again
  half,     ///< sends half of the reply and closes
  bare_lf,  ///< ends the reply with LF alone
  bare_cr,  ///< ends the reply with CR alone and goes on
  nul,      ///< puts a NUL into the reply
  garbage,  ///< sends binary noise in the reply's place
  endless,  ///< sends a line that does not end, 1 MiB of it
  unasked,  ///< sends the reply twice
};

struct Faults {
  std::uint64_t delay_ns = 0;         ///< every reply is held back that long
  ServicePlan service;                ///< how long the end of a message, NOOP and RSET take
  std::uint64_t stall_ns = 0;         ///< the whole server stops that long ...
  std::uint64_t stall_period_ns = 0;  ///< ... in every period
  std::uint64_t split_octets = 0;     ///< no more than so many octets a send; 0: no limit
  Mischief mischief = Mischief::none;
  std::uint64_t after_replies = 0;        ///< good replies before the mischief, on each connection
  std::uint64_t refuse_sender_every = 0;  ///< every n-th MAIL is refused, 0: none; counted on each connection
  std::uint64_t refuse_recipient_every = 0;  ///< every n-th RCPT
  std::uint64_t refuse_message_every = 0;    ///< every n-th message, at its end
  std::uint64_t messages_max = 0;            ///< messages a connection, then 421; 0: no limit
};

struct FaultName {
  std::string_view name;
  std::string_view value;  ///< what its value looks like
  std::string_view meaning;
};

/// All that `add_fault` knows, for --help.
[[nodiscard]] std::span<const FaultName> fault_names();

/// Reads "NAME=VALUE" into `faults`; what is wrong with it where it cannot.
[[nodiscard]] std::optional<std::string> add_fault(std::string_view text, Faults& faults);

}  // namespace backtalk::serve
