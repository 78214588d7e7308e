// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The `***` of a transcript: which secret stood there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "script/protocol.hpp"
#include "script/turns.hpp"

namespace backtalk::talk {

struct HiddenWord {
  enum class Kind : std::uint8_t {
    none,
    password,
    quoted_password,  ///< as a string of IMAP
    digest,           ///< of POP3's APOP
    initial,          ///< of SASL: the initial response
    response,         ///< of SASL
    basic             ///< of HTTP: user and password
  };
  Kind kind = Kind::none;
  std::size_t at = 0;  ///< where it begins in the text; it goes to its end
};

/// Looks for it in a line of the client. A `***` elsewhere, as in a message, stands for itself.
[[nodiscard]] HiddenWord find_hidden_word(script::Protocol protocol, script::Turn::Kind kind,
                                          std::string_view text);

/// True if a command of IMAP is a LOGIN, whose literals are the user and the password.
[[nodiscard]] bool is_imap_login(std::string_view command);

/// The mechanism of SASL that the command begins, in capitals; empty if it begins none.
[[nodiscard]] std::string mechanism_begun_by(script::Protocol protocol, std::string_view command);

}  // namespace backtalk::talk
