// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/protocols.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

#include "parse/file_kind.hpp"
#include "parse/http_transcript.hpp"
#include "parse/imap_transcript.hpp"
#include "parse/pop3_transcript.hpp"
#include "parse/smtp_transcript.hpp"

namespace backtalk::parse {
namespace {

// What the input looks like, if it is a file of another kind than a server's octets.
std::string other_file(std::string_view beginning, bool bare_lf) {
  switch (file_kind(beginning)) {
    case FileKind::unknown: return {};
    case FileKind::capture:
      return "the input looks like a packet capture; save what the server sent (in Wireshark: Follow, TCP "
             "Stream, Raw) and give that file";
    case FileKind::telnet:
      return "the input looks like a log of telnet; remove telnet's own lines and what was typed";
    case FileKind::message:
      return "the input looks like a mail message, and not like what a server says about one";
    case FileKind::client: return "the input looks like what a client says; what its server says can be read";
    case FileKind::marked:
      return "the input begins with a byte order mark, as some editors write it; save it without";
    case FileKind::text_lines:
      // Something else may be wrong with such a file.
      if (!bare_lf) return {};
      return "the lines of the input end with LF alone, as in a text file or a log; use --tolerate bare_lf "
             "to "
             "read them";
  }
  return {};
}

// What the input looks like, if that is not `own`, the protocol that was asked for.
std::string other_protocol(std::string_view beginning, std::initializer_list<Guess> own) {
  const Guess guess = guess_protocol(beginning);
  if (guess == Guess::unknown || std::ranges::find(own, guess) != own.end()) return {};
  const std::string_view who = name_of(guess);
  std::string advice = "the input looks like ";
  advice.append(who.ends_with(" server") ? "the output of " : "").append(who);
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

std::string http_advice(const Options& options, std::string_view beginning, bool bare_lf) {
  if (options.http_request && beginning.starts_with("HTTP/"))
    return "the input looks like responses; omit --http-request to read them";
  if (!options.http_request && guess_protocol(beginning) == Guess::http_request)
    return "the input looks like requests; use --http-request to read them";
  if (options.tolerances.has(tolerate::icy_status) && guess_protocol(beginning) == Guess::icy) return {};
  const Guess own = options.http_request ? Guess::http_request : Guess::http_response;
  if (std::string advice = other_protocol(beginning, {own}); !advice.empty()) return advice;
  return other_file(beginning, bare_lf);
}

std::string smtp_advice(const Options&, std::string_view beginning, bool bare_lf) {
  if (std::string advice = other_protocol(beginning, {Guess::smtp, Guess::smtp_or_ftp}); !advice.empty())
    return advice;
  return other_file(beginning, bare_lf);
}

std::string imap_advice(const Options&, std::string_view beginning, bool bare_lf) {
  if (std::string advice = other_protocol(beginning, {Guess::imap}); !advice.empty()) return advice;
  return other_file(beginning, bare_lf);
}

std::string pop3_advice(const Options& options, std::string_view beginning, bool bare_lf) {
  if (std::string advice = other_protocol(beginning, {Guess::pop3}); !advice.empty()) return advice;
  if (std::string advice = other_file(beginning, bare_lf); !advice.empty()) return advice;
  if (options.pop3_multi.automatic || !options.pop3_multi.forms.empty()) {
    return "the first reply was read as the greeting, which has one line";
  }
  return "each reply was read as one line; use --pop3-multi to say which replies after the greeting have "
         "several lines, or `auto` to detect them";
}

constexpr std::array kProtocols{
    Protocol{"http",
             kHttpLimits,
             &make_http_transcript,
             &http_advice,
             {Guess::http_response, Guess::http_request}},
    Protocol{"smtp", kSmtpLimits, &make_smtp_transcript, &smtp_advice, {Guess::smtp, Guess::smtp_or_ftp}},
    Protocol{"pop3", kPop3Limits, &make_pop3_transcript, &pop3_advice, {Guess::pop3, Guess::pop3}},
    Protocol{"imap", kImapLimits, &make_imap_transcript, &imap_advice, {Guess::imap, Guess::imap}},
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
