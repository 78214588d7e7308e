// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The addresses of a header field (RFC 5322 3.4), as ENVELOPE has them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::serve {

struct MailAddress {
  std::string name;     ///< empty if there is none; of "user@host (Name)" the comment
  std::string mailbox;  ///< of the beginning of a group its name, of its end empty
  std::string host;     ///< empty for both
};

/// At most so many are read.
inline constexpr std::size_t kAddressesMax = 1000;

/// Reads a list of addresses and groups, which is on one line. What is not as the grammar says
/// becomes an address all the same, as far as it has a text. Linear in the text.
[[nodiscard]] std::vector<MailAddress> read_addresses(std::string_view text);

}  // namespace backtalk::serve
