// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Messages made up for mailboxes that are to have some from the start.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "mailbox/mailbox.hpp"

namespace backtalk::mailbox {

/// The size below which no message is made.
inline constexpr std::size_t kGeneratedOctetsMin = 320;

/// The message with that number, from 1. It has exactly `octets` octets if that is not below the
/// least. Its header has the checksum of its body (session/message_checksum.hpp). With room for it,
/// every fourth has a text and an HTML part, and every eighth an attachment; some lines begin with
/// a dot.
[[nodiscard]] std::string generate_message(std::uint64_t number, std::size_t octets, std::int64_t date);

/// `count` of them, the last of which came at `date` and each of the others a minute before the
/// next. Contents repeat if they would take much memory.
[[nodiscard]] View generate_messages(std::size_t count, std::size_t octets, std::int64_t date);

}  // namespace backtalk::mailbox
