// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What stands in a script in place of a `***`, for one user.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "session/login.hpp"
#include "talk/hidden_word.hpp"

namespace backtalk::talk {

/// The mechanism of that name, in capitals ("APOP" too); null if there is none.
using FindMechanism = std::function<std::shared_ptr<const session::SaslMechanism>(std::string_view name)>;

class ScriptLogin {
 public:
  /// Users and mechanisms outlive it.
  ScriptLogin(const session::Credentials& user, const FindMechanism& find) : user_(user), find_(find) {}

  /// A command of the client goes out, which may begin an exchange.
  void begin(script::Protocol protocol, std::string_view command);
  /// The server said this line.
  void hear(script::Protocol protocol, std::string_view line);
  /// What to say for the `***`; nullopt if the server's challenge has no answer.
  [[nodiscard]] std::optional<std::string> secret(HiddenWord::Kind kind, std::string_view line);

 private:
  std::optional<std::string> response();
  std::optional<std::string> digest(std::string_view line);

  const session::Credentials& user_;
  const FindMechanism& find_;
  std::unique_ptr<session::SaslExchange> exchange_;
  std::optional<std::string> initial_;  // if it was not said yet
  std::string challenge_;               // the server's last one, in base64
  std::string timestamp_;               // of POP3's greeting
  session::Credentials apop_user_;
};

}  // namespace backtalk::talk
