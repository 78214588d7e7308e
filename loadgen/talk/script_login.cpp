// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/script_login.hpp"

#include <utility>

#include "script/turns.hpp"
#include "session/apop.hpp"
#include "session/base64.hpp"
#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

using Hidden = HiddenWord::Kind;

// As a quoted string (RFC 9051 4.3).
std::string in_quotes(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace

void ScriptLogin::begin(script::Protocol protocol, std::string_view command) {
  const std::string name = mechanism_begun_by(protocol, command);
  if (name.empty()) return;
  const auto mechanism = find_ ? find_(name) : nullptr;
  exchange_ = mechanism == nullptr ? nullptr : mechanism->make_exchange();
  initial_.reset();
  if (exchange_ == nullptr) return;
  if (const auto initial = exchange_->begin(user_)) initial_ = std::string(*initial);
}

void ScriptLogin::hear(script::Protocol protocol, std::string_view line) {
  if (line.starts_with("334 ")) challenge_ = line.substr(4);
  if (line == "334" || line == "+") challenge_.clear();
  if (line.starts_with("+ ")) challenge_ = line.substr(2);
  if (protocol != script::Protocol::pop3 || !timestamp_.empty() || !line.starts_with("+OK")) return;
  if (const auto timestamp = session::apop_timestamp(line.substr(3))) timestamp_ = *timestamp;
}

std::optional<std::string> ScriptLogin::secret(Hidden kind, std::string_view line) {
  switch (kind) {
    case Hidden::none:
    case Hidden::password: return user_.password;
    case Hidden::quoted_password: return in_quotes(user_.password);
    case Hidden::digest: return digest(line);
    case Hidden::basic: return session::to_base64(user_.user + ":" + user_.password);
    case Hidden::initial:
      if (!initial_) return std::nullopt;
      // An empty one is written as "=" (RFC 4954 4).
      return initial_->empty() ? std::string("=")
                               : session::to_base64(*std::exchange(initial_, std::nullopt));
    case Hidden::response: return response();
  }
  return std::nullopt;
}

std::optional<std::string> ScriptLogin::response() {
  if (exchange_ == nullptr) return std::nullopt;
  if (auto initial = std::exchange(initial_, std::nullopt)) return session::to_base64(*initial);
  const auto challenge = session::from_base64(challenge_);
  if (!challenge) return std::nullopt;
  const auto response = exchange_->respond(*challenge);
  if (!response) return std::nullopt;
  return session::to_base64(*response);
}

// "APOP user ***": of the user that the line names.
std::optional<std::string> ScriptLogin::digest(std::string_view line) {
  take_word(line);
  apop_user_ = {.user = std::string(take_word(line)), .password = user_.password};
  const auto mechanism = find_ ? find_("APOP") : nullptr;
  if (mechanism == nullptr || timestamp_.empty()) return std::nullopt;
  const auto exchange = mechanism->make_exchange();
  static_cast<void>(exchange->begin(apop_user_));
  const auto response = exchange->respond(timestamp_);
  if (!response) return std::nullopt;
  const std::string_view words = *response;
  return std::string(words.substr(words.rfind(' ') + 1));
}

}  // namespace backtalk::talk
