// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Seeds for fuzzing out of conversations: what each side says, as the targets of that side's
/// parser take it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "parse/conversation.hpp"

namespace backtalk::parse {

struct Seed {
  std::string_view target;  ///< "smtp_reply", the name of the fuzz target; static storage
  std::string name;         ///< of letters, digits and hyphens: "by-hand-pop3-over-tls"
  std::string octets;
};

/// A seed for each side that says anything. `protocol` is that of all conversations; if it is empty
/// the first line of each tells. The names begin with `stem`; several of one target may be equal.
/// A conversation of which the protocol is not known has no seed, and a sentence in `notes`.
[[nodiscard]] std::vector<Seed> seeds_of(const std::vector<Conversation>& conversations,
                                         std::string_view stem, std::string_view protocol,
                                         std::vector<std::string>& notes);

}  // namespace backtalk::parse
