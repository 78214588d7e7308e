// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "cli/whole_number.hpp"
#include "net/probe.hpp"
#include "net/url.hpp"
#include "serve/faults.hpp"
#include "serve/server.hpp"
#include "serve/smtp_server.hpp"

namespace backtalk::cli {
namespace {

struct ServeArguments {
  std::vector<std::string> urls;
  std::vector<std::string> faults;
  unsigned threads = 1;
  unsigned connections = 4096;
};

// One server: a thread with a ring, and what its sinks have counted.
struct Running {
  serve::SmtpCounts counts;
  std::unique_ptr<serve::Server> server;
  std::thread thread;
};

serve::ServerPlan plan_server(const ServeArguments& arguments, const serve::Faults& faults) {
  serve::ServerPlan plan;
  plan.shared_port = arguments.threads > 1;
  plan.connections_max = arguments.connections;
  plan.delay_ns = faults.delay_ns;
  plan.stall_ns = faults.stall_ns;
  plan.stall_period_ns = faults.stall_period_ns;
  plan.split_octets = faults.split_octets;
  plan.refusal = serve::SmtpServer::kTooMany;
  return plan;
}

// Listens for one URL with every thread that it gets; what went wrong, where it cannot.
std::optional<std::string> listen_at(const std::string& text, const ServeArguments& arguments,
                                     const serve::Faults& faults,
                                     std::vector<std::unique_ptr<Running>>& running) {
  auto url_or_problem = net::read_url(text);
  if (auto* problem = std::get_if<std::string>(&url_or_problem)) return *problem;
  net::Url url = std::get<net::Url>(url_or_problem);
  if (url.scheme != "smtp" && url.scheme != "lmtp") {
    return fmt::format("`{}`: the schemes that can be served are smtp and lmtp", url.scheme);
  }
  if (auto problem = net::refuse_path(url)) return problem;
  if (!url.unix_socket && !url.port_given) return fmt::format("`{}`: name a port; 0 picks one", text);
  auto at = net::resolve(url);
  if (auto* problem = std::get_if<std::string>(&at)) return *problem;
  serve::ServerPlan plan = plan_server(arguments, faults);
  plan.at = std::get<net::Endpoint>(at);
  if (!plan.at.is_near())
    return fmt::format("`{}`: the built-in servers listen on loopback and private addresses only", text);
  const unsigned threads = url.unix_socket ? 1 : arguments.threads;
  for (unsigned i = 0; i < threads; ++i) {
    auto one = std::make_unique<Running>();
    one->server =
        std::make_unique<serve::Server>(plan, [&faults, &counts = one->counts, lmtp = url.scheme == "lmtp"] {
          return std::make_unique<serve::SmtpServer>(lmtp, faults, counts);
        });
    if (auto problem = one->server->listen()) return fmt::format("`{}`: {}", text, *problem);
    plan.at = one->server->listens_at();
    running.push_back(std::move(one));
  }
  url.port = plan.at.port();
  fmt::print("listening on {}\n", url.text());
  std::fflush(stdout);
  return std::nullopt;
}

void report_counts(const std::vector<std::unique_ptr<Running>>& running) {
  serve::SmtpCounts sum;
  std::uint64_t refused = 0;
  for (const std::unique_ptr<Running>& one : running) {
    sum.connections += one->counts.connections;
    refused += one->server->refused();
    sum.messages += one->counts.messages;
    sum.recipients += one->counts.recipients;
    sum.recipients_refused += one->counts.recipients_refused;
    sum.senders_refused += one->counts.senders_refused;
    sum.messages_refused += one->counts.messages_refused;
    sum.octets += one->counts.octets;
    sum.protocol_errors += one->counts.protocol_errors;
  }
  fmt::print(
      "served {{\"connections\":{},\"connections_refused\":{},\"messages\":{},\"recipients\":{},"
      "\"recipients_refused\":{},\"senders_refused\":{},\"messages_refused\":{},\"octets\":{},"
      "\"protocol_errors\":{}}}\n",
      sum.connections, refused, sum.messages, sum.recipients, sum.recipients_refused, sum.senders_refused,
      sum.messages_refused, sum.octets, sum.protocol_errors);
}

int run_serve(const ServeArguments& arguments) {
  serve::Faults faults;
  for (const std::string& text : arguments.faults) {
    if (auto problem = serve::add_fault(text, faults)) return refuse("serve", *problem);
  }
  if (auto problem = net::probe(arguments.connections, arguments.threads)) return refuse("serve", *problem);
  catch_interrupts();
  std::vector<std::unique_ptr<Running>> running;
  for (const std::string& url : arguments.urls) {
    if (auto problem = listen_at(url, arguments, faults, running)) return refuse("serve", *problem);
  }
  std::atomic<bool> stop{false};
  std::mutex problem_lock;
  std::optional<std::string> problem;
  for (const std::unique_ptr<Running>& one : running) {
    one->thread = std::thread([&, &server = *one->server] {
      if (auto failed = server.run(stop)) {
        const std::lock_guard lock(problem_lock);
        problem = std::move(failed);
        stop.store(true);
      }
    });
  }
  while (interrupts() == 0 && !stop.load()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop.store(true);
  for (const std::unique_ptr<Running>& one : running) one->thread.join();
  if (problem) return refuse("serve", *problem);
  report_counts(running);
  return 0;
}

}  // namespace

void add_serve_verb(CLI::App& app, int& exit_code) {
  CLI::App* verb = app.add_subcommand("serve", "Run a built-in server: a mail sink for SMTP and LMTP");
  auto arguments = std::make_shared<ServeArguments>();
  verb->add_option("URL", arguments->urls,
                   "smtp://127.0.0.1:0, lmtp://[::1]:2424, smtp+unix:/path; port 0 picks one")
      ->required();
  verb->add_option("-t,--threads", arguments->threads, "threads for each URL")
      ->check(whole_number())
      ->check(CLI::Range(1U, kThreadsMax))
      ->capture_default_str();
  verb->add_option("-c,--connections", arguments->connections,
                   "the most connections a thread takes at once; more are told 421")
      ->check(whole_number())
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  std::string help = "misbehave; repeatable:";
  for (const serve::FaultName& one : serve::fault_names())
    help += fmt::format("\n{}={}: {}", one.name, one.value, one.meaning);
  verb->add_option("--fault", arguments->faults, help)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->footer(
      "Prints `listening on URL` for each URL once it is ready, and what it has served when it is "
      "interrupted.\n"
      "Example: backtalk serve smtp://127.0.0.1:2525 --fault delay=10ms");
  verb->callback([arguments, &exit_code] { exit_code = run_serve(*arguments); });
}

}  // namespace backtalk::cli
