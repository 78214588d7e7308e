// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/asked.hpp"

#include <algorithm>
#include <cmath>

#include "load/plan_run.hpp"
#include "result/characters.hpp"

namespace backtalk::load {
namespace {

// In whole millionths, as the schedule keeps it.
double share_of_rate(double rate, const engine::Share& share) {
  const auto millionths = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(rate * 1e6)));
  return static_cast<double>(share.of(millionths)) / 1e6;
}

// Texts as JSON can have them.
result::Setting setting(const workload::OptionSpec& spec, const workload::LoadOptions& options) {
  result::Setting out{.name = std::string(spec.key), .value = setting_value(spec, options)};
  if (auto* text = std::get_if<std::string>(&out.value)) *text = result::text_of(*text);
  if (auto* list = std::get_if<std::vector<std::string>>(&out.value)) {
    for (std::string& text : *list) text = result::text_of(text);
  }
  return out;
}

}  // namespace

result::Workload asked(const workload::LoadOptions& options, const engine::ClientPlan& plan,
                       std::span<const workload::OptionSpec> own) {
  result::Workload out{
      .connections = plan.connections,
      .threads = plan.threads,
      .pipeline = options.pipeline,
      .open_loop = std::nullopt,
      .duration_ns = options.duration_ns,
      .transactions = std::nullopt,
      .warmup_ns = options.warmup_ns,
      .timeout_ns = options.timeout_ns,
      .ramp_ns = options.ramp_ns,
      .allow_failures = std::round(options.allow_failures * 1e9) / 1e9,  // as a saved result has it
      .ends_within_ns = longest_run_ns(plan),
      .per_connection = options.per_connection,
      .batch_ns = options.batch_ns,
      .quick_ack = options.quick_ack,
      .settings = {}};
  if (options.transactions) out.transactions = plan.transactions_max;
  if (options.rate) {
    out.open_loop = {.rate_per_s = share_of_rate(*options.rate, plan.share),
                     .arrival = std::string(workload::word_of(workload::kArrivals, options.arrival)),
                     .seed = options.seed};
  }
  for (const workload::OptionSpec& spec : own) {
    if (!spec.key.empty()) out.settings.push_back(setting(spec, options));
  }
  return out;
}

}  // namespace backtalk::load
