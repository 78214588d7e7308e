// SPDX-License-Identifier: Apache-2.0 OR MIT
// The client's side of HTTP against a hostile server: session::HttpSession.
#include "session/http_session.hpp"

#include <memory>
#include <string>
#include <vector>

#include "targets/session_adapter.hpp"

namespace {

using namespace backtalk::session;

// What varies, a bit each.
enum Variant : unsigned { deep = 1, with_body = 2, expects = 4, head = 8 };
constexpr unsigned kVariants = 16;
constexpr std::size_t kBodyOctets = 6000;
constexpr std::size_t kHeadMax = 128;

HttpRequest request_of(unsigned variant) {
  HttpRequest request;
  const bool has_body = (variant & (with_body | expects)) != 0;
  const bool is_head = (variant & head) != 0 && !has_body;
  request.method = is_head ? HttpCommand::head : has_body ? HttpCommand::put : HttpCommand::get;
  std::string line(kHttpCommandNames[static_cast<std::size_t>(request.method)]);
  request.line = CommandTemplate(line + " /a{n} HTTP/1.1", {CommandTemplate::Field::number});
  request.fields = "Host: a.example\r\n";
  request.expects_continue = (variant & expects) != 0;
  if (request.expects_continue) request.fields += "Expect: 100-continue\r\n";
  if (has_body) {
    request.body.assign(kBodyOctets, 'x');
    request.fields += "Content-Length: " + std::to_string(kBodyOctets) + "\r\n";
  }
  request.fields += "\r\n";
  return request;
}

HttpPlan plan_of(unsigned variant) {
  HttpPlan plan;
  plan.requests = {request_of(variant)};
  plan.depth = (variant & deep) != 0 ? 4 : 1;
  return plan;
}

const HttpPlan& shared_plan(unsigned variant) {
  static const auto plans = backtalk::fuzz::plans_of(kVariants, &plan_of);
  return plans[variant];
}

class HttpClient final : public backtalk::fuzz::SessionAdapter {
  backtalk::fuzz::SessionUnderTest make_session(unsigned variant, Observer& observer) override {
    const HttpPlan& plan = shared_plan(variant);
    return {.session = std::make_unique<HttpSession>(plan, SessionContext{.observer = observer}),
            .command_names = kHttpCommandNames,
            .commands_waiting_max = pending_commands_max(plan),
            .output_max_once = 0,
            .output_max_each = kHeadMax + plan.requests.front().body.size(),
            .bursts = true,  // a response may end anywhere in a line
            .learns = true};
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(HttpClient, .name = "http_session", .protocol = "http", .variants = kVariants,
                     .simd = true)
