// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/metrics_listener.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "cli/standard_error.hpp"
#include "net/endpoint.hpp"
#include "net/url.hpp"

namespace backtalk::cli {
namespace {

// Scrapes follow each other; whoever else connects is turned away.
constexpr unsigned kClientsMax = 32;
// From its connection to its end, so that clients who ask for nothing, or read nothing, do not keep
// the others out. A scrape of Prometheus takes no longer unless it is told to.
constexpr std::uint64_t kClientNs = 10'000'000'000;

bool is_number(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

bool is_loopback(const net::Endpoint& at) {
  if (at.family() == AF_INET6)
    return IN6_IS_ADDR_LOOPBACK(&reinterpret_cast<const sockaddr_in6*>(at.get())->sin6_addr);
  constexpr std::uint32_t kLoopbackNet = 127;
  return ntohl(reinterpret_cast<const sockaddr_in*>(at.get())->sin_addr.s_addr) >> 24U == kLoopbackNet;
}

}  // namespace

std::variant<std::unique_ptr<MetricsListener>, std::string> MetricsListener::listen(
    const std::string& where) {
  const auto problem = [&where](std::string_view what) {
    return fmt::format("--metrics-listen {}: {}", where, what);
  };
  auto read = net::read_url(fmt::format("http://{}{}", is_number(where) ? "127.0.0.1:" : "", where));
  auto* const url = std::get_if<net::Url>(&read);
  if (url == nullptr || !url->port_given || !url->path.empty() || url->unix_socket)
    return problem("a port is expected, as 9100, or an address and a port, as 127.0.0.1:9100 or [::1]:9100");
  auto at = net::resolve(*url);
  if (const auto* unknown = std::get_if<std::string>(&at)) return problem(*unknown);
  serve::ServerPlan plan;
  plan.at = std::get<net::Endpoint>(at);
  plan.connections_max = kClientsMax;
  plan.connection_timeout_ns = kClientNs;
  plan.refusal = serve::PageServer::kTooMany;
  std::unique_ptr<MetricsListener> out(new MetricsListener(std::move(plan)));
  if (const auto failed = out->server_.listen()) return problem(*failed);
  const net::Endpoint& bound = out->server_.listens_at();
  const bool is_ipv6 = bound.family() == AF_INET6;
  out->url_ = fmt::format("http://{}{}{}:{}/metrics", is_ipv6 ? "[" : "", bound.text(), is_ipv6 ? "]" : "",
                          bound.port());
  out->is_local_ = is_loopback(bound);
  out->thread_ = std::thread([&listener = *out] {
    if (const auto failed = listener.server_.run(listener.stop_))
      tell("backtalk load: --metrics-listen: {}\n", *failed);
  });
  return out;
}

MetricsListener::MetricsListener(serve::ServerPlan plan)
    : finder_([this](std::string_view path, std::string_view accept) { return find(path, accept); }),
      server_(std::move(plan), [this] { return std::make_unique<serve::PageServer>(finder_); }) {}

MetricsListener::~MetricsListener() {
  stop_.store(true);
  if (thread_.joinable()) thread_.join();
}

void MetricsListener::show(const report::RunSoFar& run) {
  std::string open_metrics = to_metrics(run, report::MetricsFormat::open_metrics);
  std::string prometheus = to_metrics(run, report::MetricsFormat::prometheus);
  const std::lock_guard guard(lock_);
  open_metrics_ = std::move(open_metrics);
  prometheus_ = std::move(prometheus);
}

serve::Page MetricsListener::find(std::string_view path, std::string_view accept) {
  if (path != "/metrics") return {};
  const bool is_open = accept.find("application/openmetrics-text") != std::string_view::npos;
  const auto format = is_open ? report::MetricsFormat::open_metrics : report::MetricsFormat::prometheus;
  const std::lock_guard guard(lock_);
  return {.content_type = std::string(content_type_of(format)),
          .body = is_open ? open_metrics_ : prometheus_,
          .made = !open_metrics_.empty()};
}

}  // namespace backtalk::cli
