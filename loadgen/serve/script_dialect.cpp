// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/script_dialect.hpp"

#include <algorithm>
#include <array>

#include "script/error.hpp"
#include "script/language.hpp"

namespace backtalk::serve {
namespace {

// Base64 in place of a mechanism may be a secret.
constexpr std::array<std::string_view, 16> kShownBehindNames{
    "PLAIN", "LOGIN", "CRAM-MD5", "DIGEST-MD5", "SCRAM-SHA-1", "SCRAM-SHA-1-PLUS", "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS", "XOAUTH2", "OAUTHBEARER", "EXTERNAL", "ANONYMOUS", "NTLM", "GSSAPI", "APOP",
    // of POP3's LIST and UIDL
    "n"};

}  // namespace

std::string ScriptDialect::shown(const Request& request) const {
  const auto has = [known = names()](std::string_view name) {
    return std::ranges::find(known, name) != known.end();
  };
  const std::string_view name = request.name;
  const std::size_t space = std::min(name.find(' '), name.size());
  const std::string_view behind = name.substr(std::min(space + 1, name.size()));
  std::string text;
  if (has(name) ||
      (has(name.substr(0, space)) && std::ranges::find(kShownBehindNames, behind) != kShownBehindNames.end()))
    text = name;
  else if (has(name.substr(0, space)))
    text = name.substr(0, space);
  else
    return "an unknown command";
  const std::string_view words = shown_words(request);
  if (!words.empty()) text.append(" ").append(words);
  return script::quoted(text);
}

std::unique_ptr<ScriptDialect> make_script_dialect(script::Protocol protocol) {
  switch (protocol) {
    case script::Protocol::smtp: return make_smtp_script_dialect(false);
    case script::Protocol::lmtp: return make_smtp_script_dialect(true);
    case script::Protocol::pop3: return make_pop3_script_dialect();
    case script::Protocol::imap: return make_imap_script_dialect();
    case script::Protocol::http: return make_http_script_dialect();
  }
  return nullptr;
}

void read_mechanism(std::string_view arguments, Request& request) {
  const std::size_t end = std::min(arguments.find(' '), arguments.size());
  if (end == 0) return;
  request.name.append(" ").append(script::capitals(arguments.substr(0, std::min(end, kWordsMax))));
  request.initial = arguments.find_first_not_of(' ', end) != std::string_view::npos;
}

}  // namespace backtalk::serve
