// SPDX-License-Identifier: Apache-2.0 OR MIT
// How IMAP contenders log what they read: the same words for all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "event_log.hpp"

namespace backtalk::bench {

inline constexpr std::string_view kNil = "NIL";

inline void record_address(EventLog& log, std::string_view field, std::string_view name,
                           std::string_view route, std::string_view mailbox, std::string_view host) {
  std::string text(field);
  for (const std::string_view part : {name, route, mailbox, host}) text.append("|").append(part);
  log.add("address", text);
}

// A part of a message other than a multipart.
inline void record_part(EventLog& log, std::string_view type, std::string_view subtype,
                        std::string_view encoding, std::uint64_t octets) {
  log.add("part", std::string(type) + "/" + std::string(subtype) + " " + std::string(encoding) + " " +
                      std::to_string(octets));
}

}  // namespace backtalk::bench
