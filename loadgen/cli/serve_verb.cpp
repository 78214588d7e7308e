// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>

#include <boost/json.hpp>

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
#include "serve/fault_option.hpp"
#include "serve/protocols.hpp"
#include "serve/server.hpp"
#include "workload/load_options.hpp"

namespace backtalk::cli {
namespace {

struct ServeArguments {
  std::vector<std::string> urls;
  std::vector<std::string> faults;
  unsigned threads = 1;
  unsigned connections = 4096;
};

// One server: a thread with a ring, and what its sessions share.
struct Running {
  std::unique_ptr<serve::Service> service;
  std::unique_ptr<serve::Server> server;
  std::thread thread;
};

serve::ServerPlan plan_server(const ServeArguments& arguments, const serve::TransportFaults& faults,
                              const serve::Protocol& protocol) {
  serve::ServerPlan plan;
  plan.shared_port = arguments.threads > 1;
  plan.connections_max = arguments.connections;
  plan.faults = faults;
  plan.refusal = protocol.refusal;
  return plan;
}

std::string known_schemes() {
  std::string known;
  for (const serve::Protocol& one : serve::protocols())
    known.append(known.empty() ? "" : ", ").append(one.scheme);
  return known;
}

// Listens at one URL with as many threads as it gets. Returns what went wrong, if anything.
std::optional<std::string> listen_at(const std::string& text, const ServeArguments& arguments,
                                     const serve::Faults& faults,
                                     std::vector<std::unique_ptr<Running>>& running) {
  auto url_or_problem = net::read_url(text);
  if (auto* problem = std::get_if<std::string>(&url_or_problem)) return *problem;
  net::Url url = std::get<net::Url>(url_or_problem);
  const serve::Protocol* const protocol = serve::find_protocol(url.scheme);
  if (protocol == nullptr) {
    return fmt::format("unknown scheme `{}`: `backtalk serve` serves {}", url.scheme, known_schemes());
  }
  if (auto problem = net::refuse_path(url)) return problem;
  if (!url.unix_socket && !url.port_given)
    return fmt::format("`{}`: the URL has no port; port 0 picks a free one", text);
  auto at = net::resolve(url);
  if (auto* problem = std::get_if<std::string>(&at)) return *problem;
  serve::ServerPlan plan = plan_server(arguments, faults.transport, *protocol);
  plan.at = std::get<net::Endpoint>(at);
  if (!plan.at.is_near())
    return fmt::format("`{}`: the built-in servers listen on loopback and private addresses only", text);
  const unsigned threads = url.unix_socket ? 1 : arguments.threads;
  for (unsigned i = 0; i < threads; ++i) {
    auto one = std::make_unique<Running>();
    one->service = protocol->make_service(faults);
    one->server =
        std::make_unique<serve::Server>(plan, [&service = *one->service] { return service.make_session(); });
    if (auto problem = one->server->listen()) return fmt::format("`{}`: {}", text, *problem);
    plan.at = one->server->listens_at();
    running.push_back(std::move(one));
  }
  url.port = plan.at.port();
  fmt::print("listening on {}\n", url.text());
  std::fflush(stdout);
  return std::nullopt;
}

// Adds up by name what all servers counted, and prints it as JSON.
void report_counts(const std::vector<std::unique_ptr<Running>>& running) {
  std::vector<serve::NamedCount> sums{{"connections", 0}, {"connections_refused", 0}};
  const auto add = [&sums](const serve::NamedCount& count) {
    const auto known = std::ranges::find(sums, count.name, &serve::NamedCount::name);
    if (known == sums.end()) {
      sums.push_back(count);
    } else {
      known->value += count.value;
    }
  };
  for (const std::unique_ptr<Running>& one : running) {
    add({"connections_refused", one->server->refused()});
    for (const serve::NamedCount& count : one->service->counts()) add(count);
  }
  boost::json::object json;
  for (const serve::NamedCount& sum : sums) json[sum.name] = sum.value;
  fmt::print("served {}\n", boost::json::serialize(json));
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
  verb->add_option(
          "URL", arguments->urls,
          "where to listen: smtp://127.0.0.1:0, lmtp://[::1]:2424 or smtp+unix:/path; port 0 picks a "
          "free one")
      ->required();
  verb->add_option("-t,--threads", arguments->threads, "threads for each URL")
      ->check(whole_number())
      ->check(CLI::Range(1U, workload::kThreadsMax))
      ->capture_default_str();
  verb->add_option(
          "-c,--connections", arguments->connections,
          "the most connections that a thread accepts at once; further clients are refused (SMTP: 421)")
      ->check(whole_number())
      ->check(CLI::Range(1U, 1'000'000U))
      ->capture_default_str();
  verb->add_option("--fault", arguments->faults,
                   "make the server misbehave; may be repeated:" + serve::fault_help())
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  verb->footer(
      "Prints `listening on URL` for each URL once it is ready, and the counts of what it served when "
      "interrupted.\n"
      "Example: backtalk serve smtp://127.0.0.1:2525 --fault delay=10ms");
  verb->callback([arguments, &exit_code] { exit_code = run_serve(*arguments); });
}

}  // namespace backtalk::cli
