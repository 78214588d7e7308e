// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <boost/json.hpp>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

#include "cli/interrupt.hpp"
#include "cli/output_file.hpp"
#include "cli/spec_options.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "mailbox/store.hpp"
#include "net/probe.hpp"
#include "net/url.hpp"
#include "options/condition.hpp"
#include "sasl/authenticator.hpp"
#include "script/error.hpp"
#include "script/limits.hpp"
#include "serve/anyone.hpp"
#include "serve/fault_option.hpp"
#include "serve/protocols.hpp"
#include "serve/script_service.hpp"
#include "serve/serve_options.hpp"
#include "serve/server.hpp"
#include "text/nearest.hpp"
#include "tls/certificate.hpp"
#include "tls/settings.hpp"
#include "workload/input_file.hpp"
#include "workload/users_file.hpp"

namespace backtalk::cli {
namespace {

// Of each thread: 8 MB.
constexpr std::size_t kStampsMax = 1'000'000;

// One server: a thread with a ring, and what its sessions share.
struct Running {
  std::unique_ptr<serve::Service> service;
  std::unique_ptr<serve::Server> server;
  std::thread thread;
};

serve::ServerPlan plan_server(const serve::ServeOptions& options, const serve::Protocol& protocol) {
  serve::ServerPlan plan;
  plan.shared_port = options.threads > 1;
  plan.connections_max = static_cast<unsigned>(options.connections);
  plan.faults = options.faults.transport;
  plan.tls_faults = options.faults.tls;
  plan.refusal = protocol.refusal;
  plan.workers = options.faults.workers;
  if (!options.stamps_file.empty()) plan.stamps_max = kStampsMax;
  return plan;
}

tls::CertificateSettings settings_of(serve::BadCertificate fault) {
  constexpr std::int64_t kDay = std::int64_t{24} * 3600;
  switch (fault) {
    case serve::BadCertificate::none:
    case serve::BadCertificate::untrusted: break;
    case serve::BadCertificate::expired: return {.begins_s = -2 * kDay, .ends_s = -kDay};
    case serve::BadCertificate::not_yet: return {.begins_s = kDay};
    case serve::BadCertificate::wrong_name: return {.names = {"elsewhere.example"}};
  }
  return {};
}

// The certificate that all servers show, and TLS with it, made when the first of them needs it.
class ServerTls {
 public:
  explicit ServerTls(const serve::ServeOptions& options) : options_(options) {}

  [[nodiscard]] std::variant<net::TransportPlan, std::string> transport(const serve::Protocol& protocol) {
    if (protocol.tls == serve::TlsUse::never) return net::TransportPlan{};
    for (const auto& [option, file] :
         {std::pair{"--cert", options_.certificate_file}, {"--key", options_.key_file}}) {
      if (auto problem = workload::check_input_file(option, file)) return *problem;
    }
    const serve::BadCertificate fault = options_.faults.tls.certificate;
    if (!options_.certificate_file.empty() && fault != serve::BadCertificate::none)
      return "--fault certificate has no effect with --cert: it is about the one that is made";
    if (options_.certificate_file.empty() && own_.with_key.empty()) {
      own_ = tls::make_certificate(settings_of(fault));
      const std::string& file = options_.save_certificate;
      if (!file.empty() && !write_file(file, own_.certificate))
        return fmt::format("--save-cert {}: cannot be written", file);
      if (fault == serve::BadCertificate::untrusted) own_ = tls::make_certificate();
    }
    std::vector<std::string> alpn;
    if (!protocol.alpn.empty()) alpn.emplace_back(protocol.alpn);
    return tls::server_transport({.certificate_file = options_.certificate_file,
                                  .key_file = options_.key_file,
                                  .certificate = own_.with_key,
                                  .version = options_.tls_version,
                                  .protocols = std::move(alpn)},
                                 protocol.tls == serve::TlsUse::at_once ? net::TransportStart::at_once
                                                                        : net::TransportStart::when_asked);
  }

