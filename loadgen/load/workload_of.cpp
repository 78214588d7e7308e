// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/workload_of.hpp"

#include <algorithm>
#include <cmath>

#include "load/plan_run.hpp"
#include "options/setting.hpp"
#include "result/characters.hpp"

namespace backtalk::load {
namespace {

// In whole millionths, as the schedule keeps it.
double share_of_rate(double rate, const engine::Share& share) {
  const auto millionths = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::llround(rate * 1e6)));
  return static_cast<double>(share.of(millionths)) / 1e6;
}

// Texts as JSON can have them.
result::Setting setting(const options::OptionSpec& spec, const options::Values& values) {
  result::Setting out{.name = std::string(spec.key), .value = setting_of(spec, values)};
  if (auto* text = std::get_if<std::string>(&out.value)) *text = result::text_of(*text);
  if (auto* list = std::get_if<std::vector<std::string>>(&out.value)) {
    for (std::string& text : *list) text = result::text_of(text);
  }
  return out;
}

}  // namespace

result::Workload workload_of(const Job& job, const engine::ClientPlan& plan,
                             std::span<const options::OptionGroup> own) {
  result::Workload out;
  static_cast<workload::LoadOptions&>(out) = job.options;
  out.connections = plan.connections;
  out.threads = plan.threads;
  if (out.transactions) out.transactions = plan.transactions_max;
  if (out.rate) {
    out.rate = share_of_rate(*out.rate, plan.share);
  } else {
    out.seed.reset();  // a closed loop draws no random numbers
  }
  out.allow_failures = std::round(out.allow_failures * 1e9) / 1e9;  // as it is saved
  out.ends_within_ns = longest_run_ns(plan);
  for (const options::OptionGroup& group : own) {
    for (const options::OptionSpec& spec : group.options) {
      if (!spec.key.empty()) out.own.push_back(setting(spec, *job.own));
    }
  }
  return out;
}

}  // namespace backtalk::load
