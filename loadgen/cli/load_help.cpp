// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/load_help.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "workload/load_option_table.hpp"
#include "workload/protocols.hpp"

namespace backtalk::cli {
namespace {

// "smtp" of "smtp", "smtp://host" and "smtp+unix:/path".
std::string_view scheme_of(std::string_view word) {
  return word.substr(0, word.find_first_of(":+"));
}

// "SMTP, LMTP and IMAP": the protocols that have this group of options, those over TLS left out.
// Empty if all have it, or the group's title names them.
std::string protocols_of(const options::OptionGroup& group) {
  std::vector<std::string> names;
  bool all = true;
  for (const workload::Protocol& protocol : workload::protocols()) {
    const bool has = workload::has_table(protocol.own_options, group);
    all = all && has;
    if (!has || protocol.scheme.ends_with('s')) continue;
    std::string& name = names.emplace_back(protocol.scheme);
    for (char& c : name) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
  }
  const bool told = std::ranges::any_of(
      names, [&group](const std::string& name) { return group.title.find(name) != std::string::npos; });
  return all || told ? std::string{} : fmt::format("{}", fmt::join(names, ", "));
}

bool is_common(const options::OptionGroup& group) {
  return workload::has_table(workload::common_option_groups(), group);
}

}  // namespace

void head_with_protocols(const SpecOptions& options) {
  for (const SpecOptions::Added& added : options.all()) {
    if (is_common(*added.group)) continue;
    const std::string protocols = protocols_of(*added.group);
    if (!protocols.empty()) added.option->group(fmt::format("{} ({})", added.group->title, protocols));
  }
}

options::Problem narrow_load_help(const SpecOptions& options) {
  const auto& added = options.all();
  const auto url = std::ranges::find_if(added, [](const auto& one) { return one.spec->is_positional(); });
  if (url == added.end() || url->option->count() == 0) return std::nullopt;
  const std::string word = url->option->results().front();
  const workload::Protocol* const protocol = workload::find_protocol(scheme_of(word));
  if (protocol == nullptr) {
    std::vector<std::string_view> schemes;
    for (const workload::Protocol& one : workload::protocols()) schemes.push_back(one.scheme);
    return fmt::format("--help: `{}` is none of {}", word, fmt::join(schemes, ", "));
  }
  for (const SpecOptions::Added& one : added) {
    if (is_common(*one.group)) continue;
    const bool applies = workload::has_table(protocol->own_options, *one.group);
    one.option->group(applies ? std::string(one.group->title) : "");
  }
  return std::nullopt;
}

}  // namespace backtalk::cli
