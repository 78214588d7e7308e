// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/delivery_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "load/target.hpp"
#include "net/clock.hpp"
#include "net/url.hpp"
#include "result/characters.hpp"
#include "session/exchange.hpp"

namespace backtalk::load {
namespace {

constexpr auto kWatchedEvery = std::chrono::milliseconds(1);
// Ends that are no failures of the watch: it was behind with its looks.
constexpr std::string_view kBehind = "no-free-connection";
constexpr std::string_view kRevealed =
    "passwords to the mailboxes that were watched went out in clear text, and their server is neither "
    "loopback "
    "nor private: anyone who sees the traffic can read them. Use imaps, pop3s or --starttls";

// Those of the load that say how its connections are made; sessions that watch are never replaced.
workload::LoadOptions options_of(const workload::LoadOptions& load, std::uint64_t mailboxes,
                                 std::uint64_t session_every_ns) {
  workload::LoadOptions options;
  options.connections = mailboxes;
  options.timeout_ns = load.timeout_ns;
  options.seed = load.seed;
  options.batch_ns = 0;
  if (session_every_ns > 0)
    options.rate = static_cast<double>(mailboxes) * 1e9 / static_cast<double>(session_every_ns);
  return options;
}

}  // namespace

DeliveryWatch::DeliveryWatch(const workload::SmtpOptions& options, workload::WatchWorkload watch,
                             std::string url, const engine::ClientPlan& plan,
                             std::shared_ptr<stats::DeliveryBook> deliveries)
    : url_(std::move(url)),
      watch_(std::move(watch)),
      deliveries_(std::move(deliveries)),
      client_(plan, watch_.workload.make_session),
      patience_ns_(options.patience_ns),
      wait_({.patience_ns = options.patience_ns, .look_ns = watch_.look_every_ns + plan.timeout_ns}) {}

std::variant<std::unique_ptr<DeliveryWatch>, std::string> DeliveryWatch::prepare(
    const Job& job, const Terms& terms, std::shared_ptr<stats::DeliveryBook> deliveries) {
  const auto& own = static_cast<const workload::SmtpOptions&>(*job.own);
  auto read = net::read_url(own.watch);
  if (auto* problem = std::get_if<std::string>(&read)) return "--watch: " + *problem;
  auto& url = std::get<net::Url>(read);
  auto prepared = workload::prepare_watch(own, url, deliveries, job.options.verify);
  if (auto* problem = std::get_if<std::string>(&prepared)) return std::move(*problem);
  auto& watch = std::get<workload::WatchWorkload>(prepared);
  if (!url.unix_socket && !url.port_given) url.port = watch.default_port;
  const auto options = options_of(job.options, deliveries->mailboxes(), watch.session_every_ns);
  auto target = find_target(options, terms.far_targets, url);
  if (auto* problem = std::get_if<std::string>(&target)) return "--watch: " + *problem;
  auto plan = plan_run(options, {.far_targets = terms.far_targets, .share = {}},
                       std::get<TargetAddresses>(target).loaded, watch.workload);
  if (auto* problem = std::get_if<std::string>(&plan)) return "--watch: " + *problem;
  return std::unique_ptr<DeliveryWatch>(new DeliveryWatch(
      own, std::move(watch), url.text(), std::get<engine::ClientPlan>(plan), std::move(deliveries)));
}

// What kept the mailboxes from being watched, as far as the sessions know it. Ends them.
std::string DeliveryWatch::why_unwatched() {
  client_.stop();
  const auto counted = client_.join();
  std::string why =
      fmt::format("--watch {}: {} of {} mailboxes could not be watched, and no message was sent", url_,
                  deliveries_->unwatched(), deliveries_->mailboxes());
  const auto* const tally = std::get_if<stats::Tally>(&counted);
  if (tally == nullptr) return why;
  for (const stats::NamedCount& error : tally->errors.all()) {
    why += fmt::format("; {}", error.name);
    for (const stats::Example& one : tally->examples.all()) {
      if (one.name != error.name || one.text.empty()) continue;
      why += fmt::format(": the server said `{}`", result::text_of(one.text));
      break;
    }
  }
  return why;
}

std::optional<std::string> DeliveryWatch::open() {
  deliveries_->open();
  if (auto problem = client_.prepare()) return "--watch: " + *problem;
  client_.begin();
  const std::uint64_t until =
      net::now_ns() + engine::kHandshakeAnswers * client_.plan().timeout_ns + watch_.session_every_ns;
  while (deliveries_->unwatched() > 0) {
    const bool refused = client_.opened() && !client_.had_session() && client_.first_failure().has_value();
    const bool ends = refused || client_.done() || net::now_ns() >= until;
    // It may have been watched since it was asked.
    if (ends && deliveries_->unwatched() > 0) return why_unwatched();
    std::this_thread::sleep_for(kWatchedEvery);
  }
  return std::nullopt;
}

bool DeliveryWatch::settled(std::uint64_t now) {
  if (stopped_ || client_.done()) return true;
  if (!wait_.is_over(now, deliveries_->awaited())) return false;
  return !(watch_.polls || deliveries_->is_polled()) || wait_.has_waited_for_look(now) ||
         deliveries_->looked_through_since(wait_.over_since());
}

std::variant<result::Deliveries, std::string> DeliveryWatch::finish() {
  const std::uint64_t now = net::now_ns();
  client_.stop();
  const auto counted = client_.join();
  if (const auto* problem = std::get_if<std::string>(&counted)) return "--watch: " + *problem;
  const auto& tally = std::get<stats::Tally>(counted);
  result::Deliveries out;
  static_cast<stats::DeliveryTally&>(out) = deliveries_->conclude(now);
  out.watch = result::text_of(url_);
  out.mailboxes = deliveries_->mailboxes();
  out.patience_ns = patience_ns_;
  out.polls = watch_.polls;
  for (const stats::NamedCount& error : tally.errors.all()) {
    if (error.name == kBehind) continue;
    auto& errors = session::is_violation(error.name) ? violations_ : out.errors;
    errors.push_back({.name = std::string(error.name), .count = error.count});
  }
  for (const stats::Example& one : tally.examples.all()) {
    if (!session::is_violation(one.name)) continue;
    result::Example& example = examples_.emplace_back();
    example.name = one.name;
    if (one.command < watch_.workload.command_names.size())
      example.command = watch_.workload.command_names[one.command];
    if (one.status < watch_.workload.statuses.size())
      example.status = watch_.workload.statuses[one.status].name;
    example.text = one.text;
    example.offset = one.offset;
    example.text_offset = one.text_offset;
  }
  verification_ = {.checked = tally.checked, .not_checkable = tally.not_checkable};
  for (const stats::NamedCount& one : tally.notes.all()) notes_.emplace_back(one.name);
  if (shows_secrets(watch_.workload, client_.plan())) notes_.emplace_back(kRevealed);
  return out;
}

void DeliveryWatch::add_verification(result::RunResult& out) const {
  for (const result::NamedCount& one : violations_) {
    const auto found = std::ranges::find(out.errors, one.name, &result::NamedCount::name);
    if (found == out.errors.end()) {
      out.errors.push_back(one);
    } else {
      found->count += one.count;
    }
  }
  for (const result::Example& one : examples_) {
    if (out.examples.size() < stats::Examples::kMax) out.examples.push_back(one);
  }
  out.verification.checked += verification_.checked;
  out.verification.not_checkable += verification_.not_checkable;
}

}  // namespace backtalk::load
