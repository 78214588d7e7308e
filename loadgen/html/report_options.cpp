// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/report_options.hpp"

#include <array>

namespace backtalk::html {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;

constexpr std::array kReportArguments{OptionSpec{
    .names = "FILE",
    .kind = kind::Texts{member<&ReportOptions::files>()},
    .help = "Results that --json saved: of load, at most 20; or one of compare, or of load with several runs",
    .required = true}};

constexpr std::array kReportOptions{
    OptionSpec{.names = "--html",
               .kind = kind::OutputFile{member<&ReportOptions::html_file>()},
               .help = "Write the page to this file; - is standard output",
               .required = true},
};

constexpr auto kMakeReportOptions = &options::make_values<ReportOptions>;
constexpr std::array kReportGroups{options::OptionGroup{"Positionals", kReportArguments, kMakeReportOptions},
                                   options::OptionGroup{"Options", kReportOptions, kMakeReportOptions}};

}  // namespace

std::span<const options::OptionGroup> report_option_groups() {
  return kReportGroups;
}

}  // namespace backtalk::html
