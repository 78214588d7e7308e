// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_script.hpp"

#include "session/http_commands.hpp"

namespace backtalk::session {
namespace {

HttpExpectation expectation_of(const Expectation& expected) {
  using Kind = HttpExpectation::Kind;
  if (expected.statuses == 0) return {};
  if (expected.status == kNoStatus) return {.kind = Kind::anything};
  const unsigned last = expected.status + expected.statuses - 1U;
  return {.kind = Kind::statuses, .first = expected.status, .last = static_cast<std::uint16_t>(last)};
}

std::vector<HttpRequest> requests_of(const std::vector<ScriptCommand>& commands, HttpPipelining pipelining) {
  std::vector<HttpRequest> requests;
  requests.reserve(commands.size());
  for (const ScriptCommand& one : commands) requests.push_back(http_request_of(one, pipelining));
  return requests;
}

}  // namespace

HttpRequest http_request_of(const ScriptCommand& command, HttpPipelining pipelining) {
  HttpRequest request{.method = static_cast<HttpCommand>(command.command),
                      .filled = command.line,
                      .expects_continue = command.expects_continue,
                      .expected = expectation_of(command.expected),
                      .exact = command.expected.exact,
                      .captures = command.captures,
                      .pipelined = command.pipelined,
                      .closes = command.closes,
                      .wait = command.wait,
                      .source_line = command.source_line};
  request.alone = pipelining == HttpPipelining::idempotent && !is_idempotent(request.method);
  if (command.line.uses(CommandTemplate::Field::content_octets)) request.content = command.content;
  // A length that was sent holds for what follows it: both are filled in at once.
  if (command.content.has_fields()) {
    request.filled.append(command.content);
  } else {
    CommandTemplate content = command.content;
    request.body = content.take_tail();
  }
  request.octets = request.filled.take_tail();
  return request;
}

void set_script(HttpPlan& plan, const Script& script, HttpPipelining pipelining) {
  plan.once = requests_of(script.once, pipelining);
  plan.end = requests_of(script.end, pipelining);
  plan.passes.clear();
  for (const ScriptPass& pass : script.passes)
    plan.passes.push_back(
        {.weight = pass.weight, .requests = requests_of(pass.commands, pipelining), .wait = pass.wait});
  plan.connection_a_pass = script.connection_a_pass;
  plan.waits = script.has_waits();
  plan.capture_slots = script.capture_slots;
}

}  // namespace backtalk::session
