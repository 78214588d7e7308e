// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/talk_options.hpp"

#include <array>

#include "options/condition.hpp"

namespace backtalk::talk {
namespace {

namespace kind = options::kind;
using options::member;
using options::OptionSpec;
using O = TalkOptions;

bool plays(const options::Values& values, const options::Values&) {
  return !static_cast<const O&>(values).script.empty();
}

bool has_no_file(const options::Values& values, const options::Values&) {
  return static_cast<const O&>(values).users_file.empty();
}

constexpr options::Condition kWithScript{&plays, "without --script"};
constexpr std::array kScript{kWithScript};
constexpr std::array kUser{kWithScript,
                           options::Condition{&has_no_file, "with --users: the file names the user"}};

constexpr std::array kArguments{OptionSpec{
    .names = "URL",
    .kind = kind::Text{member<&O::url>(), "URL"},
    .help = "the server: smtp, smtps, lmtp, pop3, pop3s, imap, imaps, http or https and its host and"
            " port, as smtp://mail.example.org:587, or a Unix socket, as lmtp+unix:/path",
    .required = true}};

constexpr std::array kColours{options::Choice{"auto", Colour::automatic},
                              options::Choice{"always", Colour::always},
                              options::Choice{"never", Colour::never}};

constexpr std::array kOptions{
    OptionSpec{"--timeout", kind::Time{member<&O::timeout_ns>(), false},
               "give up if an answer is due and nothing comes for this long; also bounds connecting"},
    OptionSpec{
        "--address", kind::Texts{member<&O::addresses>()},
        "an IPv4 or IPv6 address of the server, instead of looking up the URL's host; repeatable: they "
        "are tried in turn. TLS still asks for the URL's host"},
    OptionSpec{"--pipeline", kind::Flag{member<&O::pipeline>()},
               "send each line as soon as it is clear what it is; without it a command waits until all before"
               " it is answered"},
    OptionSpec{"--explain", kind::Flag{member<&O::explain>()},
               "show under each answer how the parser reads it"},
    OptionSpec{"--transcript", kind::OutputFile{member<&O::transcript_file>()},
               "write the conversation to this file, without secrets"},
    OptionSpec{"--times", kind::Flag{member<&O::times>()},
               "show after each answer how long it took; on a terminal that is the default"},
    OptionSpec{"--color", kind::one_of<&O::colour, kColours>(),
               "colours by class of reply; auto: on a terminal, unless NO_COLOR is set or TERM is dumb"},
    OptionSpec{"--no-history", kind::Flag{member<&O::no_history>()},
               "on a terminal, neither offer commands of earlier conversations nor keep those of this one"},
};

constexpr std::array kScripts{
    OptionSpec{
        "--script", kind::Text{member<&O::script>(), "FILE"},
        "play this conversation, and check what the server says, in place of lines from standard input: a"
        " file (docs/scripts.md), or the name of a script that comes with the program"},
    OptionSpec{"--exact",
               kind::Flag{member<&O::exact>()},
               "compare every line `S:` as it is written, and not only the code or status",
               {},
               kScript},
    OptionSpec{"--only",
               kind::Text{member<&O::only>(), "NAME"},
               "play only the conversation `== NAME ==` of the file",
               {},
               kScript},
    OptionSpec{"--user",
               kind::Text{member<&O::user>()},
               "the user that {user}, and the `***` of AUTH, stand for; logs in before sections",
               {},
               kUser},
    OptionSpec{
        "--password",
        kind::Text{member<&O::password>()},
        "the password that {password} and `***` stand for. Other users of this machine can see it in the"
        " list of processes: --users keeps it in a file",
        {},
        kUser},
    OptionSpec{"--users",
               kind::InputFile{member<&O::users_file>()},
               "a file with a user, a space and a password on each line; conversations take them in turn",
               {},
               kScript},
};

}  // namespace

std::span<const options::OptionGroup> option_groups() {
  constexpr auto kMake = &options::make_values<TalkOptions>;
  static const std::array groups{options::OptionGroup{"Positionals", kArguments, kMake},
                                 options::OptionGroup{"Options", kOptions, kMake},
                                 options::OptionGroup{"Scripts", kScripts, kMake},
                                 workload::one_connection_tls_option_group()};
  return groups;
}

}  // namespace backtalk::talk
