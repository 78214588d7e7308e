// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/protocols.hpp"

#include <array>

#include "workload/http_options.hpp"
#include "workload/http_workload.hpp"
#include "workload/imap_options.hpp"
#include "workload/imap_workload.hpp"
#include "workload/pop3_options.hpp"
#include "workload/pop3_workload.hpp"
#include "workload/smtp_options.hpp"
#include "workload/smtp_workload.hpp"

namespace backtalk::workload {
namespace {

std::span<const Protocol> table() {
  constexpr auto kMail = &make_with_tls<SmtpOptions, TlsUse::on_request>;
  constexpr auto kMailOverTls = &make_with_tls<SmtpOptions, TlsUse::at_once>;
  constexpr auto kHttp = &make_with_tls<HttpOptions, TlsUse::never>;
  constexpr auto kHttpOverTls = &make_with_tls<HttpOptions, TlsUse::at_once>;
  constexpr auto kImap = &make_with_tls<ImapOptions, TlsUse::on_request>;
  constexpr auto kImapOverTls = &make_with_tls<ImapOptions, TlsUse::at_once>;
  constexpr auto kPop3 = &make_with_tls<Pop3Options, TlsUse::on_request>;
  constexpr auto kPop3OverTls = &make_with_tls<Pop3Options, TlsUse::at_once>;
  static const std::array rows{
      Protocol{"smtp", 25, "message", smtp_option_groups(), kMail, &prepare_smtp},
      Protocol{"smtps", 465, "message", smtp_option_groups(), kMailOverTls, &prepare_smtp},
      Protocol{"lmtp", 24, "message", smtp_option_groups(), kMail, &prepare_smtp},
      Protocol{"pop3", 110, "pass", pop3_option_groups(), kPop3, &prepare_pop3},
      Protocol{"pop3s", 995, "pass", pop3_option_groups(), kPop3OverTls, &prepare_pop3},
      Protocol{"imap", 143, "pass", imap_option_groups(), kImap, &prepare_imap},
      Protocol{"imaps", 993, "pass", imap_option_groups(), kImapOverTls, &prepare_imap},
      Protocol{"http", 80, "request", http_option_groups(), kHttp, &prepare_http},
      Protocol{"https", 443, "request", http_option_groups(), kHttpOverTls, &prepare_http},
  };
  return rows;
}

}  // namespace

std::span<const Protocol> protocols() {
  return table();
}

const Protocol* find_protocol(std::string_view scheme) {
  for (const Protocol& one : table()) {
    if (one.scheme == scheme) return &one;
  }
  return nullptr;
}

}  // namespace backtalk::workload
