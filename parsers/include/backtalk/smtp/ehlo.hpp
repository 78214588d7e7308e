// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The capabilities of a server, in its reply to EHLO or LHLO (RFC 5321 4.1.1.1, 4.1.1.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/result.hpp"
#include "backtalk/smtp/reply.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::smtp {

/// ehlo-line = ehlo-keyword *( SP ehlo-param )
struct EhloKeyword {
  std::string_view keyword;     ///< as sent; compare ignoring case
  std::string_view parameters;  ///< the rest after one space, e.g. "PLAIN LOGIN"; may be empty
};

/// Reads one line of a reply to EHLO. A keyword consists of letters, digits and hyphens and begins
/// with a letter or digit. With tolerate::extra_spaces, spaces and tabs around it and its
/// parameters are dropped.
[[nodiscard]] Result<EhloKeyword> read_ehlo_line(std::string_view line BACKTALK_LIFETIMEBOUND,
                                                 Tolerances tolerances = {}) noexcept;

/// The extensions that Backtalk knows. Views are those of the reply that they were read from.
struct Capabilities {
  bool pipelining = false;            ///< RFC 2920
  bool chunking = false;              ///< RFC 3030: BDAT
  bool binarymime = false;            ///< RFC 3030
  bool eightbitmime = false;          ///< RFC 6152
  bool smtputf8 = false;              ///< RFC 6531
  bool dsn = false;                   ///< RFC 3461
  bool starttls = false;              ///< RFC 3207
  bool enhancedstatuscodes = false;   ///< RFC 2034
  bool size = false;                  ///< RFC 1870: SIZE is offered
  std::uint64_t size_octets_max = 0;  ///< its limit; 0 if the server gives none
  std::string_view auth_mechanisms;   ///< RFC 4954: "PLAIN LOGIN"; empty if AUTH is not offered
};

/// Reads the capabilities out of a positive reply to EHLO or LHLO: every line except the first,
/// which is the greeting. Lines that do not match ehlo-line and unknown keywords are ignored.
/// Linear in the reply.
[[nodiscard]] Capabilities read_capabilities(const Reply& reply, Tolerances tolerances = {}) noexcept;

/// Adds the capability in one line, for whoever wants to know what `read_capabilities` ignores. An
/// invalid line or size costs itself alone; what is wrong with it is returned, with the offset in
/// the line. An unknown keyword is no error.
///
///     for (const std::string_view line : reply.lines.subspan(1)) {
///       if (const Error error = add_capability(line, found)) report(line, error);
///     }
Error add_capability(std::string_view line, Capabilities& found, Tolerances tolerances = {}) noexcept;

/// The parameters of `keyword` (any case) in a reply to EHLO; nullopt if it is not offered.
[[nodiscard]] std::optional<std::string_view> find_keyword(const Reply& reply, std::string_view keyword,
                                                           Tolerances tolerances = {}) noexcept;

}  // namespace backtalk::smtp
