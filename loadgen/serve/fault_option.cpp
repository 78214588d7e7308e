// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/fault_option.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "serve/protocols.hpp"
#include "text/nearest.hpp"

namespace backtalk::serve {
namespace {

// A table, and the schemes that it applies to; empty if it applies to all.
struct Group {
  std::span<const FaultSpec> specs;
  std::string schemes;
};

bool speaks_tls(const Protocol& protocol) {
  return protocol.tls != TlsUse::never;
}

bool upgrades(const Protocol& protocol) {
  return protocol.tls == TlsUse::offered;
}

bool shares_mailboxes(const Protocol& protocol) {
  return protocol.notation != script::Protocol::http;
}

std::string schemes(bool (*have)(const Protocol& protocol)) {
  std::string list;
  for (const Protocol& protocol : protocols()) {
    if (have(protocol)) list.append(list.empty() ? "" : ", ").append(protocol.scheme);
  }
  return list;
}

std::vector<Group> groups() {
  std::vector<Group> found{{transport_faults(), ""},
                           {reply_faults(), ""},
                           {service_faults(), ""},
                           {tls_faults(), schemes(&speaks_tls)},
                           {delivery_faults(), schemes(&shares_mailboxes)},
                           {upgrade_faults(), schemes(&upgrades)},
                           {mailbox_faults(), schemes(&shares_mailboxes)}};
  for (const Protocol& protocol : protocols()) {
    const auto specs = protocol.faults();
    if (specs.empty()) continue;
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
    if (spec->read(value, faults)) {
      faults.given.push_back(spec->name);
      return std::nullopt;
    }
    return fmt::format("--fault {}: `{}` should be {}={} ({})", name, text, name, spec->value, spec->help);
  }
  std::vector<std::string> names;
  for (const std::string& one : fault_beginnings()) names.push_back(one.substr(0, one.size() - 1));
  const auto meant = text::nearest(name, names);
  return fmt::format("--fault `{}`: unknown fault; {}`backtalk serve --help` lists them", name,
                     meant ? fmt::format("did you mean `{}`? ", *meant) : "");
}

std::optional<std::string> find_idle_fault(const Faults& faults, std::string_view scheme) {
  const auto is_of = [](const Group& group, std::string_view name) {
    return std::ranges::find(group.specs, name, &FaultSpec::name) != group.specs.end();
  };
  for (const std::string_view name : faults.given) {
    std::string of;
    for (const Group& group : groups()) {
      if (is_of(group, name)) of.append(of.empty() ? "" : ", ").append(group.schemes);
    }
    const bool is_for_all = of.empty();
    if (!is_for_all && fmt::format(", {},", of).find(fmt::format(" {},", scheme)) == std::string::npos)
      return fmt::format("--fault {} has no effect with {}: it is a fault of {}", name, scheme, of);
  }
  return std::nullopt;
}

std::optional<std::string> find_fault_of_answers(const Faults& faults) {
  for (const std::span<const FaultSpec> specs :
       {body_faults(), smtp_faults(), delivery_faults(), mailbox_faults()}) {
    for (const std::string_view name : faults.given) {
      if (std::ranges::find(specs, name, &FaultSpec::name) != specs.end())
        return fmt::format("--fault {} has no effect with --script, which has all answers", name);
    }
  }
  return std::nullopt;
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

std::vector<std::string> fault_beginnings() {
  std::vector<std::string> beginnings;
  for (const Group& group : groups()) {
    for (const FaultSpec& spec : group.specs) beginnings.push_back(std::string(spec.name) + "=");
  }
  return beginnings;
}

}  // namespace backtalk::serve
