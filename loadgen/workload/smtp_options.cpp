// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/smtp_options.hpp"

#include <array>
#include <string_view>
#include <variant>

#include "script/shipped.hpp"
#include "workload/load_options.hpp"

namespace backtalk::workload {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionSpec;
using options::Values;
using O = SmtpOptions;

const SmtpOptions& own_of(const Values& own) {
  return static_cast<const SmtpOptions&>(own);
}

bool sends_messages(const Values&, const Values& own) {
  return own_of(own).sends_messages();
}

// What is not shipped is the user's own, which may have anything.
bool has_in_script(const SmtpOptions& options, std::string_view placeholder) {
  const auto found = script::look_up_shipped("smtp", options.script);
  const auto* const* const shipped = std::get_if<const script::ShippedScript*>(&found);
  return shipped == nullptr || (*shipped)->text.find(placeholder) != std::string_view::npos;
}

bool has_sender(const Values& common, const Values& own) {
  return own_of(own).follows_script() ? has_in_script(own_of(own), "{from}") : sends_messages(common, own);
}

bool has_recipients(const Values& common, const Values& own) {
  return own_of(own).follows_script() ? has_in_script(own_of(own), "{to}") : sends_messages(common, own);
}

bool follows_no_script(const Values&, const Values& own) {
  return !own_of(own).follows_script();
}

// A server without CHUNKING gets groups even if BDAT was requested.
bool sends_groups(const Values& common, const Values& own) {
  return sends_messages(common, own) && static_cast<const LoadOptions&>(common).pipeline > 1;
}

bool watches(const Values&, const Values& own) {
  return !own_of(own).watch.empty();
}

constexpr const char* kUnnamed = "with --exercise noop or rset, or a --script that does not name it";
constexpr Condition kFixed{&follows_no_script, "with --script, which has all that is said"};
constexpr std::array kSender{Condition{&has_sender, kUnnamed}};
constexpr std::array kRecipients{Condition{&has_recipients, kUnnamed}};
constexpr std::array kSubmission{
    kFixed, Condition{&sends_messages, "with --exercise noop or rset, which send no message"}};
constexpr std::array kGroups{kFixed,
                             Condition{&sends_groups, "without --pipeline 2 or more and --exercise message"}};
constexpr std::array kConversation{kFixed};
constexpr std::array kWatch{
    kFixed, Condition{&sends_messages, "with --exercise noop or rset, which send no message"}};
constexpr std::array kWatched{Condition{&watches, "without --watch"}};

constexpr std::array kOptions{
    OptionSpec{"--hello", kind::Text{member<&O::hello>()}, "smtp: the name given with EHLO, HELO or LHLO",
               "hello"},
    OptionSpec{"--xclient", kind::Text{member<&O::xclient>()},
               "smtp: say XCLIENT with these attributes, such as 'NAME=a.example ADDR=192.0.2.1', so that "
               "Postfix treats the connection as that client's",
               "xclient"},
    OptionSpec{"--from", kind::Text{member<&O::from>(), "TEXT", true},
               "smtp: the sender; {n} becomes the message's number, {user} the connection's user", "from",
               kSender},
    OptionSpec{"--to", kind::Texts{member<&O::to>()},
               "smtp: a recipient, repeatable; {n} becomes the message's number, {user} the connection's "
               "user (--users)",
               "to", kRecipients},
    OptionSpec{"--data", kind::one_of<&O::submission, kSubmissions>(),
               "smtp: send messages with DATA or with BDAT (RFC 3030)", "data", kSubmission},
    OptionSpec{"--next", kind::one_of<&O::next, kNexts>(),
               "smtp, DATA with -p 2 or more (command groups, RFC 2920): the next message's commands go with "
               "the dot of the last, or after its reply",
               "next", kGroups},
    OptionSpec{"--exercise", kind::one_of<&O::exercise, kExercises>(),
               "smtp: what a transaction is; servers limit NOOP and RSET on a connection (Postfix: 100, "
               "Exim: 10), so add --per-connection 90 or 9",
               "exercise", kConversation},
    OptionSpec{
        "--watch", kind::Text{member<&O::watch>(), "URL", false},
        "smtp: watch the mailboxes into which the messages are delivered, such as imap://127.0.0.1, and "
        "measure how long each message takes to get there; --user, --password or --users log in there, "
        "and each message goes to one of these users in turn: {user} in --to",
        "watch", kWatch},
    OptionSpec{
        "--poll", kind::OptionalTime{member<&O::poll_ns>()},
        "smtp with --watch: look into the mailboxes this often (POP3: 1s, unless given), also where the "
        "server has IDLE",
        "poll_s", kWatched},
    OptionSpec{"--patience", kind::Time{member<&O::patience_ns>(), false},
               "smtp with --watch: wait this long for messages that are not there when the load has ended; "
               "then they are lost",
               "patience_s", kWatched},
};

}  // namespace

bool SmtpOptions::sends_messages() const {
  return follows_script() ? has_in_script(*this, "{message}")
                          : exercise == session::SmtpPlan::Exercise::message;
}

std::span<const options::OptionGroup> smtp_option_groups() {
  static const std::array groups{
      options::OptionGroup{"SMTP and LMTP", kOptions, &options::make_values<SmtpOptions>},
      script_option_group(),
      message_option_group(),
      user_option_group(),
      login_option_group(),
      tls_option_group()};
  return groups;
}

}  // namespace backtalk::workload
