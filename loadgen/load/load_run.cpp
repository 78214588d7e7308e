// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/load_run.hpp"

#include <fmt/format.h>

#include <utility>

#include "load/asked.hpp"
#include "net/url.hpp"
#include "result/characters.hpp"
#include "result/from_tally.hpp"

namespace backtalk::load {

LoadRun::LoadRun(workload::LoadOptions options, std::string url, const workload::Protocol& protocol,
                 workload::Workload workload, const engine::ClientPlan& plan)
    : options_(std::move(options)),
      url_(std::move(url)),
      protocol_(&protocol),
      workload_(std::move(workload)),
      client_(std::make_unique<engine::ClientRun>(plan, workload_.make_session)) {}

void LoadRun::stop() {
  stopped_ = true;
  client_->stop();
}

std::variant<result::RunResult, std::string> LoadRun::finish() {
  const auto counted = client_->join();
  if (const auto* problem = std::get_if<std::string>(&counted)) return *problem;
  const auto& tally = std::get<stats::Tally>(counted);
  result::RunResult out = result::from_tally(tally, client_->poll_intervals(),
                                             {.transaction = protocol_->transaction,
                                              .commands = workload_.command_names,
                                              .statuses = workload_.statuses});
  out.url = result::text_of(url_);
  out.protocol = protocol_->scheme;
  out.workload = asked(options_, plan(), protocol_->options.options);
  out.elapsed_ns = client_->elapsed_ns(tally);
  out.interrupted = stopped_;
  return out;
}

std::variant<LoadRun, std::string> prepare(const workload::LoadOptions& options, const Terms& terms) {
  auto read = net::read_url(options.url);
  if (auto* problem = std::get_if<std::string>(&read)) return *problem;
  auto url = std::get<net::Url>(std::move(read));
  const workload::Protocol* const protocol = workload::find_protocol(url.scheme);
  if (protocol == nullptr) {
    std::string known;
    for (const workload::Protocol& one : workload::protocols()) known.append(" ").append(one.scheme);
    return fmt::format("unknown scheme `{}`: the schemes are{}", url.scheme, known);
  }
  if (!url.unix_socket && !url.port_given) url.port = protocol->default_port;
  auto workload = protocol->prepare(options, url.scheme);
  if (auto* problem = std::get_if<std::string>(&workload)) return *problem;
  auto& ready = std::get<workload::Workload>(workload);
  auto plan = plan_run(options, terms, url, ready);
  if (auto* problem = std::get_if<std::string>(&plan)) return *problem;
  return LoadRun(options, url.text(), *protocol, std::move(ready), std::get<engine::ClientPlan>(plan));
}

}  // namespace backtalk::load
