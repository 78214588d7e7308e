// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The faults of the built-in servers. Each is declared once, in the table of its kind, with its
/// name, value, help text and the function that reads its value.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "serve/body_faults.hpp"
#include "serve/mailbox_faults.hpp"
#include "serve/reply_faults.hpp"
#include "serve/service_time.hpp"
#include "serve/smtp_faults.hpp"
#include "serve/tls_faults.hpp"
#include "serve/transport_faults.hpp"

namespace backtalk::serve {

struct Faults {
  TransportFaults transport;
  TlsFaults tls;
  ReplyFaults replies;
  BodyFaults bodies;
  ServicePlan service;        ///< how long an answer takes that stands for work
  std::uint64_t workers = 0;  ///< how much of such work goes on at once; 0: all of it
  SmtpFaults smtp;
  MailboxFaults mailboxes;
  std::vector<std::string_view> given;  ///< the names of those that were read; static storage
};

/// A row of a table: one `--fault NAME=VALUE`.
struct FaultSpec {
  std::string_view name;
  std::string_view value;  ///< how the value is written, such as "T/PERIOD"
  std::string_view help;
  bool (*read)(std::string_view value, Faults& faults);  ///< false if `value` is written otherwise
};

/// Faults of every protocol's server. Static storage.
[[nodiscard]] std::span<const FaultSpec> transport_faults();
[[nodiscard]] std::span<const FaultSpec> reply_faults();
[[nodiscard]] std::span<const FaultSpec> service_faults();

/// Faults of every server that speaks TLS, and of those that begin it with STARTTLS or STLS.
[[nodiscard]] std::span<const FaultSpec> tls_faults();
[[nodiscard]] std::span<const FaultSpec> upgrade_faults();

/// Faults of the mailboxes that servers of mail share: when messages come, and which.
[[nodiscard]] std::span<const FaultSpec> delivery_faults();
[[nodiscard]] std::span<const FaultSpec> mailbox_faults();

/// Faults of servers whose answers have bodies, and of the mail sink only. A protocol's row in
/// protocols.cpp refers to its table.
[[nodiscard]] std::span<const FaultSpec> body_faults();
[[nodiscard]] std::span<const FaultSpec> smtp_faults();

/// Reads all of `text` as a number. Sets `number` only if that succeeds.
[[nodiscard]] bool read_count(std::string_view text, std::uint64_t& number);

/// The same for a number that must not be 0.
[[nodiscard]] bool read_count_above_0(std::string_view text, std::uint64_t& number);

}  // namespace backtalk::serve
