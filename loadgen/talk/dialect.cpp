// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/dialect.hpp"

#include "talk/http_dialect.hpp"
#include "talk/imap_dialect.hpp"
#include "talk/pop3_dialect.hpp"
#include "talk/smtp_dialect.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {

namespace {

// What follows the words of a login before its secret; empty if the line is no login.
std::string_view login_secret(std::string_view line) {
  std::string_view word = take_word(line);
  if (text::equals_ignoring_case(word, "PASS")) return without_blanks(line);
  if (!is_any_of(word, "APOP", "AUTH", "AUTHENTICATE", "LOGIN")) {
    word = take_word(line);  // behind a tag
    if (!is_any_of(word, "AUTHENTICATE", "LOGIN")) return {};
  }
  take_word(line);  // the user or the mechanism
  return without_blanks(line);
}

}  // namespace

bool Dialect::secret_follows(std::string_view beginning) const {
  if (awaits_secret()) return true;
  if (!beginning.ends_with(' ')) return false;
  // As if a secret of one letter were there.
  if (next() == Next::command) return !login_secret(std::string(beginning) + "x").empty();
  return next() == Next::content && is_secret_field(beginning);
}

std::optional<Typed> Dialect::type_foreign_login(std::string_view line) {
  const std::string_view secret = login_secret(line);
  if (secret.empty()) return std::nullopt;
  secrets_.add(secret);
  secrets_.add_response(secret);
  const auto before = static_cast<std::size_t>(secret.data() - line.data());
  return Typed{.shown = std::string(line.substr(0, before)).append(kHidden)};
}

std::unique_ptr<Dialect> make_dialect(Protocol protocol, bool lenient) {
  switch (protocol) {
    case Protocol::smtp: return std::make_unique<SmtpDialect>(false, lenient);
    case Protocol::lmtp: return std::make_unique<SmtpDialect>(true, lenient);
    case Protocol::pop3: return std::make_unique<Pop3Dialect>(lenient);
    case Protocol::imap: return std::make_unique<ImapDialect>();
    case Protocol::http: return std::make_unique<HttpDialect>();
  }
  return std::make_unique<SmtpDialect>(false, lenient);
}

}  // namespace backtalk::talk
