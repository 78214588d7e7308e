// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/watch_workload.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <random>
#include <set>
#include <string_view>
#include <utility>

#include "script/read_script.hpp"
#include "session/imap_session.hpp"
#include "session/imap_statuses.hpp"
#include "session/pop3_session.hpp"
#include "session/pop3_statuses.hpp"
#include "text/duration.hpp"
#include "workload/imap_options.hpp"
#include "workload/login_options.hpp"
#include "workload/pop3_options.hpp"

namespace backtalk::workload {
namespace {

constexpr std::string_view kUserField = "{user}";

// Servers end an IDLE after half an hour (RFC 2177), and routers forget a connection sooner.
constexpr std::string_view kImapIdle = R"(== pass
C: a IDLE
S: +
wait 240s
C: DONE
S: a OK
C: a UID FETCH 1:* FLAGS
S: a OK
)";
constexpr std::string_view kImapPoll = R"(== pass
C: a NOOP
S: a OK
C: a UID FETCH 1:* FLAGS
S: a OK
)";
// In place of that FETCH, which is the last command of each pass: a script's {uid} is of messages
// that are there, and this one is the next that comes.
constexpr std::string_view kImapFetch =
    "UID FETCH {uid}:* (UID BODY.PEEK[HEADER.FIELDS (X-Backtalk-Delivery)])";
constexpr std::string_view kImapOnce = R"(== once
C: a EXAMINE INBOX
S: a OK
)";
constexpr std::string_view kPop3Poll = R"(C: STAT
S: +OK
repeat messages
C: TOP {number} 0
S: +OK
end
)";

// What asks for the field that identifies a message, and what for all of it.
constexpr std::string_view kImapHeader = "BODY.PEEK[HEADER.FIELDS (X-Backtalk-Delivery)]";
constexpr std::string_view kImapWhole = "BODY.PEEK[]";
constexpr std::string_view kPop3Header = "TOP {number} 0";
constexpr std::string_view kPop3Whole = "RETR {number}";

void read_whole(std::string& script, std::string_view header, std::string_view whole) {
  for (std::size_t at = script.find(header); at != std::string::npos; at = script.find(header, at))
    script.replace(at, header.size(), whole);
}

// The options of those who watch: of TLS and of the login they have the sender's.
template <class Options>
Options own_of(const SmtpOptions& options, const net::Url& url) {
  Options own;
  static_cast<LoginOptions&>(own) = static_cast<const LoginOptions&>(options);
  own.use = url.scheme.ends_with('s') ? TlsUse::at_once : TlsUse::on_request;
  if (own.use == TlsUse::at_once) own.starttls = false;
  return own;
}

std::variant<session::Script, std::string> script_of_watch(std::string_view protocol,
                                                           const std::string& text) {
  auto read = script::read_script(protocol, "watch", text);
  if (const auto* error = std::get_if<script::Error>(&read))
    return fmt::format("--watch: the script of the sessions that watch cannot be read: {}", error->sentence);
  return std::get<session::Script>(std::move(read));
}

std::variant<WatchWorkload, std::string> prepare_imap_watch(const SmtpOptions& options, const net::Url& url,
                                                            std::shared_ptr<stats::DeliveryBook> deliveries,
                                                            bool verifies) {
  const auto own = own_of<ImapOptions>(options, url);
  std::string text(kImapOnce);
  if (!options.poll_ns) text.append(kImapIdle);
  const std::uint64_t every_ns = options.poll_ns.value_or(kDefaultPollNs);
  text.append(kImapPoll).append(fmt::format("wait {}\n", text::show_duration(every_ns)));
  std::string fetch(kImapFetch);
  if (verifies) read_whole(fetch, kImapHeader, kImapWhole);
  auto script = script_of_watch("imap", text);
  if (auto* problem = std::get_if<std::string>(&script)) return std::move(*problem);
  for (session::ScriptPass& pass : std::get<session::Script>(script).passes)
    pass.commands.back().line = session::CommandTemplate(fetch, {session::CommandTemplate::Field::uid});
  auto login = login_plan_of(own, url);
  if (auto* problem = std::get_if<std::string>(&login)) return std::move(*problem);
  auto transport = tls_transport_of(own, url);
  if (auto* problem = std::get_if<std::string>(&transport)) return std::move(*problem);
  auto plan = std::make_shared<session::ImapPlan>();
  plan->starttls = own.starttls;
  plan->login = std::get<session::LoginPlan>(std::move(login));
  plan->script = session::ImapScript(std::get<session::Script>(std::move(script)));
  plan->deliveries = deliveries.get();
  plan->verifies = verifies;
  return WatchWorkload{.workload = {.make_session =
                                        [plan, deliveries](const session::SessionContext& context) {
                                          return std::make_unique<session::ImapSession>(*plan, context);
                                        },
                                    .transport = std::get<tls::ClientTransport>(std::move(transport)),
                                    .command_names = session::kImapCommandNames,
                                    .statuses = session::imap_statuses(),
                                    .receive_octets = 16384,
                                    .send_octets = 8192,
                                    .reveals_passwords = reveals_passwords(plan->login, own)},
                       .look_every_ns = every_ns,
                       .polls = options.poll_ns.has_value()};
}

