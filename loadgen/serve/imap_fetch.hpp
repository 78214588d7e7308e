// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What FETCH asks for (RFC 3501 6.4.5), and how it is answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/imap/token.hpp"
#include "mailbox/message.hpp"

namespace backtalk::serve {

/// One item of a FETCH.
struct FetchWanted {
  enum class Kind : std::uint8_t {
    flags,
    uid,
    internal_date,
    size,
    envelope,
    body,  ///< BODY without brackets
    body_structure,
    section  ///< BODY[...], RFC822, RFC822.HEADER, RFC822.TEXT
  };
  /// What of a section is asked for.
  enum class Text : std::uint8_t { all, header, fields, fields_not, text, mime };

  struct Partial {
    std::uint64_t first = 0;
    std::uint64_t octets = 0;
  };

  Kind kind = Kind::flags;
  bool sets_seen = false;
  Text text = Text::all;
  std::vector<std::uint32_t> part = {};  ///< the section number; empty: of the message itself
  std::vector<std::string> fields = {};
  std::optional<Partial> partial = std::nullopt;
  std::string label = {};  ///< what the answer calls it: "BODY[HEADER.FIELDS (FROM)]<0>"
};

/// Reads an item, a list of items or a macro: the arguments behind the set. nullopt if it is none
/// of these, or asks for too much.
[[nodiscard]] std::optional<std::vector<FetchWanted>> read_fetch(imap::Siblings arguments);

/// How many octets of the message must be read for it, more or less; 0 if it only has to be sent.
[[nodiscard]] std::size_t octets_read(const FetchWanted& wanted, const mailbox::Message& message);

/// What a section of a message consists of: a view of the message, or of `room`, which is replaced;
/// nullopt for a part that is not there. Already cut to `wanted.partial`.
[[nodiscard]] std::optional<std::string_view> find_section(const FetchWanted& wanted,
                                                           const mailbox::Message& message,
                                                           std::string& room);

}  // namespace backtalk::serve
