// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/protocols.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "parse/http_transcript.hpp"
#include "parse/imap_transcript.hpp"
#include "parse/pop3_transcript.hpp"
#include "parse/smtp_transcript.hpp"

namespace backtalk::parse {
namespace {

// What the input looks like, if that is not `own`, the protocol that was asked for.
std::string other_protocol(std::string_view beginning, std::initializer_list<Guess> own) {
  const Guess guess = guess_protocol(beginning);
  if (guess == Guess::unknown || std::ranges::find(own, guess) != own.end()) return {};
  std::string advice = "the input looks like " + std::string(name_of(guess));
  switch (guess) {
    case Guess::tls: return advice + "; capture what is said inside it";
    case Guess::proxy: return advice + "; what follows its header can be read";
    case Guess::smtp: return advice + "; use `backtalk parse smtp` to read it";
    case Guess::pop3: return advice + "; use `backtalk parse pop3` to read it";
    case Guess::imap: return advice + "; use `backtalk parse imap` to read it";
    case Guess::http_response: return advice + "; use `backtalk parse http` to read it";
    case Guess::http_request: return advice + "; use `backtalk parse http --http-request` to read it";
    case Guess::icy: return advice + "; use `backtalk parse http --tolerate icy_status` to read it";
    default: return advice;
  }
}

std::string http_advice(const Options& options, std::string_view beginning) {
  if (options.http_request && beginning.starts_with("HTTP/"))
    return "the input looks like responses; omit --http-request to read them";
  if (!options.http_request && guess_protocol(beginning) == Guess::http_request)
    return "the input looks like requests; use --http-request to read them";
  if (options.tolerances.has(tolerate::icy_status) && guess_protocol(beginning) == Guess::icy) return {};
  return other_protocol(beginning, {options.http_request ? Guess::http_request : Guess::http_response});
}

std::string smtp_advice(const Options& /*options*/, std::string_view beginning) {
  return other_protocol(beginning, {Guess::smtp, Guess::smtp_or_ftp});
}

std::string imap_advice(const Options& /*options*/, std::string_view beginning) {
  return other_protocol(beginning, {Guess::imap});
}

std::string pop3_advice(const Options& options, std::string_view beginning) {
  if (std::string advice = other_protocol(beginning, {Guess::pop3}); !advice.empty()) return advice;
  if (options.pop3_multi.automatic || !options.pop3_multi.forms.empty()) {
    return "the first reply was read as the greeting, which has one line";
  }
  return "each reply was read as one line; use --pop3-multi to say which replies after the greeting have "
         "several lines, or `auto` to detect them";
}

constexpr std::array kProtocols{
    Protocol{"http", kHttpLimits, &make_http_transcript, &http_advice},
    Protocol{"smtp", kSmtpLimits, &make_smtp_transcript, &smtp_advice},
    Protocol{"pop3", kPop3Limits, &make_pop3_transcript, &pop3_advice},
    Protocol{"imap", kImapLimits, &make_imap_transcript, &imap_advice},
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
