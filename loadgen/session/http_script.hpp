// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A script as the sessions of HTTP follow it, worked out once for the run.
#pragma once

#include "session/http_plan.hpp"
#include "session/script.hpp"

namespace backtalk::session {

/// Requests whose methods may be pipelined.
enum class HttpPipelining : std::uint8_t {
  idempotent,  ///< the others go out alone (RFC 9112 9.3.2)
  any
};

/// Sets what the plan has of a script: its sections, passes and captured words.
void set_script(HttpPlan& plan, const Script& script, HttpPipelining pipelining);

/// The request of a script's command.
[[nodiscard]] HttpRequest http_request_of(const ScriptCommand& command, HttpPipelining pipelining);

}  // namespace backtalk::session
