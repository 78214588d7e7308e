// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/talk_options.hpp"

#include <array>

namespace backtalk::talk {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;
using O = TalkOptions;

constexpr std::array kArguments{OptionSpec{
    .names = "URL",
    .kind = kind::Text{member<&O::url>(), "URL"},
    .help = "the server: smtp, smtps, lmtp, pop3, pop3s, imap, imaps, http or https and its host and"
            " port, as smtp://mail.example.org:587, or a Unix socket, as lmtp+unix:/path",
    .required = true}};

constexpr std::array kOptions{
    OptionSpec{"--timeout", kind::Time{member<&O::timeout_ns>(), false},
               "give up if an answer is due and nothing comes for this long; also bounds connecting"},
    OptionSpec{"--pipeline", kind::Flag{member<&O::pipeline>()},
               "send each line as soon as it is clear what it is; without it a command waits until all before"
               " it is answered"},
    OptionSpec{"--explain", kind::Flag{member<&O::explain>()},
               "show under each answer how the parser reads it"},
    OptionSpec{"--transcript", kind::OutputFile{member<&O::transcript_file>()},
               "write the conversation to this file, without secrets"},
};

}  // namespace

std::span<const options::OptionGroup> option_groups() {
  constexpr auto kMake = &options::make_values<TalkOptions>;
  static const std::array groups{options::OptionGroup{"Positionals", kArguments, kMake},
                                 options::OptionGroup{"Options", kOptions, kMake},
                                 workload::one_connection_tls_option_group()};
  return groups;
}

}  // namespace backtalk::talk
