// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "dialogue.hpp"
#include "session/http_session.hpp"
#include "session/http_statuses.hpp"

namespace backtalk::session::test {

inline const std::string kGet = "GET / HTTP/1.1\r\nHost: a.example\r\n\r\n";
inline constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";

/// A request with these fields and this body.
inline HttpRequest request_of(HttpCommand method, std::string_view target = "/", std::string body = {}) {
  std::string line(kHttpCommandNames[static_cast<std::size_t>(method)]);
  line.append(" ").append(target).append(" HTTP/1.1");
  std::string fields = "Host: a.example\r\n";
  if (!body.empty()) fields += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  HttpRequest request = http_request(method, {line, {CommandTemplate::Field::number}}, fields + "\r\n");
  request.body = std::move(body);
  return request;
}

inline HttpPlan http_plan_of(unsigned depth, HttpRequest request = request_of(HttpCommand::get)) {
  HttpPlan plan;
  plan.passes.emplace_back().requests.push_back(std::move(request));
  plan.depth = depth;
  return plan;
}

class HttpDialogue : public Dialogue<HttpSession> {
 public:
  explicit HttpDialogue(HttpPlan plan)
      : Dialogue(std::move(plan), {.commands = kHttpCommandNames, .statuses = http_statuses()}) {}
};

}  // namespace backtalk::session::test
