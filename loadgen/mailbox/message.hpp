// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A message as it lies in mailboxes: it never changes, and many mailboxes may share it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "mailbox/budget.hpp"

namespace backtalk::mailbox {

class Message {
 public:
  /// `cost` is what it has taken from the budget, given back when nobody refers to it any more.
  explicit Message(std::string octets, Reservation cost = {});

  /// All of it, with CRLF at the end of each line and of the whole, and without NUL.
  [[nodiscard]] std::string_view octets() const { return octets_; }
  /// The header with the empty line that ends it, if there is one; see `body_offset`.
  [[nodiscard]] std::string_view header() const { return octets().substr(0, body_at_); }
  [[nodiscard]] std::string_view body() const { return octets().substr(body_at_); }

 private:
  std::string octets_;
  std::size_t body_at_;
  Reservation cost_;
};

using MessagePointer = std::shared_ptr<const Message>;

/// Gives each line its CRLF, the last one too: what came in chunks (RFC 3030) or a literal may have
/// other line ends. False if there is a NUL, which neither POP3 nor IMAP can carry.
[[nodiscard]] bool normalize_lines(std::string& octets);

/// The longest header, in octets: what lists its fields reads all of it in one turn of the server.
inline constexpr std::size_t kHeaderOctetsMax = std::size_t{1} << 20;

/// Where the body of a message or of a part begins: behind the first empty line. All of `text` is
/// header if there is none. What exceeds `header_octets_max`, from a line's beginning on if there
/// is one, counts as body.
[[nodiscard]] std::size_t body_offset(std::string_view text,
                                      std::size_t header_octets_max = kHeaderOctetsMax);

}  // namespace backtalk::mailbox
