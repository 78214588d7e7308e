// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/differ_options.hpp"

#include <array>

namespace backtalk::differ {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;
using O = DifferOptions;

constexpr std::array kArguments{
    OptionSpec{.names = "URL",
               .kind = kind::Texts{member<&O::urls>()},
               .help = "two servers or more: smtp://127.0.0.1:25, smtp+unix:/path",
               .required = true}};

constexpr std::array kOptions{
    OptionSpec{
        "--corpus", kind::Text{member<&O::corpus>(), "NAME"},
        "the cases: eod, the ends of a message; bare, CR, LF and NUL by themselves in commands; or a file of "
        "your own, whose path has a slash"},
    OptionSpec{"--from", kind::Text{member<&O::from>(), "ADDRESS", true}, "the sender of the envelope"},
    OptionSpec{"--to", kind::Text{member<&O::to>(), "ADDRESS"},
               "the recipient, whom all servers must accept: they may store or relay what they accept"},
    OptionSpec{"--timeout", kind::Time{member<&O::timeout_ns>(), false},
               "how long a case may take on a server; it is silent if it has not closed by then"},
    OptionSpec{"--pause", kind::Time{member<&O::pause_ns>(), false},
               "how long octets that go out after an answer are held back if none comes"},
    OptionSpec{"--i-may-load-this-target", kind::Flag{member<&O::far_target>()},
               "try servers that are neither loopback nor private"},
    OptionSpec{"--json", kind::OutputFile{member<&O::json_file>()},
               "write the result as JSON (backtalk.differ/1) to this file; - is standard output"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no table"},
};

}  // namespace

std::span<const options::OptionGroup> option_groups() {
  constexpr auto kMake = &options::make_values<DifferOptions>;
  static const std::array groups{options::OptionGroup{"Positionals", kArguments, kMake},
                                 options::OptionGroup{"Options", kOptions, kMake}};
  return groups;
}

}  // namespace backtalk::differ
