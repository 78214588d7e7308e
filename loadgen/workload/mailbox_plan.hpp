// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the plans of POP3 and IMAP have in common: who logs in, what is said, over which transport.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "net/url.hpp"
#include "session/login.hpp"
#include "session/script.hpp"
#include "tls/settings.hpp"
#include "workload/expected_answer.hpp"
#include "workload/load_options.hpp"
#include "workload/mix.hpp"
#include "workload/script_options.hpp"

namespace backtalk::workload {

struct MailboxPlan {
  session::LoginPlan login;
  session::Script script;
  std::vector<MixedPass> mix;  ///< of its passes
  std::vector<ExpectedAnswer> expected;
  unsigned depth = 1;  ///< commands in flight
  bool starttls = false;
  bool connection_a_pass = false;  ///< the script is a whole connection
  tls::ClientTransport transport;
};

/// A protocol of mailboxes.
struct MailboxProtocol {
  std::string_view name;        ///< of its scripts: "pop3"
  std::string_view title;       ///< "POP3"
  std::string_view preset;      ///< the script that goes without `--script`
  std::string_view separators;  ///< of the words that a script keeps
  /// True if a server refuses what the script says before a login.
  bool (*needs_login)(const session::Script& script);
};

/// Reads and checks the options; or a sentence about what is wrong with them or with the URL.
[[nodiscard]] std::variant<MailboxPlan, std::string> mailbox_plan_of(const LoadOptions& common,
                                                                     const ScriptOptions& options,
                                                                     const net::Url& url,
                                                                     const MailboxProtocol& protocol);

}  // namespace backtalk::workload