 private:
  const serve::ServeOptions& options_;
  tls::OwnCertificate own_;
};

// Reads the script once, and makes of it what the servers of a URL play.
class ServedScripts {
 public:
  explicit ServedScripts(const serve::ServeOptions& options) : options_(options) {}

  [[nodiscard]] bool empty() const { return options_.script_file.empty(); }

  std::variant<std::shared_ptr<const serve::ScriptPlan>, std::string> plan_for(
      const serve::Protocol& protocol) {
    if (auto problem = read()) return *std::move(problem);
    auto script = serve::read_served_script(protocol.notation, text_);
    if (const auto* error = std::get_if<script::Error>(&script))
      return fmt::format("--script {}", script::show(options_.script_file, *error));
    auto plan = std::make_shared<serve::ScriptPlan>();
    plan->protocol = protocol.notation;
    plan->starttls = protocol.tls == serve::TlsUse::offered;
    plan->script = std::get<serve::ServedScript>(std::move(script));
    // One write a line: several threads have notes.
    plan->note = [file = options_.script_file](const std::string& sentence) {
      const std::string line = fmt::format("backtalk serve: {}: {}\n", file, sentence);
      std::fwrite(line.data(), 1, line.size(), stderr);
    };
    return plan;
  }

 private:
  std::optional<std::string> read() {
    if (!text_.empty()) return std::nullopt;
    if (auto problem = serve::find_fault_of_answers(options_.faults)) return problem;
    return workload::read_input_file("--script", options_.script_file, [this](std::string_view piece) {
      text_ += piece;
      return text_.size() <= script::kScriptOctetsMax;
    });
  }

