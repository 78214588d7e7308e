// SPDX-License-Identifier: Apache-2.0 OR MIT
// The words in which IMAP contenders account for what they read.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event_log.hpp"

namespace backtalk::bench {

inline constexpr std::string_view kNil = "NIL";

inline void tell_address(Account& account, std::string_view field, std::string_view name,
                         std::string_view route, std::string_view mailbox, std::string_view host) {
  std::string text(field);
  for (const std::string_view part : {name, route, mailbox, host}) text.append("|").append(part);
  account.add("address", text);
}

// A part of a message that is no multipart.
inline void tell_part(Account& account, std::string_view type, std::string_view subtype,
                      std::string_view encoding, std::uint64_t octets) {
  account.add("part", std::string(type) + "/" + std::string(subtype) + " " + std::string(encoding) + " " +
                          std::to_string(octets));
}

}  // namespace backtalk::bench
