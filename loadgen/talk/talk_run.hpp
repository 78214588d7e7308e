// SPDX-License-Identifier: Apache-2.0 OR MIT
/// One conversation from a URL to its end: lines from a descriptor go to the server, and what both
/// say to the screen.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "net/endpoint.hpp"
#include "talk/audience.hpp"
#include "talk/dialect.hpp"
#include "talk/line_source.hpp"
#include "talk/screen.hpp"
#include "tls/settings.hpp"

namespace backtalk::talk {

struct TalkPlan {
  Protocol protocol = Protocol::smtp;
  std::vector<net::Endpoint> addresses;  ///< of the server, tried in this order; at least one
  tls::ClientTransport transport;        ///< without a plan: clear text
  bool starttls = false;                 ///< TLS begins with STARTTLS, before the user's first line
  std::uint64_t timeout_ns = 0;
  bool pipeline = false;
  bool explain = false;
  bool lenient = false;  ///< see ConversationSettings
};

struct Outcome {
  enum class Kind : std::uint8_t {
    answered,       ///< all that was asked was answered
    failed,         ///< it was not, or the server did what no server may
    no_connection,  ///< nothing was asked
    bad_environment
  };
  Kind kind = Kind::answered;
  std::string sentence = {};  ///< what went wrong
};

/// Talks until all lines have gone out and all that they ask for is answered, or something goes
/// wrong. `audience` hears what is said, and shows it on the screen; it may be the screen itself.
[[nodiscard]] Outcome talk(const TalkPlan& plan, LineSource& lines, Audience& audience, Screen& screen);

}  // namespace backtalk::talk
