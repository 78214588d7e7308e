// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/fill_options.hpp"

#include <string_view>

#include "options/condition.hpp"

namespace backtalk::fill {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionSpec;
using options::Values;
using O = FillOptions;

constexpr std::uint64_t kMessagesMax = 10'000'000;
constexpr std::uint64_t kConnectionsMax = 256;
constexpr std::uint64_t kPipelineMax = 1024;

bool appends(const Values& values, const Values&) {
  return std::string_view(static_cast<const O&>(values).url).starts_with("imap");
}
bool delivers(const Values& values, const Values& own) {
  return !appends(values, own);
}

constexpr std::array kImap{Condition{&appends, "but with imap and imaps: a delivery has no such thing"}};
constexpr std::array kSmtp{Condition{&delivers, "with imap and imaps: APPEND has no envelope"}};

constexpr std::array kArguments{OptionSpec{
    .names = "URL",
    .kind = kind::Text{member<&O::url>(), "URL"},
    .help = "the server: imap or imaps, whose mailboxes are filled by APPEND; or smtp, smtps or lmtp, by "
            "delivery; and its host and port, as imap://127.0.0.1:143, or a Unix socket, as "
            "lmtp+unix:/path",
    .required = true}};

constexpr std::array kShape{
    OptionSpec{"-n,--messages", kind::Number{member<&O::messages>(), 1, kMessagesMax},
               "messages of each mailbox, over all its folders"},
    OptionSpec{"--sizes", kind::Text{member<&O::sizes>(), "SIZES"},
               "octets of a message: 4096; 1000..50000, evenly; exp:20000, by the mean; "
               "normal:20000:5000, by the mean and the standard deviation; or sizes with their shares, as "
               "1000:90%,100000:10%. 320 at least and 33554432 at most"},
    OptionSpec{"--folders",
               kind::Text{member<&O::folders>(), "NAMES"},
               "the folders, which are created if they are missing, and the shares of messages in them if "
               "those are not equal: INBOX:80%,Archive:15%,Sent:5%",
               {},
               kImap},
    OptionSpec{"--flags",
               kind::Text{member<&O::flags>(), "FLAGS"},
               "which share of the messages has which flag: seen, answered, flagged, deleted, draft; or none",
               {},
               kImap},
    OptionSpec{"--existing",
               kind::one_of<&O::existing, kExisting>(),
               "what becomes of a mailbox that has messages: refuse, it stays as it is and counts as failed; "
               "replace, they are deleted first; add, they stay",
               {},
               kImap},
    OptionSpec{"--seed", kind::Number{member<&O::seed>()},
               "decides sizes, contents, flags, dates and folders: the same seed makes the same mailboxes"},
    OptionSpec{"--from",
               kind::Text{member<&O::from>(), "ADDRESS", true},
               "the sender of the envelope; {user} is the mailbox's user, {n} the message's place in the "
               "mailbox, from 0",
               {},
               kSmtp},
    OptionSpec{"--to",
               kind::Text{member<&O::to>(), "ADDRESS"},
               "the recipient, in which {user} is the mailbox's user: {user}@example.org",
               {},
               kSmtp},
};

constexpr std::array kConnections{
    OptionSpec{"-c,--connections", kind::Number{member<&O::connections>(), 1, kConnectionsMax},
               "mailboxes that are filled at the same time, each over a connection of its own"},
    OptionSpec{"-p,--pipeline", kind::Number{member<&O::pipeline>(), 1, kPipelineMax},
               "messages in flight on a connection, if the server lets them follow each other (LITERAL+, "
               "PIPELINING); 1 is lock step"},
    OptionSpec{"--timeout", kind::Time{member<&O::timeout_ns>(), false},
               "give a connection up on which an answer takes longer; also bounds connecting"},
    OptionSpec{"--address", kind::Texts{member<&O::addresses>()},
               "an IPv4 or IPv6 address of the server, instead of looking up the URL's host; repeatable. "
               "Mailboxes take them in turn. TLS still asks for the URL's host"},
    OptionSpec{"--i-may-load-this-target", kind::Flag{member<&O::far_target>()},
               "fill mailboxes of a server that is neither loopback nor private"},
};

constexpr std::array kResults{
    OptionSpec{"--json", kind::OutputFile{member<&O::json_file>()},
               "write the result as JSON (backtalk.fill/1) to this file; - is standard output"},
    OptionSpec{"--quiet", kind::Flag{member<&O::quiet>()}, "no summary"},
};

}  // namespace

std::span<const options::OptionGroup> option_groups() {
  constexpr auto kMake = &options::make_values<FillOptions>;
  static const std::array groups{options::OptionGroup{"Positionals", kArguments, kMake},
                                 options::OptionGroup{"Mailboxes", kShape, kMake},
                                 workload::user_option_group(),
                                 workload::login_option_group(),
                                 options::OptionGroup{"Connections", kConnections, kMake},
                                 workload::tls_option_group(),
                                 options::OptionGroup{"Results", kResults, kMake}};
  return groups;
}

}  // namespace backtalk::fill
