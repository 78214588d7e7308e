// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the HTTP sessions of a run send, and which answers they take for success.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <vector>

#include "backtalk/tolerate.hpp"
#include "session/command_template.hpp"
#include "session/http_commands.hpp"
#include "session/http_statuses.hpp"
#include "session/session.hpp"

namespace backtalk::session {

/// A request as it goes out: `line` CRLF `fields` `body`.
struct HttpRequest {
  HttpCommand method = HttpCommand::get;
  /// The request line: "GET /page{n} HTTP/1.1". At most CommandWriter::kCommandOctetsMax octets.
  CommandTemplate line;
  /// Whole field lines, and the empty line that ends the head.
  std::string fields;
  /// As the fields describe it; empty if there is none.
  std::string body;
  /// The fields have "Expect: 100-continue": the body waits for the server's word (RFC 9110
  /// 10.1.1).
  bool expects_continue = false;
};

/// The codes from 200 to 399.
[[nodiscard]] inline std::bitset<kHttpStatuses> successful_statuses() {
  std::bitset<kHttpStatuses> set;
  for (unsigned code = 200; code < 400; ++code) set.set(http_status(code));
  return set;
}

struct HttpPlan {
  /// A transaction is one request: the one whose index is the transaction's number, from the start
  /// again after the last. At least one.
  std::vector<HttpRequest> requests;
  /// A response with one of these completes its transaction.
  std::bitset<kHttpStatuses> ok = successful_statuses();
  unsigned depth = 1;  ///< requests in flight on a connection, from 1 to 1024
  /// How long a body waits for 100 Continue from a server that says nothing.
  Nanoseconds continue_wait = 1'000'000'000;
  /// docs/quirks.md says why these. A load generator's connection has no other user, whose
  /// responses another reading could move.
  Tolerances tolerances = tolerate::web_servers | tolerate::obs_fold | tolerate::chunk_size_space |
                          tolerate::identity_coding | tolerate::equal_content_lengths;
};

/// The most commands of a connection that wait for their answers.
[[nodiscard]] inline std::size_t pending_commands_max(const HttpPlan& plan) {
  return plan.depth;
}

}  // namespace backtalk::session
