// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/serve_options.hpp"

#include <algorithm>
#include <array>
#include <variant>

#include "net/url.hpp"
#include "options/condition.hpp"
#include "serve/fault_option.hpp"
#include "serve/protocols.hpp"

namespace backtalk::serve {
namespace {

namespace kind = options::kind;
using options::Condition;
using options::member;
using options::OptionGroup;
using options::OptionSpec;
using options::Values;
using O = ServeOptions;

constexpr std::array kTlsVersions{options::Choice{"any", tls::Version::any},
                                  options::Choice{"1.2", tls::Version::tls_1_2},
                                  options::Choice{"1.3", tls::Version::tls_1_3}};

// Each thread has a ring, which takes memory.
constexpr std::uint64_t kThreadsMax = 1024;
constexpr std::uint64_t kConnectionsMax = 1'000'000;

template <typename Is>
bool serves_any(const ServeOptions& options, Is is) {
  return std::ranges::any_of(options.urls, [is](const std::string& text) {
    const auto url = net::read_url(text);
    const Protocol* const protocol =
        std::holds_alternative<net::Url>(url) ? find_protocol(std::get<net::Url>(url).scheme) : nullptr;
    // What is wrong with the URL matters more than an option.
    return protocol == nullptr || is(*protocol);
  });
}

const ServeOptions& of(const Values& values) {
  return static_cast<const ServeOptions&>(values);
}

bool has_mailboxes(const Values& values, const Values&) {
  return keeps_mail(of(values));
}

bool has_logins(const Values& values, const Values&) {
  return serves_any(of(values), [](const Protocol& one) { return !one.scheme.starts_with("http"); });
}

bool has_no_script(const Values& values, const Values&) {
  return of(values).script_file.empty();
}

bool has_tls(const Values& values, const Values&) {
  return serves_any(of(values), [](const Protocol& one) { return one.tls != TlsUse::never; });
}

bool makes_certificate(const Values& values, const Values&) {
  return of(values).certificate_file.empty();
}

bool reads_certificate(const Values& values, const Values&) {
  return !of(values).certificate_file.empty();
}

constexpr Condition kOwnAnswers{&has_no_script, "with --script, which has all answers"};
constexpr std::array kMailboxes{kOwnAnswers,
                                Condition{&has_mailboxes, "without a URL of pop3, pop3s, imap or imaps"}};
constexpr std::array kLogins{kOwnAnswers, Condition{&has_logins, "with HTTP, which has no login here"}};
constexpr Condition kNeedsTls{&has_tls, "without a URL of a scheme that speaks TLS"};
constexpr std::array kTls{kNeedsTls};
constexpr std::array kMadeCertificate{kNeedsTls, Condition{&makes_certificate, "with --cert: none is made"}};
constexpr std::array kOwnCertificate{kNeedsTls, Condition{&reads_certificate, "without --cert"}};

options::Problem read_fault(const std::string& text, Values& values) {
  return add_fault(text, static_cast<O&>(values).faults);
}

constexpr std::array kArguments{OptionSpec{
    .names = "URL",
    .kind = kind::Texts{member<&O::urls>()},
    .help =
        "where to listen: smtp://127.0.0.1:0, https://[::1]:8443 or lmtp+unix:/path; port 0 picks a free one",
    .required = true}};

std::span<const OptionSpec> specs() {
  constexpr std::uint64_t kOctetsMax = std::uint64_t{1} << 50;
  static const std::string about_faults = "make the server misbehave; may be repeated:" + fault_help();
  static const std::array all{
      OptionSpec{"-t,--threads", kind::Number{member<&O::threads>(), 1, kThreadsMax}, "threads for each URL"},
      OptionSpec{
          "-c,--connections", kind::Number{member<&O::connections>(), 1, kConnectionsMax},
          "the most connections that a thread accepts at once; further clients are refused (SMTP: 421)"},
      OptionSpec{"--messages", kind::Number{member<&O::messages>(), 0, 1'000'000},
                 "pop3, imap: messages in each user's INBOX from the start", "", kMailboxes},
      OptionSpec{"--message-size", kind::Number{member<&O::message_octets>(), 320, 52'428'800},
                 "pop3, imap: octets of each of these", "", kMailboxes},
      OptionSpec{
          "--mailbox-octets", kind::Number{member<&O::mailbox_octets>(), 0, kOctetsMax},
          "pop3, imap: octets of memory for mail that comes later, of all users together; when they are"
          " used up, mail is refused (SMTP: 452)",
          "", kMailboxes},
      OptionSpec{
          "--users", kind::InputFile{member<&O::users_file>()},
          "smtp, lmtp, pop3, imap: file with a user and a password, separated by a space, on each line;"
          " without it, any user and any password will do",
          "", kLogins},
      OptionSpec{"--script", kind::InputFile{member<&O::script_file>()},
                 "answer as the lines `S:` of this file say: a transcript of `talk`, or what you wrote"
                 " (docs/serve.md)"},
      OptionSpec{"--fault", kind::Parsed{"FAULT", &read_fault, true, &fault_beginnings}, about_faults},
      OptionSpec{"--stamps", kind::OutputFile{member<&O::stamps_file>()},
                 "when it ends, write to this file at which instants input arrived, in ns of the monotonic"
                 " clock, one a line: the first million pieces of each thread"}};
  return all;
}

constexpr std::array kTlsOptions{
    OptionSpec{"--cert", kind::InputFile{member<&O::certificate_file>()},
               "PEM file of the certificate; without it, one for localhost, 127.0.0.1 and ::1 is made", "",
               kTls},
    OptionSpec{"--key", kind::InputFile{member<&O::key_file>()},
               "PEM file of its key, if that is not in the file of --cert", "", kOwnCertificate},
    OptionSpec{"--save-cert", kind::OutputFile{member<&O::save_certificate>()},
               "write the certificate that is made to this file, for clients that are to trust it", "",
               kMadeCertificate},
    OptionSpec{"--tls-version", kind::one_of<&O::tls_version, kTlsVersions>(), "the version of TLS to use",
               "", kTls}};

}  // namespace

bool keeps_mail(const ServeOptions& options) {
  return options.script_file.empty() &&
         serves_any(options, [](const Protocol& one) { return one.reads_mail; });
}

std::span<const OptionGroup> option_groups() {
  constexpr auto kMake = &options::make_values<ServeOptions>;
  static const std::array groups{OptionGroup{"Positionals", kArguments, kMake},
                                 OptionGroup{"Options", specs(), kMake},
                                 OptionGroup{"TLS", kTlsOptions, kMake}};
  return groups;
}

}  // namespace backtalk::serve
