// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/protocol_options.hpp"

#include <algorithm>

#include "load/load_run.hpp"
#include "workload/load_option_table.hpp"
#include "workload/protocols.hpp"

namespace backtalk::cli {

void make_room_for_sessions(workload::LoadArguments& arguments, std::span<const SpecOptions* const> given) {
  if (!arguments.session_rate) return;
  for (const options::OptionGroup& group : workload::common_option_groups()) {
    for (const options::OptionSpec& spec : group.options) {
      if (spec.long_name() != "--connections") continue;
      if (std::ranges::any_of(given, [&spec](const SpecOptions* one) { return one->given(spec); })) return;
    }
  }
  arguments.connections = workload::kSessionsAtOnce;
}

std::variant<std::shared_ptr<options::Values>, std::string> read_protocol_options(
    const std::string& url, const workload::LoadArguments& arguments,
    std::span<const SpecOptions* const> given) {
  const auto found = load::protocol_of(url);
  if (const auto* problem = std::get_if<std::string>(&found)) return *problem;
  const workload::Protocol& protocol = *std::get<const workload::Protocol*>(found);
  std::shared_ptr<options::Values> own = protocol.make_own();
  for (const SpecOptions* const one : given) {
    if (auto problem = one->read(protocol.own_options, *own)) return *problem;
  }
  const auto was_given = [given](const options::OptionSpec& spec) {
    return std::ranges::any_of(given, [&spec](const SpecOptions* one) { return one->given(spec); });
  };
  if (auto problem = workload::find_foreign(workload::all_option_groups(), protocol.own_options,
                                            protocol.scheme, was_given))
    return *problem;
  for (const auto groups : {workload::common_option_groups(), protocol.own_options}) {
    if (auto problem = options::find_ignored(groups, arguments, *own, was_given)) return *problem;
  }
  return own;
}

}  // namespace backtalk::cli
