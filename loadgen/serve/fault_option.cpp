// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/fault_option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "serve/protocols.hpp"

namespace backtalk::serve {
namespace {

// A table, and the schemes that it applies to; empty if it applies to all.
struct Group {
  std::span<const FaultSpec> specs;
  std::string schemes;
};

std::vector<Group> groups() {
  std::vector<Group> found{{transport_faults(), ""}, {reply_faults(), ""}};
  for (const Protocol& protocol : protocols()) {
    const auto specs = protocol.faults();
    const auto known =
        std::ranges::find_if(found, [&](const Group& group) { return group.specs.data() == specs.data(); });
    if (known == found.end()) {
      found.push_back({specs, std::string(protocol.scheme)});
    } else {
      known->schemes.append(", ").append(protocol.scheme);
    }
  }
  return found;
}

}  // namespace

std::optional<std::string> add_fault(std::string_view text, Faults& faults) {
  const std::size_t equals = std::min(text.find('='), text.size());
  const std::string_view name = text.substr(0, equals);
  const std::string_view value = text.substr(std::min(equals + 1, text.size()));
  for (const Group& group : groups()) {
    const auto spec = std::ranges::find(group.specs, name, &FaultSpec::name);
    if (spec == group.specs.end()) continue;
    if (spec->read(value, faults)) return std::nullopt;
    return fmt::format("--fault {}: `{}` should be {}={} ({})", name, text, name, spec->value, spec->help);
  }
  return fmt::format("--fault `{}`: unknown fault; `backtalk serve --help` lists them", name);
}

std::string fault_help() {
  std::string lines;
  for (const Group& group : groups()) {
    for (const FaultSpec& spec : group.specs) {
      lines += fmt::format("\n{}={}: {}{}{}", spec.name, spec.value, group.schemes,
                           group.schemes.empty() ? "" : ": ", spec.help);
    }
  }
  return lines;
}

}  // namespace backtalk::serve
