// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <string_view>
#include <vector>

#include "options/option_spec.hpp"
#include "options/setting.hpp"
#include "workload/load_option_table.hpp"
#include "workload/protocols.hpp"

namespace backtalk::html {
namespace {

using options::OptionSpec;
using options::Values;

std::string quoted(std::string_view word) {
  constexpr std::string_view kPlain =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./:,=+@%";
  if (!word.empty() && word.find_first_not_of(kPlain) == std::string_view::npos) return std::string(word);
  std::string out = "'";
  for (const char c : word) {
    if (c == '\'') {
      out += "'\\''";
    } else {
      out += c;
    }
  }
  return out + '\'';
}

// If the value is not the default.
void add(const OptionSpec& spec, const Values& asked, const Values& usual, std::string& out) {
  if (options::setting_of(spec, asked) == options::setting_of(spec, usual)) return;
  if (options::is_flag(spec)) out.append(" ").append(spec.long_name());
  for (const std::string& one : options::show(spec, asked))
    out.append(" ").append(spec.long_name()).append(" ").append(quoted(one));
}

void add_own(const result::RunResult& result, std::string& out) {
  const workload::Protocol* const protocol = workload::find_protocol(result.protocol);
  if (protocol == nullptr) return;
  const std::shared_ptr<Values> asked = protocol->make_own();
  const std::shared_ptr<Values> usual = protocol->make_own();
  for (const options::OptionGroup& group : protocol->own_options) {
    for (const OptionSpec& spec : group.options) {
      const auto found = std::ranges::find(result.workload.own, spec.key, &result::Setting::name);
      if (spec.key.empty() || found == result.workload.own.end()) continue;
      if (!options::restore(spec, found->value, *asked)) add(spec, *asked, *usual, out);
    }
  }
}

}  // namespace

std::string command_line_of(const result::RunResult& result) {
  std::string out = "backtalk load";
  if (result.targets.empty()) out += " " + quoted(result.url);
  std::string weights;
  for (const result::TargetCounts& one : result.targets) {
    out += " " + quoted(one.url);
    weights += fmt::format("{}{}", weights.empty() ? "" : ",", one.weight);
  }
  if (!weights.empty()) out += " --weight " + weights;
  const workload::LoadOptions usual;
  workload::each_common_setting([&](const OptionSpec& spec) {
    // The stages have both the rate and the time.
    const bool by_stages =
        !result.workload.stages.empty() && (spec.key == "rate_per_s" || spec.key == "duration_s");
    // That process is gone.
    if (!by_stages && spec.key != "server_pid") add(spec, result.workload, usual, out);
  });
  add_own(result, out);
  return out;
}

}  // namespace backtalk::html
