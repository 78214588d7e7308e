// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "compare/compare_options.hpp"

#include <array>

namespace backtalk::compare {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;
using O = CompareOptions;

constexpr std::array kArguments{
    OptionSpec{.names = "URL",
               .kind = kind::Texts{member<&O::urls>()},
               .help = "the sides A, B and so on, with the same options, or files of saved results; or else "
                       "write each after `--`, with its name and its own options"}};

constexpr std::array kOptions{
    OptionSpec{"--rounds", kind::Number{member<&O::rounds>()},
               "in each round every side runs once, in random order; 6 at least"},
    OptionSpec{"--max-rounds", kind::Number{member<&O::max_rounds>()},
               "look after 8, 16 and 24 rounds, up to this many, and stop once the primary metric (without "
               "--primary: any) shows a difference, or --same-within; 0: run all of --rounds"},
    OptionSpec{"--primary", kind::Text{member<&O::primary>(), "METRIC"},
               "the metric that matters, such as p99: it is judged as if it were the only one"},
    OptionSpec{"--same-within", kind::Share{member<&O::same_within>()},
               "say that a metric is the same if its whole interval is within this share, e.g. 3%; 0: never"},
    OptionSpec{"--fail-if", kind::Texts{member<&O::fail_if>()},
               "exit 1 if B over A lies beyond this ratio, with its whole interval; repeatable: 'p99>1.05', "
               "'per_s<0.95'"},
    OptionSpec{
        "--together", kind::Flag{member<&O::together>()},
        "run the sides of a round at the same time, not one after the other: what disturbs one disturbs "
        "the others, but they share the machine"},
    OptionSpec{"--trust-saved", kind::Flag{member<&O::trust_saved>()},
               "compare results of load --json although their runs were not interleaved"},
    OptionSpec{"--any-workload", kind::Flag{member<&O::any_workload>()},
               "compare saved results of different workloads"},
    OptionSpec{"--samples", kind::InputFile{member<&O::samples_file>()},
               "judge what another program has measured in rounds, instead of running anything "
               "(backtalk.samples/1)"},
    OptionSpec{"--json", kind::OutputFile{member<&O::json_file>()},
               "write the comparison as JSON (backtalk.compare/1) to this file; - is standard output"},
    OptionSpec{"--html", kind::OutputFile{member<&O::html_file>()},
               "write the comparison as a page of HTML to this file: the verdict, and the interval of each "
               "difference on one axis"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no progress and no table"},
};

constexpr std::array kSideOptions{
    OptionSpec{"--restart", kind::Text{member<&SideOptions::restart>(), "COMMAND"},
               "start the server of each side with this command of the shell before its runs of a round, and "
               "end it after them; shows how much starts differ"},
    OptionSpec{"--program", kind::Text{member<&SideOptions::program>(), "FILE"},
               "let another build of backtalk run the load: compares revisions of the load generator"},
};

constexpr auto kMakeOptions = &options::make_values<CompareOptions>;
constexpr std::array kGroups{options::OptionGroup{"Positionals", kArguments, kMakeOptions},
                             options::OptionGroup{"Comparison", kOptions, kMakeOptions}};

constexpr std::array kSideGroups{
    options::OptionGroup{"Each side", kSideOptions, &options::make_values<SideOptions>}};

}  // namespace

std::span<const options::OptionGroup> side_option_groups() {
  return kSideGroups;
}

std::span<const options::OptionGroup> compare_option_groups() {
  return kGroups;
}

}  // namespace backtalk::compare
