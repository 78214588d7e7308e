// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/protocols.hpp"

#include <array>

#include "parse/http_transcript.hpp"
#include "parse/imap_transcript.hpp"
#include "parse/pop3_transcript.hpp"
#include "parse/smtp_transcript.hpp"

namespace backtalk::parse {
namespace {

std::string_view no_advice(const Options& /*options*/, std::string_view /*beginning*/) {
  return {};
}

std::string_view http_advice(const Options& options, std::string_view beginning) {
  if (options.http_request) {
    if (!beginning.starts_with("HTTP/")) return {};
    return "the input looks like responses; omit --http-request to read them";
  }
  const std::size_t method_octets = beginning.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  if (method_octets == 0 || method_octets == std::string_view::npos || beginning[method_octets] != ' ')
    return {};
  return "the input looks like requests; use --http-request to read them";
}

std::string_view pop3_advice(const Options& options, std::string_view /*beginning*/) {
  if (options.pop3_multi.automatic || !options.pop3_multi.flags.empty()) {
    return "the first reply was read as the greeting, which has one line";
  }
  return "each reply was read as one line; use --pop3-multi to say which replies after the greeting have "
         "several lines, or `auto` to detect them";
}

constexpr std::array kProtocols{
    Protocol{"http", kHttpLimits, &make_http_transcript, &http_advice},
    Protocol{"smtp", kSmtpLimits, &make_smtp_transcript, &no_advice},
    Protocol{"pop3", kPop3Limits, &make_pop3_transcript, &pop3_advice},
    Protocol{"imap", kImapLimits, &make_imap_transcript, &no_advice},
};

}  // namespace

std::span<const Protocol> protocols() noexcept {
  return kProtocols;
}

const Protocol* find_protocol(std::string_view name) noexcept {
  for (const Protocol& known : kProtocols) {
    if (known.name == name) return &known;
  }
  return nullptr;
}

}  // namespace backtalk::parse