std::variant<WatchWorkload, std::string> prepare_pop3_watch(const SmtpOptions& options, const net::Url& url,
                                                            std::shared_ptr<stats::DeliveryBook> deliveries,
                                                            bool verifies) {
  const auto own = own_of<Pop3Options>(options, url);
  std::string text(kPop3Poll);
  if (verifies) read_whole(text, kPop3Header, kPop3Whole);
  auto script = script_of_watch("pop3", text);
  if (auto* problem = std::get_if<std::string>(&script)) return std::move(*problem);
  auto login = login_plan_of(own, url);
  if (auto* problem = std::get_if<std::string>(&login)) return std::move(*problem);
  auto transport = tls_transport_of(own, url);
  if (auto* problem = std::get_if<std::string>(&transport)) return std::move(*problem);
  auto plan = std::make_shared<session::Pop3Plan>();
  plan->starttls = own.starttls;
  plan->login = std::get<session::LoginPlan>(std::move(login));
  plan->script = std::get<session::Script>(std::move(script));
  plan->deliveries = deliveries.get();
  plan->verifies = verifies;
  return WatchWorkload{.workload = {.make_session =
                                        [plan, deliveries](const session::SessionContext& context) {
                                          return std::make_unique<session::Pop3Session>(*plan, context);
                                        },
                                    .transport = std::get<tls::ClientTransport>(std::move(transport)),
                                    .command_names = session::kPop3CommandNames,
                                    .statuses = session::pop3_statuses(),
                                    .receive_octets = 8192,
                                    .send_octets = 8192,
                                    .reveals_passwords = reveals_passwords(plan->login, own)},
                       .session_every_ns = options.poll_ns.value_or(kDefaultPollNs),
                       .look_every_ns = options.poll_ns.value_or(kDefaultPollNs),
                       .polls = true};
}

std::string with_user(std::string_view path, std::string_view user) {
  std::string out;
  for (std::size_t at = path.find(kUserField); at != std::string_view::npos; at = path.find(kUserField)) {
    out.append(path.substr(0, at)).append(user);
    path.remove_prefix(at + kUserField.size());
  }
  return out.append(path);
}

}  // namespace

std::variant<std::vector<std::string>, std::string> watched_recipients(const SmtpOptions& options) {
  if (!options.logs_in())
    return "--watch needs a login to the mailboxes: add --user and --password, or --users";
  const auto url = net::read_url(options.watch);
  if (const auto* problem = std::get_if<std::string>(&url)) return "--watch: " + *problem;
  auto login = login_plan_of(options, std::get<net::Url>(url));
  if (auto* problem = std::get_if<std::string>(&login)) return std::move(*problem);
  if (std::get<session::LoginPlan>(login).way == session::LoginPlan::Way::none)
    return "--watch needs a login to the mailboxes: leave out --auth none";
  const auto& users = std::get<session::LoginPlan>(login).users;
  const bool given = options.to != SmtpOptions().to;
  if (options.to.size() > 1) return "--to: with --watch each message goes to one mailbox: name one recipient";
  const std::string_view path = given ? std::string_view(options.to.front()) : kUserField;
  if (users.size() > 1 && path.find(kUserField) == std::string_view::npos)
    return fmt::format(
        "--to {}: the messages go to {} users in turn, whose mailboxes are watched: write {{user}} where the "
        "name of the user belongs, such as '{{user}}@example.com'",
        path, users.size());
  std::vector<std::string> recipients;
  recipients.reserve(users.size());
  std::set<std::string_view> names;
  for (const session::Credentials& one : users) {
    if (!names.insert(one.user).second)
      return fmt::format("--users: {} is there twice, and with --watch each mailbox is watched once",
                         one.user);
  }
  for (const session::Credentials& one : users) recipients.push_back(with_user(path, one.user));
  return recipients;
}

std::shared_ptr<stats::DeliveryBook> make_delivery_book(std::uint32_t mailboxes, std::uint64_t patience_ns) {
  std::random_device random;
  constexpr unsigned kHalf = 32;
  const std::uint64_t run = (std::uint64_t{random()} << kHalf) | random();
  return std::make_shared<stats::DeliveryBook>(run, mailboxes, patience_ns);
}

std::variant<WatchWorkload, std::string> prepare_watch(const SmtpOptions& options, const net::Url& url,
                                                       std::shared_ptr<stats::DeliveryBook> deliveries,
                                                       bool verifies) {
  const Protocol* const protocol = find_protocol(url.scheme);
  const bool imap = url.scheme.starts_with("imap");
  if (protocol == nullptr || (!imap && !url.scheme.starts_with("pop3")))
    return fmt::format("--watch {}: mailboxes are watched by imap, imaps, pop3 or pop3s", url.text());
  if (auto problem = net::refuse_path(url)) return "--watch: " + *problem;
  auto watch = imap ? prepare_imap_watch(options, url, std::move(deliveries), verifies)
                    : prepare_pop3_watch(options, url, std::move(deliveries), verifies);
  if (auto* ready = std::get_if<WatchWorkload>(&watch)) {
    ready->default_port = protocol->default_port;
    ready->scheme = protocol->scheme;
  }
  return watch;
}

}  // namespace backtalk::workload
