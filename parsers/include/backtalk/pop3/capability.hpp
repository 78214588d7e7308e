// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a server says it can do, in its answer to CAPA (RFC 2449 5 and 6, and the RFCs named below).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/result.hpp"

namespace backtalk::pop3 {

/// capability = capa-tag *(SP param)
struct Capability {
  std::string_view tag;         ///< as sent; compare without regard to case
  std::string_view parameters;  ///< the rest of the line after one space, "PLAIN CRAM-MD5"; may be empty
};

/// Reads one line of the answer to CAPA. A tag is printable ASCII without "."; parameters follow
/// after a space.
[[nodiscard]] Result<Capability> read_capability(std::string_view line BACKTALK_LIFETIMEBOUND) noexcept;

/// LOGIN-DELAY (RFC 2449 6.5): log in at most once in so many seconds.
struct LoginDelay {
  std::uint32_t seconds = 0;
  bool per_user = false;  ///< "USER": it may differ by user; this is the longest, until after login

  friend constexpr bool operator==(const LoginDelay&, const LoginDelay&) = default;
};

/// EXPIRE (RFC 2449 6.7): how long the server keeps messages.
struct Expire {
  std::optional<std::uint32_t> days;  ///< nothing for "NEVER"
  bool per_user = false;  ///< "USER": it may differ by user; this is the shortest, until after login

  friend constexpr bool operator==(const Expire&, const Expire&) = default;
};

/// The capabilities that have a meaning to Backtalk. It owns what it holds, because the lines it is
/// made from pass by.
struct Capabilities {
  bool top = false;             ///< RFC 2449 6.1
  bool user = false;            ///< RFC 2449 6.2: USER and PASS
  bool resp_codes = false;      ///< RFC 2449 6.4: "[" in a status text begins a response code
  bool auth_resp_code = false;  ///< RFC 3206 6
  bool pipelining = false;      ///< RFC 2449 6.6
  bool uidl = false;            ///< RFC 2449 6.8
  bool stls = false;            ///< RFC 2595 4
  bool utf8 = false;            ///< RFC 6856 2
  bool utf8_user = false;       ///< RFC 6856 2: "UTF8 USER", names and passwords in UTF-8
  bool lang = false;            ///< RFC 6856 3
  bool sasl = false;            ///< RFC 5034 3
  std::optional<LoginDelay> login_delay;
  std::optional<Expire> expire;
  std::string sasl_mechanisms;  ///< "PLAIN CRAM-MD5"; as sent
  std::string implementation;   ///< RFC 2449 6.9
};

/// Adds what one line of the answer to CAPA says. Lines that are no capabilities, tags it does not
/// know and numbers that are none are passed over; of two lines with one tag the later counts, so
/// that memory is bounded by one line's length.
void add_capability(std::string_view line, Capabilities& found);

/// True where `mechanism` (any case) is among those of `mechanisms`, which spaces part.
[[nodiscard]] bool has_mechanism(std::string_view mechanisms, std::string_view mechanism) noexcept;

}  // namespace backtalk::pop3