  const serve::ServeOptions& options_;
  std::string text_;
};

std::int64_t seconds_since_1970() {
  return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// The mailboxes, and who may log in. A UIDVALIDITY of each start is its own (RFC 3501 2.3.1.1).
std::variant<std::unique_ptr<mailbox::Store>, std::string> make_store(const serve::ServeOptions& options) {
  mailbox::StorePlan plan{.messages = serve::keeps_mail(options) ? options.messages : 0,
                          .message_octets = options.message_octets,
                          .octets_max = options.mailbox_octets,
                          .uid_validity = static_cast<std::uint32_t>(seconds_since_1970()),
                          .deliver_after_ns = options.faults.smtp.deliver_after_ns,
                          .now = &seconds_since_1970};
  if (!options.users_file.empty()) {
    auto users = workload::read_users_file(options.users_file);
    if (auto* problem = std::get_if<std::string>(&users)) return *problem;
    mailbox::Passwords& passwords = plan.passwords.emplace();
    for (session::Credentials& user : std::get<std::vector<session::Credentials>>(users))
      passwords.insert_or_assign(mailbox::Store::account_name(user.user), std::move(user.password));
  }
  return std::make_unique<mailbox::Store>(std::move(plan));
}

session::AuthenticatorFactory authenticators_of(const mailbox::Store& store) {
  if (store.takes_any_password()) return &serve::make_anyone;
  return sasl::authenticators([&store](std::string_view user) -> std::optional<std::string> {
    const std::string* const password = store.password(user);
    return password == nullptr ? std::nullopt : std::optional(*password);
  });
}

std::string unknown_scheme(std::string_view scheme) {
  std::vector<std::string> known;
  known.reserve(serve::protocols().size());
  for (const serve::Protocol& one : serve::protocols()) known.emplace_back(one.scheme);
  if (const std::string meant = text::did_you_mean(scheme, known); !meant.empty())
    return fmt::format("unknown scheme `{}`{}", scheme, meant);
  return fmt::format("unknown scheme `{}`: `backtalk serve` serves {}", scheme, fmt::join(known, ", "));
}

// What is served at one URL.
struct Planned {
  std::string text;  // as it was given
  net::Url url;
  const serve::Protocol* protocol = nullptr;
  serve::ServerPlan plan;
  std::shared_ptr<const serve::ScriptPlan> script;  // null: the built-in server
};

// Checks all of a URL that can be wrong before anything listens.
std::variant<Planned, std::string> plan_for(const std::string& text, const serve::ServeOptions& options,
                                            ServerTls& tls, ServedScripts& scripts) {
  auto url_or_problem = net::read_url(text);
  if (auto* problem = std::get_if<std::string>(&url_or_problem)) return *problem;
  const net::Url url = std::get<net::Url>(url_or_problem);
  const serve::Protocol* const protocol = serve::find_protocol(url.scheme);
  if (protocol == nullptr) return unknown_scheme(url.scheme);
  if (auto problem = serve::find_idle_fault(options.faults, url.scheme)) return *problem;
  if (auto problem = net::refuse_path(url)) return *problem;
  if (!url.unix_socket && !url.port_given)
    return fmt::format("`{}`: the URL has no port; port 0 picks a free one", text);
  auto at = net::resolve(url);
  if (auto* problem = std::get_if<std::string>(&at)) return *problem;
  serve::ServerPlan plan = plan_server(options, *protocol);
  plan.at = std::get<net::Endpoint>(at);
  auto transport = tls.transport(*protocol);
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  plan.transport = std::get<net::TransportPlan>(std::move(transport));
  if (!plan.at.is_near())
    return fmt::format("`{}`: the built-in servers listen on loopback and private addresses only", text);
  std::shared_ptr<const serve::ScriptPlan> script;
  if (!scripts.empty()) {
    auto plan_or_problem = scripts.plan_for(*protocol);
    if (auto* problem = std::get_if<std::string>(&plan_or_problem)) return *problem;
    script = std::get<0>(std::move(plan_or_problem));
  }
  return Planned{
      .text = text, .url = url, .protocol = protocol, .plan = std::move(plan), .script = std::move(script)};
}

// Listens at one URL, with several threads if that was requested. Returns a problem, if any.
std::optional<std::string> listen_at(Planned& planned, const serve::ServeOptions& options,
                                     const serve::Shared& shared,
                                     std::vector<std::unique_ptr<Running>>& running) {
  const std::uint64_t threads = planned.url.unix_socket ? 1 : options.threads;
  for (std::uint64_t i = 0; i < threads; ++i) {
    auto one = std::make_unique<Running>();
    if (planned.script) {
      one->service = std::make_unique<serve::ScriptService>(planned.script, shared.faults);
    } else {
      one->service = planned.protocol->make_service(shared);
    }
    one->server = std::make_unique<serve::Server>(
        planned.plan, [&service = *one->service] { return service.make_session(); });
    if (auto problem = one->server->listen()) return fmt::format("`{}`: {}", planned.text, *problem);
    planned.plan.at = one->server->listens_at();
    running.push_back(std::move(one));
  }
  planned.url.port = planned.plan.at.port();
  return std::nullopt;
}

// Whoever reads "listening on" may rely on all of them.
std::optional<std::string> listen_at_all(const serve::ServeOptions& options, const serve::Shared& shared,
                                         ServerTls& tls, std::vector<std::unique_ptr<Running>>& running) {
  ServedScripts scripts(options);
  std::vector<Planned> all;
  for (const std::string& text : options.urls) {
    auto planned = plan_for(text, options, tls, scripts);
    if (auto* problem = std::get_if<std::string>(&planned)) return std::move(*problem);
    all.push_back(std::get<Planned>(std::move(planned)));
  }
  for (Planned& one : all) {
    if (auto problem = listen_at(one, options, shared, running)) return problem;
  }
  for (const Planned& one : all) fmt::print("listening on {}\n", one.url.text());
  std::fflush(stdout);
  return std::nullopt;
}

// Prints the sums of the servers' counts, by name, as JSON.
void report_counts(const std::vector<std::unique_ptr<Running>>& running) {
  std::vector<serve::NamedCount> sums{{"connections", 0}, {"connections_refused", 0}};
  const auto add = [&sums](const serve::NamedCount& count) {
    const auto known = std::ranges::find(sums, count.name, &serve::NamedCount::name);
    if (known == sums.end()) {
      sums.push_back(count);
    } else {
      known->value += count.value;
    }
  };
  for (const std::unique_ptr<Running>& one : running) {
    add({"connections_refused", one->server->refused()});
    for (const serve::NamedCount& count : one->service->counts()) add(count);
  }
  boost::json::object json;
  for (const serve::NamedCount& sum : sums) json[sum.name] = sum.value;
  fmt::print("served {}\n", boost::json::serialize(json));
}

// When input arrived at any of the servers, in order.
bool write_stamps(const std::string& file, const std::vector<std::unique_ptr<Running>>& running) {
  std::vector<std::uint64_t> all;
  for (const std::unique_ptr<Running>& one : running)
    all.insert(all.end(), one->server->stamps().begin(), one->server->stamps().end());
  std::ranges::sort(all);
  return write_file(file, fmt::format("{}", fmt::join(all, "\n")));
}

int run_serve(const SpecOptions& given) {
  serve::ServeOptions options;
  if (auto problem = given.read(serve::option_groups(), options)) return refuse("serve", *problem);
  const auto was_given = [&given](const options::OptionSpec& spec) { return given.given(spec); };
  if (auto problem = options::find_ignored(serve::option_groups(), options, options, was_given))
    return refuse("serve", *problem);
  if (auto problem =
          net::probe(static_cast<unsigned>(options.connections), static_cast<unsigned>(options.threads)))
    return refuse("serve", *problem);
  if (!can_write(options.stamps_file))
    return refuse("serve", fmt::format("--stamps {}: cannot be written", options.stamps_file));
  catch_interrupts();
  auto store = make_store(options);
  if (auto* problem = std::get_if<std::string>(&store)) return refuse("serve", *problem);
  mailbox::Store& mailboxes = *std::get<std::unique_ptr<mailbox::Store>>(store);
  const serve::Shared shared{.faults = options.faults,
                             .store = serve::keeps_mail(options) ? &mailboxes : nullptr,
                             .authenticators = authenticators_of(mailboxes)};
  std::vector<std::unique_ptr<Running>> running;
  ServerTls tls(options);
  if (auto problem = listen_at_all(options, shared, tls, running)) return refuse("serve", *problem);
  std::atomic<bool> stop{false};
  std::mutex problem_lock;
  std::optional<std::string> problem;
  for (const std::unique_ptr<Running>& one : running) {
    one->thread = std::thread([&, &server = *one->server] {
      if (auto failed = server.run(stop)) {
        const std::lock_guard lock(problem_lock);
        problem = std::move(failed);
        stop.store(true);
      }
    });
  }
  while (interrupts() == 0 && !stop.load()) std::this_thread::sleep_for(std::chrono::milliseconds(20));
  stop.store(true);
  for (const std::unique_ptr<Running>& one : running) one->thread.join();
  if (problem) return refuse("serve", *problem);
  report_counts(running);
  if (!options.stamps_file.empty() && !write_stamps(options.stamps_file, running))
    return refuse("serve", fmt::format("--stamps {}: cannot be written", options.stamps_file));
  return 0;
}

}  // namespace

Verb add_serve_verb(CLI::App& app, int& exit_code) {
  Verb verb = add_verb(
      app, exit_code,
      {"serve",
       "Run built-in servers: a mail sink, mailboxes for POP3 and IMAP, HTTP with bodies of any size",
       serve::option_groups(), &run_serve});
  verb.exit_status = "0 it was interrupted; 2 usage or environment.";
  verb.notes = {
      "Prints `listening on URL` for each URL once it is ready, and the counts of what it served "
      "when interrupted."};
  verb.examples = {{"backtalk serve smtp://127.0.0.1:2525 --fault delay=10ms",
                    "A mail sink that waits 10 ms before each reply."},
                   {"backtalk serve pop3://127.0.0.1:1110 --script session.txt",
                    "Answers as the server of a transcript did, which `backtalk talk` wrote, or anyone."},
                   {"backtalk serve https://127.0.0.1:8443 --save-cert ca.pem",
                    "HTTP over TLS: /5000 is a body of 5000 bytes. Clients trust the server by ca.pem."}};
  return verb;
}

}  // namespace backtalk::cli
