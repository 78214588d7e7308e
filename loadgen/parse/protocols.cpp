#include "parse/protocols.hpp"

#include <array>

#include "parse/http_transcript.hpp"
#include "parse/imap_transcript.hpp"
#include "parse/pop3_transcript.hpp"
#include "parse/smtp_transcript.hpp"

namespace backtalk::parse {
namespace {

constexpr std::array kProtocols{
    Protocol{"http", kHttpLimits, &make_http_transcript},
    Protocol{"smtp", kSmtpLimits, &make_smtp_transcript},
    Protocol{"pop3", kPop3Limits, &make_pop3_transcript},
    Protocol{"imap", kImapLimits, &make_imap_transcript},
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
