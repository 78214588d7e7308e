// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the HTTP sessions of a run send, and which answers they take for success.
#pragma once

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/tolerate.hpp"
#include "session/command_template.hpp"
#include "session/http_commands.hpp"
#include "session/http_credentials.hpp"
#include "session/http_statuses.hpp"
#include "session/login.hpp"
#include "session/script.hpp"
#include "session/session.hpp"
#include "session/think_time.hpp"

namespace backtalk::session {

/// The answers that let a pass go on.
struct HttpExpectation {
  enum class Kind : std::uint8_t {
    success,   ///< those of HttpPlan::ok
    statuses,  ///< from `first` to `last`
    anything
  };
  Kind kind = Kind::success;
  std::uint16_t first = 0;  ///< an index into the statuses, as `last`
  std::uint16_t last = 0;
};

/// A request as it goes out: `filled` `octets` `body`.
struct HttpRequest {
  HttpCommand method = HttpCommand::get;
  /// The request from its first octet to its last placeholder, which goes out in one piece: at most
  /// CommandWriter::kCommandOctetsMax octets. Empty if it has no placeholder.
  CommandTemplate filled = {};
  /// What follows of the head, and the empty line that ends it. If placeholders are in the content,
  /// what follows of that.
  std::string octets = {};
  /// The content, as the head describes it; empty if there is none, or if `filled` has it.
  std::string body = {};
  /// The head has "Expect: 100-continue": the body waits for the server's word (RFC 9110 10.1.1).
  bool expects_continue = false;

  // What follows are a script's ways: docs/scripts.md.

  /// What Field::content_octets in `filled` counts.
  CommandTemplate content = {};
  HttpExpectation expected = {};
  ExactAnswer exact = {};
  std::vector<Capture> captures = {};
  /// It goes out without waiting for the answers to the requests before it in its section or pass.
  bool pipelined = false;
  /// It goes out when all requests before it are answered, and those behind it wait for its answer.
  bool alone = false;
  /// It has the server close the connection: nothing follows it.
  bool closes = false;
  ThinkTime wait = {};            ///< as in ScriptCommand
  std::uint32_t source_line = 0;  ///< likewise
};

/// A request with this line, without CRLF, and these field lines with the empty line behind them.
[[nodiscard]] inline HttpRequest http_request(HttpCommand method, CommandTemplate line,
                                              std::string_view fields) {
  HttpRequest request{.method = method};
  request.octets = line.take_tail().append("\r\n").append(fields);
  request.filled = std::move(line);
  return request;
}

/// One transaction's requests.
struct HttpPass {
  unsigned weight = 1;  ///< its share in a mix, among those of all passes
  std::vector<HttpRequest> requests;
  ThinkTime wait = {};  ///< as in ScriptPass
};

/// The codes from 200 to 399.
[[nodiscard]] inline std::bitset<kHttpStatuses> successful_statuses() {
  std::bitset<kHttpStatuses> set;
  for (unsigned code = 200; code < 400; ++code) set.set(http_status(code));
  return set;
}

struct HttpPlan {
  std::vector<HttpRequest> once;  ///< on each connection, before the first pass
  /// A transaction is one pass: which one, the transaction's number and the passes' weights decide.
  /// At least one, each with at least one request.
  std::vector<HttpPass> passes;
  std::vector<HttpRequest> end;    ///< on each connection, behind the last pass
  bool connection_a_pass = false;  ///< each pass has a connection of its own: all of it is the pass
  bool waits = false;              ///< within or behind passes: a connection has one at a time
  unsigned capture_slots = 0;      ///< at most CapturedWords::kSlotsMax
  /// Nobody logs in: these are {user} and {password}, unless its way is `none`.
  LoginPlan login;
  /// What all these requests send in fields that prove who sends them: `find_credentials`.
  HttpCredentials credentials;
  /// A response with one of these is a success.
  std::bitset<kHttpStatuses> ok = successful_statuses();
  bool verifies = false;  ///< bodies are compared with their checksums, answers with their targets
  unsigned depth = 1;     ///< requests in flight on a connection, from 1 to 1024
  /// How long a body waits for 100 Continue from a server that says nothing.
  Nanoseconds continue_wait = 1'000'000'000;
  /// docs/quirks.md says why these. A load generator's connection has no other user, whose
  /// responses another reading could move.
  Tolerances tolerances = tolerate::web_servers | tolerate::obs_fold | tolerate::chunk_size_space |
                          tolerate::identity_coding | tolerate::equal_content_lengths;
};

/// Sets `credentials`, once the requests are there.
inline void find_credentials(HttpPlan& plan) {
  plan.credentials = {};
  const auto add = [&plan](const std::vector<HttpRequest>& requests) {
    for (const HttpRequest& one : requests) plan.credentials.add(one);
  };
  add(plan.once);
  for (const HttpPass& pass : plan.passes) add(pass.requests);
  add(plan.end);
}

/// The most commands of a connection that wait for their answers.
[[nodiscard]] inline std::size_t pending_commands_max(const HttpPlan& plan) {
  return plan.depth;
}

}  // namespace backtalk::session
