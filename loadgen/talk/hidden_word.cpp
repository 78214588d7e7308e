// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/hidden_word.hpp"

#include "script/language.hpp"
#include "session/http_secret_fields.hpp"
#include "talk/secrets.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

using script::Protocol;
using Hidden = HiddenWord::Kind;
using TurnKind = script::Turn::Kind;

// The command's name is behind a tag in IMAP.
std::string_view take_name(Protocol protocol, std::string_view& text) {
  if (protocol == Protocol::imap) take_word(text);
  return take_word(text);
}

Hidden kind_of_login(Protocol protocol, std::string_view text) {
  if (text == kHidden) return Hidden::password;  // a line that was no command
  const std::string_view name = take_name(protocol, text);
  if (is_any_of(name, "AUTH", "AUTHENTICATE")) return Hidden::initial;
  if (text::equals_ignoring_case(name, "LOGIN"))
    return protocol == Protocol::imap ? Hidden::quoted_password : Hidden::password;
  if (protocol == Protocol::pop3 && text::equals_ignoring_case(name, "APOP")) return Hidden::digest;
  return is_any_of(name, "PASS", "APOP") ? Hidden::password : Hidden::none;
}

Hidden kind_of_field(std::string_view text) {
  std::string_view name = take_word(text);
  if (!name.ends_with(':')) return Hidden::none;
  name.remove_suffix(1);
  if (!session::is_credential_field(name)) return Hidden::none;
  return text::equals_ignoring_case(take_word(text), "Basic") ? Hidden::basic : Hidden::password;
}

}  // namespace

HiddenWord find_hidden_word(Protocol protocol, TurnKind kind, std::string_view text) {
  const bool ends_so = text == kHidden || text.ends_with(std::string(" ").append(kHidden));
  if (!ends_so || kind == TurnKind::content) return {};
  const std::size_t at = text.size() - kHidden.size();
  if (kind == TurnKind::response) return {Hidden::response, at};
  return {protocol == Protocol::http ? kind_of_field(text) : kind_of_login(protocol, text), at};
}

bool is_imap_login(std::string_view command) {
  return text::equals_ignoring_case(take_name(Protocol::imap, command), "LOGIN");
}

std::string mechanism_begun_by(Protocol protocol, std::string_view command) {
  if (protocol == Protocol::http) return {};
  if (!is_any_of(take_name(protocol, command), "AUTH", "AUTHENTICATE")) return {};
  return script::capitals(take_word(command));
}

}  // namespace backtalk::talk
