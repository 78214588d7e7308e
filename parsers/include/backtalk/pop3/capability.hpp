// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The capabilities of a server, in its answer to CAPA (RFC 2449 5 and 6, and the RFCs named
/// below).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::pop3 {

/// capability = capa-tag *(SP param)
struct Capability {
  std::string_view tag;         ///< as sent; compare ignoring case
  std::string_view parameters;  ///< the rest after one space, "PLAIN CRAM-MD5"; may be empty
};

/// Reads one line of the answer to CAPA. A tag is printable ASCII without "."; parameters follow
/// after a space. With tolerate::extra_spaces, spaces and tabs around both are dropped.
[[nodiscard]] Result<Capability> read_capability(std::string_view line BACKTALK_LIFETIMEBOUND,
                                                 Tolerances tolerances = {}) noexcept;

/// LOGIN-DELAY (RFC 2449 6.5): the least time between two logins, in seconds.
struct LoginDelay {
  std::uint32_t seconds = 0;
  bool per_user = false;  ///< "USER": it may differ by user; before login this is the longest

  friend constexpr bool operator==(const LoginDelay&, const LoginDelay&) = default;
};

/// EXPIRE (RFC 2449 6.7): how long the server keeps messages.
struct Expire {
  std::optional<std::uint32_t> days;  ///< nothing for "NEVER"
  bool per_user = false;              ///< "USER": may differ by user; this is the shortest

  friend constexpr bool operator==(const Expire&, const Expire&) = default;
};

/// The capabilities that Backtalk knows. It owns its strings, because the lines that they come from
/// are gone once the next one is read.
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

/// Adds the capability in one line of the answer to CAPA. An invalid line or number adds nothing,
/// and costs nothing else; what is wrong with it is returned, with the offset in the line. An
/// unknown tag is no error. If a tag comes twice the later line counts, so memory is bounded by the
/// length of one line.
Error add_capability(std::string_view line, Capabilities& found, Tolerances tolerances = {});

/// True if `mechanism` (any case) is in `mechanisms`, a list separated by spaces.
[[nodiscard]] bool has_mechanism(std::string_view mechanisms, std::string_view mechanism) noexcept;

}  // namespace backtalk::pop3
