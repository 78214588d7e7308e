// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of HTTP against a hostile server: session::HttpSession.
#include "session/http_session.hpp"

#include <memory>
#include <string>
#include <vector>

#include "targets/session_adapter.hpp"

namespace {

using namespace backtalk::session;

// What varies: a bit each, and two for the script.
enum Variant : unsigned { deep = 1, with_body = 2, expects = 4, head = 8, scripts = 16, verifies = 64 };
constexpr unsigned kVariants = 128;
constexpr unsigned kChoices = 4;
constexpr std::size_t kBodyOctets = 6000;
constexpr std::size_t kHeadMax = 128;

HttpRequest request_of(unsigned variant) {
  const bool has_body = (variant & (with_body | expects)) != 0;
  const bool is_head = (variant & head) != 0 && !has_body;
  const bool expects_continue = (variant & expects) != 0;
  const HttpCommand method = is_head ? HttpCommand::head : has_body ? HttpCommand::put : HttpCommand::get;
  std::string fields = "Host: a.example\r\n";
  if (expects_continue) fields += "Expect: 100-continue\r\n";
  if (has_body) fields += "Content-Length: " + std::to_string(kBodyOctets) + "\r\n";
  const std::string line(kHttpCommandNames[static_cast<std::size_t>(method)]);
  HttpRequest request =
      http_request(method, {line + " /a{n} HTTP/1.1", {CommandTemplate::Field::number}}, fields + "\r\n");
  if (has_body) request.body.assign(kBodyOctets, 'x');
  request.expects_continue = expects_continue;
  return request;
}

HttpRequest pipelined(HttpRequest request) {
  request.pipelined = true;
  return request;
}

HttpRequest expecting(HttpRequest request, unsigned first, unsigned last) {
  request.expected = {
      .kind = HttpExpectation::Kind::statuses, .first = http_status(first), .last = http_status(last)};
  return request;
}

// What the answer to `request` says goes into the one behind it.
std::vector<HttpRequest> with_word(HttpRequest request) {
  request.captures = {{.slot = 0, .word = 2, .field = "Location"}};
  HttpRequest next = request_of(0);
  next.filled.append("/");
  next.filled.append_captured(0);
  next.octets.insert(0, "?");
  return {request, next};
}

// Choice 0 is the one request of a load without a script.
HttpPlan plan_of(unsigned variant) {
  const HttpRequest request = request_of(variant);
  HttpPlan plan;
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  plan.verifies = (variant & verifies) != 0;
  switch (variant / scripts % kChoices) {
    case 0: plan.passes = {{.requests = {request}}}; break;
    case 1:  // sections, a mix, and a word of an answer
      plan.once = {expecting(request, 200, 299)};
      plan.passes = {{.weight = 2, .requests = with_word(request)},
                     {.requests = {expecting(request, 404, 404)}}};
      plan.end = {request_of(0)};
      plan.capture_slots = 1;
      break;
    case 2: {  // requests that go out together, one that goes alone, and the last of a connection
      HttpRequest alone = pipelined(request);
      alone.alone = true;
      HttpRequest last = request;
      last.closes = true;
      plan.passes = {{.weight = 3, .requests = {request, pipelined(request), alone, pipelined(request)}},
                     {.requests = {pipelined(last)}}};
      break;
    }
    default:
      plan.passes = {{.requests = with_word(request)}};
      plan.capture_slots = 1;
      plan.connection_a_pass = true;
  }
  return plan;
}

const HttpPlan& shared_plan(unsigned variant) {
  static const auto plans = backtalk::fuzz::plans_of(kVariants, &plan_of);
  return plans[variant];
}

class HttpClient final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    const HttpPlan& plan = shared_plan(variant);
    constexpr std::size_t kRequestMax = kHeadMax + kBodyOctets + CapturedWords::kOctetsMax;
    constexpr std::size_t kPassMax = 4;
    return {.session = std::make_unique<HttpSession>(plan, SessionContext{.observer = observer}),
            .command_names = kHttpCommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = kRequestMax * (plan.once.size() + plan.end.size()),
            .output_max_each = kRequestMax * kPassMax,
            .bursts = true,  // a response may end anywhere in a line
            .learns = true};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(HttpClient, .name = "http_session", .protocol = "http", .variants = kVariants,
                     .simd = true)
