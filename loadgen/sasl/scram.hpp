// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What is to be known of a message of SCRAM before GNU SASL acts on it.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace backtalk::sasl {

/// Parts of server-first-message (RFC 5802 section 7); views of the message.
struct ServerFirst {
  std::string_view salt;  ///< in base64
  std::uint64_t iterations = 0;
};

/// nullopt if it is none, or if there are more iterations than 64 bits can count. Does not check
/// the nonce.
[[nodiscard]] std::optional<ServerFirst> read_server_first(std::string_view message);

}  // namespace backtalk::sasl
