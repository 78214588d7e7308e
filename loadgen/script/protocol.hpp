// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <cstdint>
#include <string_view>

namespace backtalk::script {

/// The protocols in which conversations are written down.
enum class Protocol : std::uint8_t { smtp, lmtp, pop3, imap, http };

/// As the schemes of URLs have it: "smtp". Static storage.
[[nodiscard]] constexpr std::string_view name_of(Protocol protocol) noexcept {
  switch (protocol) {
    case Protocol::smtp: return "smtp";
    case Protocol::lmtp: return "lmtp";
    case Protocol::pop3: return "pop3";
    case Protocol::imap: return "imap";
    case Protocol::http: return "http";
  }
  return {};
}

}  // namespace backtalk::script
