// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/http_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "backtalk/http/field.hpp"
#include "backtalk/http/write.hpp"
#include "session/captured_words.hpp"
#include "session/checksum_request.hpp"
#include "session/command_writer.hpp"
#include "session/http_script.hpp"
#include "session/http_session.hpp"
#include "session/http_statuses.hpp"
#include "workload/http_options.hpp"
#include "workload/http_target.hpp"
#include "workload/input_file.hpp"

namespace backtalk::workload {
namespace {

using session::HttpCommand;
using session::HttpPlan;
using session::HttpRequest;
using session::Status;

constexpr std::uint64_t kBodyOctetsMax = std::uint64_t{1} << 30;

using Fields = std::vector<http::Field>;

bool has(std::span<const http::Field> fields, std::string_view name) {
  return http::find_field(fields, name).has_value();
}

// "Name: value"
std::variant<Fields, std::string> read_fields(const std::vector<std::string>& texts) {
  Fields fields;
  for (const std::string_view text : texts) {
    const std::size_t colon = text.find(':');
    if (colon == std::string_view::npos) return fmt::format("--header `{}`: expected 'Name: value'", text);
    const http::Field field{text.substr(0, colon), text.substr(colon + 1)};
    for (const std::string_view own : {"content-length", "transfer-encoding", "expect"}) {
      if (has({&field, 1}, own))
        return fmt::format("--header `{}`: {} follows from --body and --expect-continue", text, own);
    }
    fields.push_back(field);
  }
  return fields;
}

// The status of each code that "404" or "4xx" names; false if it names none.
bool add_ok(std::string_view text, HttpPlan& plan) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  if (text.size() != 3 || text.front() < '2' || text.front() > '5') return false;
  const unsigned hundreds = static_cast<unsigned>(text.front() - '0') * 100;
  if (text.substr(1) == "xx") {
    for (unsigned i = 0; i < 100; ++i) plan.ok.set(session::http_status(hundreds + i));
    return true;
  }
  if (!is_digit(text[1]) || !is_digit(text[2])) return false;
  plan.ok.set(session::http_status(hundreds + static_cast<unsigned>(text[1] - '0') * 10 +
                                   static_cast<unsigned>(text[2] - '0')));
  return true;
}

std::optional<std::string> read_ok(const HttpOptions& options, HttpPlan& plan) {
  if (options.ok.empty()) return std::nullopt;
  plan.ok.reset();
  for (const std::string& text : options.ok) {
    if (!add_ok(text, plan)) return fmt::format("--ok {}: expected a status such as 404, or 4xx", text);
  }
  return std::nullopt;
}

std::optional<std::string> read_body(const HttpOptions& options, HttpRequest& request) {
  if (options.body_file.empty()) return std::nullopt;
  auto problem = read_input_file("--body", options.body_file, [&request](std::string_view piece) {
    request.body += piece;
    return request.body.size() <= kBodyOctetsMax;
  });
  if (problem) return problem;
  if (request.body.size() > kBodyOctetsMax)
    return fmt::format("--body {}: at most {} bytes", options.body_file, kBodyOctetsMax);
  request.expects_continue = options.expect_continue && !request.body.empty();
  return std::nullopt;
}

// Methods whose requests are expected to have content say so even if it is empty (RFC 9110 8.6).
bool says_length(const HttpRequest& request) {
  return !request.body.empty() || request.method == HttpCommand::post || request.method == HttpCommand::put ||
         request.method == HttpCommand::patch;
}

// A field of the user's, or one that he has not given.
Error write_fields(http::HeadWriter& head, const Fields& fields, const net::Url& url,
                   const HttpRequest& request, std::string& wrong) {
  wrong = url.host;
  Error error;
  if (!has(fields, "host")) {
    const std::string host = url.unix_socket ? "localhost" : url.host.substr(0, url.host.find('%'));
    const std::uint16_t port = url.port_given ? url.port : std::uint16_t{0};
    error = head.host(host, port);
  }
  if (!error && !has(fields, "accept")) error = head.field("Accept", "*/*");
  for (const http::Field& field : fields) {
    if (error) return error;
    wrong = field.name;
    error = head.field(field.name, field.value);
  }
  if (!error && request.expects_continue) error = head.field("Expect", "100-continue");
  if (!error && says_length(request)) error = head.content_length(request.body.size());
  if (!error) error = head.end();
  return error;
}

// A sentence about the first byte of the target that cannot be in a request line.
std::optional<std::string> check_target(std::string_view method, std::string_view target,
                                        const net::Url& url) {
  std::string text;
  Output out(text);
  if (const Error error = http::write_request_line(out, method, target))
    return fmt::format("`{}`: byte {} of the path cannot be in a request ({})", url.text(), error.offset,
                       word(error.code));
  return std::nullopt;
}

std::variant<HttpRequest, std::string> make_request(const HttpOptions& options, const Fields& fields,
                                                    const net::Url& url) {
  HttpRequest request;
  const auto method = session::find_http_command(options.method);
  if (!method)
    return fmt::format("--method {}: expected one of {}", options.method,
                       fmt::join(session::kHttpCommandNames, ", "));
  request.method = *method;
  if (auto problem = read_body(options, request)) return *problem;
  std::string text;
  Output out(text);
  http::HeadWriter head(out);
  const std::string target = target_of(url);
  if (auto problem = check_target(options.method, target, url)) return *problem;
  static_cast<void>(head.begin_request(options.method, target));
  std::string wrong;
  if (const Error error = write_fields(head, fields, url, request, wrong))
    return fmt::format("header field `{}`: it cannot be sent ({} at byte {})", wrong, word(error.code),
                       error.offset);
  const std::size_t line = text.find("\r\n");
  session::CommandTemplate first(text.substr(0, line), {session::CommandTemplate::Field::number});
  if (first.octets_max() + 2 > session::CommandWriter::kCommandOctetsMax)
    return fmt::format("the path is too long: at most {} bytes",
                       session::CommandWriter::kCommandOctetsMax - options.method.size() - 12);
  HttpRequest whole =
      session::http_request(*method, std::move(first), std::string_view(text).substr(line + 2));
  whole.body = std::move(request.body);
  whole.expects_continue = request.expects_continue;
  return whole;
}

std::vector<Status> statuses_of(const HttpPlan& plan) {
  const auto all = session::http_statuses();
  std::vector<Status> statuses(all.begin(), all.end());
  for (std::size_t i = 0; i < statuses.size(); ++i) statuses[i].ok = plan.ok.test(i);
  return statuses;
}

// What the sessions of a run share.
struct Shared {
  HttpPlan plan;
  std::vector<Status> statuses;
  std::vector<MixedPass> mix;
  std::vector<ExpectedAnswer> expected;
};

// The requests that the options say.
std::optional<std::string> add_fixed(const LoadOptions& common, const HttpOptions& options,
                                     const net::Url& url, HttpPlan& plan) {
  if (options.logs_in())
    return std::string(options.users_file.empty() ? "--user" : "--users") +
           " has no effect without --script, which has {user} and {password}";
  const auto read = read_fields(options.fields);
  if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
  const auto& fields = std::get<Fields>(read);
  auto request = make_request(options, fields, url);
  if (auto* problem = std::get_if<std::string>(&request)) return *problem;
  const HttpCommand method = std::get<HttpRequest>(request).method;
  if (common.pipeline > 1 && !session::is_idempotent(method) && !options.pipeline_any)
    return fmt::format(
        "--pipeline {}: a {} may be acted on twice if its connection fails (RFC 9112 9.3.2); if that does no "
        "harm, say --pipeline-any-method",
        common.pipeline, options.method);
  if (common.pipeline > 1 && http::field_lists(fields, "connection", "close"))
    return fmt::format("--pipeline {}: with `Connection: close` a connection takes one request",
                       common.pipeline);
  plan.passes.emplace_back().requests.push_back(std::get<HttpRequest>(std::move(request)));
  return std::nullopt;
}

bool uses(const std::vector<session::HttpRequest>& requests, session::CommandTemplate::Field field) {
  return std::ranges::any_of(requests, [field](const HttpRequest& one) { return one.filled.uses(field); });
}

// {user} or {password}
bool uses_credentials(const HttpPlan& plan) {
  using Field = session::CommandTemplate::Field;
  return std::ranges::any_of(std::array{Field::user, Field::password}, [&plan](Field field) {
    return uses(plan.once, field) || uses(plan.end, field) ||
           std::ranges::any_of(plan.passes,
                               [field](const session::HttpPass& pass) { return uses(pass.requests, field); });
  });
}

// The requests of a script.
std::optional<std::string> add_script(const HttpOptions& options, const net::Url& url, Shared& shared) {
  HttpPlan& plan = shared.plan;
  const auto found = script_text_of(options, "http", "get");
  if (const auto* problem = std::get_if<std::string>(&found)) return *problem;
  const auto& text = std::get<ScriptText>(found);
  const std::string path = target_of(url);
  if (auto problem = check_target("GET", path, url)) return problem;
  if (path != "/" && text.text.find("{path}") == std::string::npos)
    return fmt::format(
        "`{}`: the path has no effect with this script, whose requests name their own; {{path}} stands for "
        "it",
        url.text());
  const std::string host = authority_of(url);
  const std::array constants{script::Constant{"host", host}, script::Constant{"path", path}};
  const auto script = read_script_text(options, text, "http", constants);
  if (const auto* problem = std::get_if<std::string>(&script)) return *problem;
  const auto pipelining =
      options.pipeline_any ? session::HttpPipelining::any : session::HttpPipelining::idempotent;
  session::set_script(plan, std::get<session::Script>(script), pipelining);
  shared.mix = mix_of(std::get<session::Script>(script));
  shared.expected = expected_answers(std::get<session::Script>(script), session::kSpaces);
  auto login = login_plan_of(options, url);
  if (auto* problem = std::get_if<std::string>(&login)) return *problem;
  plan.login = std::get<session::LoginPlan>(std::move(login));
  const bool has_users = plan.login.way != session::LoginPlan::Way::none;
  if (uses_credentials(plan) == has_users) return std::nullopt;
  return has_users ? "--user and --users have no effect: the script has neither {user} nor {password}"
                   : "the script needs --user and --password, or --users, for {user} and {password}";
}

}  // namespace

