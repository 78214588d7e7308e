// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/seed_options.hpp"

#include <array>

#include "parse/protocols.hpp"

namespace backtalk::parse {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;
using options::Values;

constexpr kind::Word kOneProtocol{
    .words =
        [] {
          std::vector<std::string> names;
          for (const Protocol& one : protocols()) names.emplace_back(one.name);
          return names;
        },
    .set =
        [](std::string_view name, Values& values) {
          static_cast<SeedOptions&>(values).protocol = name;
          return find_protocol(name) != nullptr;
        },
    .get =
        [](const Values& values) {
          return std::string_view(static_cast<const SeedOptions&>(values).protocol);
        }};

constexpr std::array kSeedArguments{OptionSpec{.names = "TRANSCRIPT",
                                               .kind = kind::Texts{member<&SeedOptions::files>()},
                                               .help = "Files with `C: ` and `S: ` before each line",
                                               .required = true}};

constexpr std::array kSeedOptions{
    OptionSpec{.names = "--out",
               .kind = kind::Text{member<&SeedOptions::folder>(), "DIR"},
               .help = "Write the seeds there, in a folder for each fuzz target",
               .required = true},
    OptionSpec{"--protocol", kOneProtocol,
               "Protocol of the conversations; if omitted, the first line of each tells"},
};

constexpr auto kMakeSeedOptions = &options::make_values<SeedOptions>;
constexpr std::array kSeedGroups{options::OptionGroup{"Positionals", kSeedArguments, kMakeSeedOptions},
                                 options::OptionGroup{"Options", kSeedOptions, kMakeSeedOptions}};

}  // namespace

std::span<const options::OptionGroup> seed_option_groups() {
  return kSeedGroups;
}

}  // namespace backtalk::parse
