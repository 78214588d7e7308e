// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load smtp://... --watch imap://...`: the sessions that watch the mailboxes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "net/url.hpp"
#include "stats/delivery_book.hpp"
#include "workload/protocols.hpp"
#include "workload/smtp_options.hpp"

namespace backtalk::workload {

/// How often mailboxes are looked into that cannot be waited for, unless the user says so.
inline constexpr std::uint64_t kDefaultPollNs = 1'000'000'000;

/// The recipient of each user's messages, by the user's index: `--to` with {user} filled in, or
/// the user's name. Or a sentence about the users, or about a `--to` from which nobody can tell
/// whose mailbox a message is for.
[[nodiscard]] std::variant<std::vector<std::string>, std::string> watched_recipients(
    const SmtpOptions& options);

/// For a run of its own, of so many mailboxes, into which messages take no longer than that.
[[nodiscard]] std::shared_ptr<stats::DeliveryBook> make_delivery_book(std::uint32_t mailboxes,
                                                                      std::uint64_t patience_ns);

/// Sessions of IMAP or POP3, one for each user: connection i watches the mailbox of user i, and
/// tells `deliveries`, which they keep alive.
struct WatchWorkload {
  Workload workload;
  std::uint16_t default_port = 0;
  std::string_view scheme = {};
  /// A session is a look into the mailbox, of which each begins so long after the last; 0:
  /// sessions stay, and wait for themselves.
  std::uint64_t session_every_ns = 0;
  std::uint64_t look_every_ns = 0;  ///< where mailboxes are polled
  bool polls = false;               ///< as was asked for, or as POP3 must
};

/// Or a sentence about what is wrong with the options, or with the URL of `--watch`, which is
/// `url`. `verifies`: the sessions read messages whole, and compare them with their checksums.
[[nodiscard]] std::variant<WatchWorkload, std::string> prepare_watch(
    const SmtpOptions& options, const net::Url& url, std::shared_ptr<stats::DeliveryBook> deliveries,
    bool verifies);

}  // namespace backtalk::workload
