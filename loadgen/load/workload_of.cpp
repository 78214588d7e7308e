// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/workload_of.hpp"

#include <algorithm>
#include <cmath>

#include "load/plan_run.hpp"
#include "options/setting.hpp"
#include "result/characters.hpp"

namespace backtalk::load {
namespace {

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

double share_of_rate(double rate, const engine::Share& share) {
  return static_cast<double>(share.of(static_cast<std::uint64_t>(std::llround(rate * 1e6)))) / 1e6;
}

result::Workload workload_of(const Job& job, const engine::ClientPlan& plan,
                             std::span<const options::OptionGroup> own) {
  result::Workload out;
  static_cast<workload::LoadOptions&>(out) = job.options;
  out.connections = plan.connections;
  out.threads = plan.threads;
  const std::uint64_t each = plan.session_rate ? plan.session_transactions : 1;
  if (out.transactions) out.transactions = plan.transactions_max * each;
  constexpr double kLeast = 1e-6;  // as the schedule keeps it
  if (out.session_rate) out.session_rate = share_of_rate(std::max(*out.session_rate, kLeast), plan.share);
  if (out.rate) out.rate = share_of_rate(std::max(*out.rate, kLeast), plan.share);
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
