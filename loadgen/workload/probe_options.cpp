// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/probe_options.hpp"

#include "workload/http_options.hpp"
#include "workload/imap_options.hpp"
#include "workload/pop3_options.hpp"
#include "workload/smtp_options.hpp"

namespace backtalk::workload {
namespace {

ProbeOptions probe_of(SmtpOptions own) {
  own.script.clear();
  own.exercise = session::SmtpPlan::Exercise::noop;
  if (!own.watch.empty()) {  // the users are those of the mailboxes
    own.watch.clear();
    own.user.clear();
    own.users_file.clear();
  }
  return {.command = "NOOP", .own = std::make_shared<const SmtpOptions>(std::move(own))};
}

ProbeOptions probe_of(ImapOptions own) {
  own.script = "noop";
  return {.command = "NOOP", .own = std::make_shared<const ImapOptions>(std::move(own))};
}

// The script that is shipped for it; a server has nothing to look up for either of STAT and NOOP.
ProbeOptions probe_of(Pop3Options own) {
  own.script = "poll";
  return {.command = "STAT", .own = std::make_shared<const Pop3Options>(std::move(own))};
}

// What the load asks for, without its body.
ProbeOptions probe_of(HttpOptions own) {
  own.script.clear();
  own.method = "HEAD";
  own.body_file.clear();
  own.expect_continue = false;
  return {.command = "HEAD", .own = std::make_shared<const HttpOptions>(std::move(own))};
}

}  // namespace

ProbeOptions probe_of(std::string_view scheme, const options::Values& own) {
  if (scheme.starts_with("imap")) return probe_of(static_cast<const ImapOptions&>(own));
  if (scheme.starts_with("pop3")) return probe_of(static_cast<const Pop3Options&>(own));
  if (scheme.starts_with("http")) return probe_of(static_cast<const HttpOptions&>(own));
  return probe_of(static_cast<const SmtpOptions&>(own));
}

}  // namespace backtalk::workload
