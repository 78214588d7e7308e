// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/protocols.hpp"

#include <algorithm>
#include <array>

#include "serve/http_server.hpp"
#include "serve/http_service.hpp"
#include "serve/imap_server.hpp"
#include "serve/imap_service.hpp"
#include "serve/pop3_server.hpp"
#include "serve/pop3_service.hpp"
#include "serve/smtp_server.hpp"
#include "serve/smtp_service.hpp"

namespace backtalk::serve {
namespace {

template <bool kLmtp, TlsUse kTls>
std::unique_ptr<Service> make_sink(const Shared& shared) {
  return std::make_unique<SmtpService>(SmtpOffer{.lmtp = kLmtp, .starttls = kTls == TlsUse::offered}, shared);
}

template <TlsUse kTls>
std::unique_ptr<Service> make_pop3(const Shared& shared) {
  return std::make_unique<Pop3Service>(kTls == TlsUse::offered, shared);
}

template <TlsUse kTls>
std::unique_ptr<Service> make_imap(const Shared& shared) {
  return std::make_unique<ImapService>(kTls == TlsUse::offered, shared);
}

std::unique_ptr<Service> make_http(const Shared& shared) {
  return std::make_unique<HttpService>(shared.faults);
}

using Notation = script::Protocol;

constexpr std::array kProtocols{
    Protocol{"smtp",
             Notation::smtp,
             TlsUse::offered,
             {},
             SmtpServer::kTooMany,
             &smtp_faults,
             &make_sink<false, TlsUse::offered>},
    Protocol{"smtps",
             Notation::smtp,
             TlsUse::at_once,
             {},
             SmtpServer::kTooMany,
             &smtp_faults,
             &make_sink<false, TlsUse::at_once>},
    Protocol{"lmtp",
             Notation::lmtp,
             TlsUse::offered,
             {},
             SmtpServer::kTooMany,
             &smtp_faults,
             &make_sink<true, TlsUse::offered>},
    Protocol{"pop3",
             Notation::pop3,
             TlsUse::offered,
             {},
             Pop3Server::kTooMany,
             &body_faults,
             &make_pop3<TlsUse::offered>,
             true},
    Protocol{"pop3s",
             Notation::pop3,
             TlsUse::at_once,
             {},
             Pop3Server::kTooMany,
             &body_faults,
             &make_pop3<TlsUse::at_once>,
             true},
    Protocol{"imap",
             Notation::imap,
             TlsUse::offered,
             {},
             ImapServer::kTooMany,
             &body_faults,
             &make_imap<TlsUse::offered>,
             true},
    Protocol{"imaps",
             Notation::imap,
             TlsUse::at_once,
             {},
             ImapServer::kTooMany,
             &body_faults,
             &make_imap<TlsUse::at_once>,
             true},
    Protocol{"http", Notation::http, TlsUse::never, {}, HttpServer::kTooMany, &body_faults, &make_http},
    Protocol{"https", Notation::http, TlsUse::at_once, "http/1.1", HttpServer::kTooMany, &body_faults,
             &make_http},
};

}  // namespace

std::span<const Protocol> protocols() {
  return kProtocols;
}

const Protocol* find_protocol(std::string_view scheme) {
  const auto* const found = std::ranges::find(kProtocols, scheme, &Protocol::scheme);
  return found == kProtocols.end() ? nullptr : found;
}

}  // namespace backtalk::serve
