// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk talk URL: a conversation by hand.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "cli/spec_options.hpp"
#include "cli/standard_error.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "net/addresses.hpp"
#include "net/url.hpp"
#include "options/choice.hpp"
#include "options/condition.hpp"
#include "talk/play.hpp"
#include "talk/screen.hpp"
#include "talk/talk_options.hpp"
#include "talk/talk_run.hpp"
#include "talk/typed_lines.hpp"
#include "terminal/editor.hpp"
#include "terminal/history_file.hpp"
#include "text/nearest.hpp"
#include "workload/protocols.hpp"

namespace backtalk::cli {
namespace {

using talk::Protocol;

constexpr int kFailed = 1;

constexpr std::array kSchemes{
    options::Choice{"smtp", Protocol::smtp},  options::Choice{"smtps", Protocol::smtp},
    options::Choice{"lmtp", Protocol::lmtp},  options::Choice{"pop3", Protocol::pop3},
    options::Choice{"pop3s", Protocol::pop3}, options::Choice{"imap", Protocol::imap},
    options::Choice{"imaps", Protocol::imap}, options::Choice{"http", Protocol::http},
    options::Choice{"https", Protocol::http},
};

std::string unknown_scheme(const std::string& scheme) {
  std::vector<std::string> known;
  known.reserve(kSchemes.size());
  for (const auto& one : kSchemes) known.emplace_back(one.word);
  const std::string meant = text::did_you_mean(scheme, known);
  return fmt::format("unknown scheme `{}`{}", scheme,
                     meant.empty() ? "; `backtalk talk --help` lists the schemes" : meant);
}

// The URL with its port, and what its scheme makes of the options.
std::variant<net::Url, std::string> settle_url(talk::TalkOptions& options) {
  auto read = net::read_url(options.url);
  if (std::holds_alternative<std::string>(read)) return read;
  auto& url = std::get<net::Url>(read);
  const workload::Protocol* const known = workload::find_protocol(url.scheme);
  if (known == nullptr || !options::read_choice(kSchemes, url.scheme)) return unknown_scheme(url.scheme);
  if (auto problem = net::refuse_path(url)) {
    if (*options::read_choice(kSchemes, url.scheme) != Protocol::http) return *problem;
    // {path} of a script stands for it.
    if (options.script.empty())
      return fmt::format("{}; it stands in what you type: GET {} HTTP/1.1", *problem, url.path);
  }
  if (!url.port_given) url.port = known->default_port;
  options.use = static_cast<const workload::TlsOptions&>(*known->make_own()).use;
  return read;
}

std::variant<talk::TalkPlan, std::string> plan_talk(const SpecOptions& given, talk::TalkOptions& options) {
  auto read = settle_url(options);
  if (auto* problem = std::get_if<std::string>(&read)) return *problem;
  const net::Url& url = std::get<net::Url>(read);
  const auto was_given = [&given](const options::OptionSpec& spec) { return given.given(spec); };
  if (auto problem = options::find_ignored(talk::option_groups(), options, options, was_given))
    return *problem;
  auto addresses = net::addresses_of(url, options.addresses);
  if (auto* problem = std::get_if<std::string>(&addresses)) return *problem;
  talk::TalkPlan plan{.protocol = *options::read_choice(kSchemes, url.scheme),
                      .addresses = std::get<std::vector<net::Endpoint>>(std::move(addresses)),
                      .transport = {},
                      .starttls = options.starttls,
                      .timeout_ns = options.timeout_ns,
                      .pipeline = options.pipeline,
                      .explain = options.explain};
  std::vector<std::string> alpn;
  if (plan.protocol == Protocol::http) alpn.emplace_back("http/1.1");
  auto transport = workload::tls_transport_of(options, url, std::move(alpn));
  if (auto* problem = std::get_if<std::string>(&transport)) return *problem;
  plan.transport = std::get<tls::ClientTransport>(std::move(transport));
  return plan;
}

// With lines from the script, if there is one.
talk::Outcome converse(const talk::TalkPlan& plan, const std::optional<talk::PlayPlan>& script,
                       talk::LineSource& lines, talk::Screen& screen) {
  if (script) return talk::play(plan, *script, screen);
  return talk::talk(plan, lines, screen, screen);
}

// https://no-color.org
bool has_colours(talk::Colour colour, bool on_terminal) {
  if (colour != talk::Colour::automatic) return colour == talk::Colour::always;
  const auto setting = [](const char* name) {
    const char* const value = std::getenv(name);
    return std::string_view(value == nullptr ? "" : value);
  };
  return on_terminal && setting("NO_COLOR").empty() && !setting("TERM").empty() && setting("TERM") != "dumb";
}

std::unique_ptr<talk::LineSource> open_lines(const talk::TalkOptions& options, talk::Protocol protocol) {
  if (options.script.empty() && terminal::can_edit()) {
    auto editor = terminal::open_editor(
        protocol, options.no_history ? std::string() : terminal::HistoryFile::usual_path());
    if (editor != nullptr) return editor;
  }
  return std::make_unique<talk::TypedLines>(STDIN_FILENO);
}

int run_talk(const SpecOptions& given) {
  talk::TalkOptions options;
  if (auto problem = given.read(talk::option_groups(), options)) return refuse("talk", *problem);
  auto plan = plan_talk(given, options);
  if (const auto* problem = std::get_if<std::string>(&plan)) return refuse("talk", *problem);
  auto& planned = std::get<talk::TalkPlan>(plan);
  const talk::Protocol protocol = planned.protocol;
  std::optional<talk::PlayPlan> script;
  if (!options.script.empty()) {
    auto read = talk::plan_play(options, protocol);
    if (const auto* problem = std::get_if<std::string>(&read)) return refuse("talk", *problem);
    script = std::get<talk::PlayPlan>(std::move(read));
  }
  std::unique_ptr<talk::LineSource> lines = open_lines(options, protocol);
  planned.lenient = lines->is_edited();
  talk::Screen screen({.protocol = protocol,
                       .colours = has_colours(options.colour, isatty(STDOUT_FILENO) == 1),
                       .times = options.times || lines->is_edited()});
  if (!options.transcript_file.empty()) {
    if (auto problem = screen.open_transcript(options.transcript_file)) return refuse("talk", *problem);
  }
  const talk::Outcome outcome = converse(planned, script, *lines, screen);
  lines.reset();  // the terminal is as it was before anything else is said
  switch (outcome.kind) {
    case talk::Outcome::Kind::answered: return 0;
    case talk::Outcome::Kind::failed: tell("backtalk talk: {}\n", outcome.sentence); return kFailed;
    case talk::Outcome::Kind::no_connection:
    case talk::Outcome::Kind::bad_environment: return refuse("talk", outcome.sentence);
  }
  return kFailed;
}

}  // namespace

Verb add_talk_verb(CLI::App& app, int& exit_code) {
  Verb verb =
      add_verb(app, exit_code,
               {"talk", "Talk to a server by hand or through a pipe", talk::option_groups(), &run_talk});
  verb.exit_status =
      "0 all that was asked was answered, and in a script as expected; 1 it was not; 2 usage or "
      "environment, or no connection.";
  verb.notes = {
      "Lines of standard input go out with CRLF, and are shown as `C: `; what the server says is "
      "shown as `S: `. Passwords are shown as `***`. A line that begins with `/` is for talk itself: "
      "`/help` lists what there is."};
  verb.examples = {{"printf 'EHLO me\\nQUIT\\n' | backtalk talk smtp://127.0.0.1:2525",
                    "Says two lines, each once the server has answered what was before it."},
                   {"backtalk talk smtp://127.0.0.1:2525 --script conversation.txt",
                    "Plays a conversation that is written down, and checks what the server says."},
                   {"backtalk talk imaps://mail.example.org --explain",
                    "IMAP over TLS by hand; shows under each answer how the parser reads it."}};
  verb.files = {
      {"~/.local/state/backtalk/history",
       "Lines of earlier conversations at a terminal, without secrets, unless there is --no-history. "
       "$XDG_STATE_HOME, if it is set, stands in place of ~/.local/state."}};
  verb.environment = {{"NO_COLOR", "If it is not empty, there are no colours."},
                      {"TERM", "If it is empty or `dumb`, there are no colours and lines are not edited."},
                      {"XDG_STATE_HOME", "Where files of state are kept."}};
  return verb;
}

}  // namespace backtalk::cli
