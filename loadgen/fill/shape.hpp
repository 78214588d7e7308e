// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What mailboxes are filled with, decided by a seed. Sans-I/O.
///
///     Shape shape{.seed = 7, .messages = 1000, .sizes = Sizes(4096)};
///     const MadeMessage third = make_message(shape, user, 2);
///
/// A message depends on the shape, on its mailbox and on its place in it, and on nothing else: not
/// on when, in which order or by which protocol it is made.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "fill/shares.hpp"
#include "fill/sizes.hpp"

namespace backtalk::fill {

struct Shape {
  std::uint64_t seed = 1;
  std::uint64_t messages = 100;  ///< of each mailbox, over all its folders
  Sizes sizes{4096};
  std::vector<NamedShare> folders{{.name = "INBOX", .share = 1}};  ///< the shares add up to 1
  /// Of IMAP, as "\Seen"; each by itself.
  std::vector<NamedShare> flags = {};
};

struct MadeMessage {
  std::size_t folder = 0;  ///< an index into Shape::folders
  std::string flags;       ///< "\Seen \Flagged"; empty if it has none
  std::int64_t date = 0;   ///< in seconds since 1970, when it came; not before those in front of it
  std::string text;        ///< with CRLF, of the octets that were drawn
};

/// The message at the place `index`, from 0, in the mailbox of the user with that number, from 0.
[[nodiscard]] MadeMessage make_message(const Shape& shape, std::uint64_t user, std::uint64_t index);

/// The folders of "INBOX:80%,Archive:20%", or of "INBOX,Archive". Or a sentence about what was
/// expected. Names are of ASCII, and no more than 100 octets long.
[[nodiscard]] std::variant<std::vector<NamedShare>, std::string> read_folders(std::string_view text);

/// The flags of "seen:70%,flagged:5%": seen, answered, flagged, deleted, draft; none of "none". Or
/// a sentence.
[[nodiscard]] std::variant<std::vector<NamedShare>, std::string> read_flags(std::string_view text);

}  // namespace backtalk::fill