std::variant<Workload, std::string> prepare_http(const LoadOptions& common, const options::Values& own,
                                                 const net::Url& url) {
  const auto& options = static_cast<const HttpOptions&>(own);
  auto shared = std::make_shared<Shared>();
  HttpPlan& plan = shared->plan;
  plan.continue_wait = std::min(plan.continue_wait, common.timeout_ns / 2);
  plan.depth = static_cast<unsigned>(common.pipeline);
  plan.verifies = common.verify;
  if (auto problem = read_ok(options, plan)) return *problem;
  if (auto problem = options.follows_script() ? add_script(options, url, *shared)
                                              : add_fixed(common, options, url, plan))
    return *problem;
  if (common.verify) session::ask_for_checksums(plan);
  session::find_credentials(plan);
  shared->statuses = statuses_of(plan);
  auto transport = tls_transport_of(options, url, {"http/1.1"});
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  return Workload{.make_session =
                      [shared](const session::SessionContext& context) {
                        return std::make_unique<session::HttpSession>(shared->plan, context);
                      },
                  .transport = std::get<tls::ClientTransport>(std::move(transport)),
                  .command_names = session::kHttpCommandNames,
                  .statuses = shared->statuses,
                  .receive_octets = 16384,
                  .send_octets = 65536,
                  .reveals_passwords = reveals_passwords(plan.login, options),
                  .reveals_credentials = !plan.credentials.empty() && !options.uses_tls(),
                  .mix = shared->mix,
                  .expected = shared->expected,
                  .transaction = options.follows_script() ? std::string_view("pass") : std::string_view(),
                  .connection_a_pass = plan.connection_a_pass};
}

}  // namespace backtalk::workload
