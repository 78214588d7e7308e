// SPDX-License-Identifier: Apache-2.0 OR MIT
// A script that is played against a server: up to a line "%%" the input is the script, behind it
// what the server says, line by line. What is said, and how it is judged, does not depend on the
// cuts within the lines; nothing but a goodbye is said after a failure; and what is exactly as the
// script has it is as expected without --exact too.
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "talk/conversation.hpp"
#include "talk/scene.hpp"
#include "talk/script_player.hpp"
#include "whole_text.hpp"

namespace {

namespace talk = backtalk::talk;
namespace script = backtalk::script;
using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;

constexpr std::array kProtocols{script::Protocol::smtp, script::Protocol::lmtp, script::Protocol::pop3,
                                script::Protocol::imap, script::Protocol::http};
constexpr std::string_view kDivider = "\n%%\n";

class Nobody final : public talk::Audience {
 public:
  void client(std::string_view, std::string_view) override {}
  void server(std::string_view) override {}
  void remark(std::string_view) override {}
};

// What a play came to.
struct Came {
  std::string sent;
  std::string problem;
  bool ended = false;

  friend bool operator==(const Came&, const Came&) = default;
};

void check_turns(const talk::Scene& scene, Report& report) {
  std::size_t next = 0;
  for (const script::Turn& turn : scene.turns) {
    if (turn.first != next) report.broken("a line belongs to no turn, or to two");
    if (turn.count == 0) report.broken("a turn has no lines");
    if (turn.kind != script::Turn::Kind::answer && turn.count != 1)
      report.broken("a turn has too many lines");
    next = turn.first + turn.count;
  }
  if (next != scene.section.lines.size()) report.broken("lines belong to no turn");
}

class Plays final : public backtalk::fuzz::WholeText {
 public:
  void begin(const Settings& settings) override {
    WholeText::begin(settings);
    protocol_ = kProtocols[settings.variant % kProtocols.size()];
  }

  void finish(Report& report) override {
    const std::size_t end = std::min(text_.find(kDivider), text_.size());
    said_ = std::string_view(text_).substr(std::min(end + kDivider.size(), text_.size()));
    auto read =
        talk::read_played_script(text_.substr(0, end) + "\n", {.protocol = protocol_, .logs_in = true});
    if (const auto* error = std::get_if<script::Error>(&read)) {
      if (error->line == 0 || error->column == 0 || error->sentence.empty())
        report.broken("an error has no place");
      report.event("refused").number(error->line).number(error->column);
      return;
    }
    for (const talk::Scene& scene : std::get<talk::PlayedScript>(read).scenes) {
      check_turns(scene, report);
      const Came whole = play(scene, false, false, report);
      if (play(scene, false, true, report) != whole) report.broken("what is said depends on the cuts");
      const Came exact = play(scene, true, false, report);
      if (exact.problem.empty() && !whole.problem.empty())
        report.broken("what is the same is not as expected");
      report.event("played").text(whole.sent).text(whole.problem).number(whole.ended ? 1 : 0);
    }
  }

 private:
  // What the client says now.
  static void say(talk::Conversation& conversation, talk::ScriptPlayer& player, std::uint64_t now_ns,
                  Report& report) {
    std::size_t after_problem = 0;
    while (conversation.may_type() && player.has_line(now_ns)) {
      if (!player.problem().empty() && ++after_problem > 1) report.broken("more than a goodbye is said");
      conversation.type(player.take());
    }
  }

  Came play(const talk::Scene& scene, bool exact, bool cut, Report& report) const {
    Nobody nobody;
    const talk::PlayerSettings settings{
        .protocol = protocol_, .exact = exact, .file = "f", .user = {"user", "secret"}};
    talk::ScriptPlayer player(scene, settings, nobody);
    talk::Conversation conversation(protocol_, player, {.pipeline = true});
    player.join(conversation);
    Came came;
    std::uint64_t now_ns = 0;
    std::string_view rest = said_;
    for (;;) {
      say(conversation, player, now_ns, report);
      came.sent += conversation.take_output();
      if (conversation.wants_tls()) conversation.tls_established();
      if (rest.empty()) break;
      const std::string_view line = rest.substr(0, std::min(rest.find('\n'), rest.size() - 1) + 1);
      rest.remove_prefix(line.size());
      for (std::size_t at = 0; cut && at < line.size(); ++at) conversation.receive(line.substr(at, 1));
      if (!cut) conversation.receive(line);
      now_ns = player.wakes_at_ns().value_or(now_ns);
    }
    conversation.end_of_stream();
    came.problem = player.problem();
    came.ended = player.ended();
    return came;
  }

  script::Protocol protocol_ = script::Protocol::smtp;
  std::string_view said_;
};

}  // namespace

BACKTALK_FUZZ_TARGET(Plays, .name = "talk_script", .protocol = "smtp", .variants = 5)
