// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/play.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include "net/url.hpp"
#include "sasl/mechanism.hpp"
#include "script/limits.hpp"
#include "script/shipped.hpp"
#include "talk/script_player.hpp"
#include "workload/http_target.hpp"
#include "workload/input_file.hpp"
#include "workload/smtp_options.hpp"
#include "workload/users_file.hpp"

namespace backtalk::talk {
namespace {

using script::Protocol;

// Of the script that comes with the program, or of the file.
std::variant<std::string, const script::ShippedScript*> find_script(const TalkOptions& options,
                                                                    Protocol protocol) {
  std::error_code failure;
  if (std::filesystem::exists(options.script, failure)) return std::string();
  const auto found = script::look_up_shipped(script::name_of(protocol), options.script);
  if (const auto* const* shipped = std::get_if<const script::ShippedScript*>(&found)) return *shipped;
  return fmt::format("--script {}: there is no such file, and {}", options.script,
                     std::get<std::string>(found));
}

std::variant<std::string, script::Error> text_of_script(const TalkOptions& options, Protocol protocol) {
  const auto found = find_script(options, protocol);
  if (const auto* const* shipped = std::get_if<const script::ShippedScript*>(&found))
    return std::string((*shipped)->text);
  if (!std::get<std::string>(found).empty()) return script::Error{0, 0, std::get<std::string>(found)};
  std::string text;
  const auto problem = workload::read_input_file("--script", options.script, [&text](std::string_view piece) {
    text += piece;
    return text.size() <= script::kScriptOctetsMax;
  });
  if (problem) return script::Error{0, 0, *problem};
  return text;
}

std::shared_ptr<const session::SaslMechanism> find_mechanism(std::string_view name) {
  using sasl::Mechanism;
  constexpr std::array kMechanisms{Mechanism::plain,         Mechanism::login,   Mechanism::cram_md5,
                                   Mechanism::scram_sha_256, Mechanism::xoauth2, Mechanism::apop};
  const auto* const found =
      std::ranges::find_if(kMechanisms, [name](Mechanism one) { return sasl::name_of(one) == name; });
  return found == kMechanisms.end() ? nullptr : sasl::client_mechanism(*found);
}

// What the script needs and nobody gave.
std::optional<std::string> check_needs(const PlayPlan& plan) {
  const ScriptNeeds& needs = plan.script.needs;
  const session::Credentials& user = plan.users.front();
  const auto missing = [&](std::string_view what) {
    // The login that the program adds.
    if (needs.line == 0) return fmt::format("--script {}: {}", plan.file, what);
    return fmt::format("--script {}:{}: {}", plan.file, needs.line, what);
  };
  if (needs.password && user.password.empty())
    return missing("a password is needed here: --password or --users gives it");
  if (needs.user && user.user.empty()) return missing("a user is needed here: --user or --users names it");
  for (const std::string& name : needs.mechanisms) {
    if (find_mechanism(name) == nullptr)
      return missing(
          fmt::format("a response of {} is `***` here, and backtalk knows no such mechanism", name));
  }
  return std::nullopt;
}

// What stands for the same in all conversations.
PlayPlan::Constants constants_of(const net::Url& url, Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: {
      const workload::SmtpOptions of_load;
      return {{"from", of_load.from}, {"to", of_load.to.front()}};
    }
    case Protocol::http: return {{"host", workload::authority_of(url)}, {"path", workload::target_of(url)}};
    case Protocol::pop3:
    case Protocol::imap: break;
  }
  return {};
}

std::vector<script::Constant> views_of(const PlayPlan::Constants& constants) {
  std::vector<script::Constant> views;
  views.reserve(constants.size());
  for (const auto& [name, text] : constants) views.push_back({.name = name, .text = text});
  return views;
}

// What the server refused it may have refused to whoever has not logged in.
bool asks_for_login(Protocol protocol, std::string_view problem) {
  if (protocol == Protocol::imap || protocol == Protocol::pop3) return !problem.empty();
  return problem.find("the server said \"530") != std::string_view::npos;  // RFC 4954 6
}

// A path that has no effect.
std::optional<std::string> check_path(const net::Url& url, std::string_view text) {
  if (!net::refuse_path(url) || text.find("{path}") != std::string_view::npos) return std::nullopt;
  return fmt::format(
      "`{}`: the path has no effect with this script, whose requests name their own; {{path}} stands for it",
      url.text());
}

}  // namespace

std::variant<PlayPlan, std::string> plan_play(const TalkOptions& options, Protocol protocol) {
  PlayPlan plan{.file = options.script, .script = {}, .exact = options.exact, .constants = {}, .users = {}};
  plan.users.push_back({.user = options.user, .password = options.password});
  if (!options.users_file.empty()) {
    auto users = workload::read_users_file(options.users_file);
    if (auto* problem = std::get_if<std::string>(&users)) return *problem;
    plan.users = std::get<std::vector<session::Credentials>>(std::move(users));
  }
  auto text = text_of_script(options, protocol);
  if (const auto* error = std::get_if<script::Error>(&text)) return error->sentence;
  const auto url = net::read_url(options.url);
  if (const auto* problem = std::get_if<std::string>(&url)) return *problem;
  if (auto problem = check_path(std::get<net::Url>(url), std::get<std::string>(text))) return *problem;
  plan.constants = constants_of(std::get<net::Url>(url), protocol);
  const auto constants = views_of(plan.constants);
  auto read =
      read_played_script(std::get<std::string>(std::move(text)), {.protocol = protocol,
                                                                  .logs_in = !plan.users.front().user.empty(),
                                                                  .only = options.only,
                                                                  .constants = constants});
  if (const auto* error = std::get_if<script::Error>(&read))
    return fmt::format("--script {}", script::show(options.script, *error));
  plan.script = std::get<PlayedScript>(std::move(read));
  if (auto problem = check_needs(plan)) return *problem;
  return plan;
}

Outcome play(const TalkPlan& plan, const PlayPlan& script, Screen& screen) {
  Outcome outcome;
  std::uint64_t number = 0;
  for (const std::string_view name : script.script.left_out)
    screen.remark(fmt::format("left out, as it is of another protocol: == {} ==", name));
  const auto constants = views_of(script.constants);
  TalkPlan each = plan;
  each.pipeline = true;  // the script says what waits
  for (const Scene& scene : script.script.scenes) {
    if (!scene.name.empty()) screen.title(scene.name);
    const PlayerSettings settings{.protocol = plan.protocol,
                                  .exact = script.exact,
                                  .file = script.file,
                                  .user = script.users[number % script.users.size()],
                                  .find_mechanism = &find_mechanism,
                                  .constants = constants,
                                  .number = number,
                                  .seed = number};
    ScriptPlayer player(scene, settings, screen);
    Outcome came = talk(each, player, player, screen);
    if (scene.has_sections && settings.user.user.empty() && asks_for_login(plan.protocol, player.problem()))
      came.sentence += "; without --user nothing logs in before the sections";
    ++number;
    if (came.kind == Outcome::Kind::answered) continue;
    if (outcome.kind == Outcome::Kind::answered) {
      outcome = came;
    } else {
      screen.remark(came.sentence);
    }
    if (came.kind != Outcome::Kind::failed) return came;
  }
  return outcome;
}

}  // namespace backtalk::talk
