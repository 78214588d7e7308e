// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/load_run.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "load/workload_of.hpp"
#include "net/url.hpp"
#include "result/characters.hpp"
#include "result/from_tally.hpp"
#include "text/nearest.hpp"

namespace backtalk::load {
namespace {

constexpr std::string_view kRevealed =
    "passwords went out in clear text, and the target is neither loopback nor private: whoever reads along "
    "has them. Use TLS, --starttls, or --auth scram-sha-256";

}  // namespace

LoadRun::LoadRun(Job job, const workload::Protocol& protocol, workload::Workload workload,
                 const engine::ClientPlan& plan)
    : job_(std::move(job)),
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
                                             {.transaction = transaction(),
                                              .commands = workload_.command_names,
                                              .statuses = workload_.statuses,
                                              .mix = workload_.mix,
                                              .expected = workload_.expected});
  out.url = result::text_of(job_.url);
  out.protocol = protocol_->scheme;
  out.tls = agreed_tls();
  out.workload = workload_of(job_, plan(), protocol_->own_options);
  out.elapsed_ns = client_->elapsed_ns(tally);
  out.interrupted = stopped_;
  if (shows_passwords(workload_, plan())) out.notes.emplace_back(kRevealed);
  return out;
}

// The empty texts of a run without a handshake say that it asked for TLS and did not get it.
std::optional<result::Tls> LoadRun::agreed_tls() const {
  const tls::ClientTransport& transport = workload_.transport;
  if (!transport.plan.make) return std::nullopt;
  const auto agreed = transport.negotiated();
  if (!agreed) return result::Tls{};
  return result::Tls{.version = agreed->version, .cipher = agreed->cipher, .verified = transport.verifies};
}

std::variant<LoadRun, std::string> prepare(const Job& job, const Terms& terms) {
  const auto known = protocol_of(job.url);
  if (const auto* problem = std::get_if<std::string>(&known)) return *problem;
  const workload::Protocol& protocol = *std::get<const workload::Protocol*>(known);
  auto url = std::get<net::Url>(net::read_url(job.url));
  if (!url.unix_socket && !url.port_given) url.port = protocol.default_port;
  Job kept{.url = url.text(), .options = job.options, .own = job.own};
  if (kept.own == nullptr) kept.own = protocol.make_own();
  auto workload = protocol.prepare(kept.options, *kept.own, url);
  if (auto* problem = std::get_if<std::string>(&workload)) return *problem;
  auto& ready = std::get<workload::Workload>(workload);
  auto plan = plan_run(kept.options, terms, url, ready);
  if (auto* problem = std::get_if<std::string>(&plan)) return *problem;
  return LoadRun(std::move(kept), protocol, std::move(ready), std::get<engine::ClientPlan>(plan));
}

std::variant<const workload::Protocol*, std::string> protocol_of(const std::string& url) {
  const auto read = net::read_url(url);
  if (const auto* problem = std::get_if<std::string>(&read)) return *problem;
  const std::string& scheme = std::get<net::Url>(read).scheme;
  if (const workload::Protocol* const protocol = workload::find_protocol(scheme)) return protocol;
  std::vector<std::string> known;
  known.reserve(workload::protocols().size());
  for (const workload::Protocol& one : workload::protocols()) known.emplace_back(one.scheme);
  if (const std::string meant = text::did_you_mean(scheme, known); !meant.empty())
    return fmt::format("unknown scheme `{}`{}", scheme, meant);
  return fmt::format("unknown scheme `{}`: the schemes are {}", scheme, fmt::join(known, " "));
}

}  // namespace backtalk::load
