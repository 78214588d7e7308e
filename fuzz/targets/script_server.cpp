// SPDX-License-Identifier: Apache-2.0 OR MIT
// A server that plays a script (serve::ScriptServer): the input is a script, a line "%%", and what
// a client says. What goes out does not depend on the cuts between the client's octets.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "serve/script_server.hpp"
#include "whole_text.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using namespace backtalk::serve;
using backtalk::script::Protocol;

constexpr std::array kProtocols{Protocol::smtp, Protocol::lmtp, Protocol::pop3, Protocol::imap,
                                Protocol::http};
constexpr std::string_view kClient = "%%\n";
// A small script can repeat a line until its answers are megabytes.
constexpr std::size_t kSaidMax = std::size_t{1} << 20;

// What a run of the input came to.
struct Came {
  std::string said;
  bool secured = false;
  bool over = false;

  friend bool operator==(const Came&, const Came&) = default;
};

class ScriptedServer final : public backtalk::fuzz::WholeText {
 public:
  void begin(const Settings& settings) override {
    WholeText::begin(settings);
    protocol_ = kProtocols[settings.variant % kProtocols.size()];
    starttls_ = settings.variant >= kProtocols.size();
  }

  void finish(Report& report) override {
    const std::string_view all = text_;
    const std::size_t mark = all.starts_with(kClient) ? 0 : all.find("\n%%\n");
    const std::size_t end =
        std::min(mark == 0 || mark == std::string_view::npos ? mark : mark + 1, all.size());
    auto script = read_served_script(protocol_, all.substr(0, end));
    if (const auto* error = std::get_if<backtalk::script::Error>(&script)) {
      if (error->sentence.empty()) report.broken("an error says nothing");
      report.event("error").number(error->line).number(error->column).text(error->sentence);
      return;
    }
    ScriptPlan plan;
    plan.protocol = protocol_;
    plan.starttls = starttls_;
    plan.script = std::get<ServedScript>(std::move(script));
    unsigned notes = 0;
    plan.note = [&](const std::string&) { ++notes; };
    const std::string_view client = all.substr(std::min(end + kClient.size(), all.size()));
    const Came whole = play(plan, client, client.size() + 1, report);
    if (notes > ScriptServer::kNotesMax) report.broken("there are more notes than a connection may have");
    plan.next = 0;
    if (play(plan, client, 1, report) != whole) report.broken("what is said depends on the cuts");
    report.event("said").text(whole.said).number(whole.secured ? 1 : 0).number(whole.over ? 1 : 0);
  }

 private:
  static Came play(const ScriptPlan& plan, std::string_view client, std::size_t piece, Report& report) {
    const Faults faults;
    ScriptCounts counts;
    ScriptServer server(plan, faults, counts);
    const bool gives_leave = plan.protocol == Protocol::imap;
    Came came;
    server.restart();
    take_output(server, gives_leave, came, report);
    while (!server.over() && came.said.size() < kSaidMax) {
      const std::string_view given = client.substr(0, piece);
      client.remove_prefix(server.consume(given));
      take_output(server, gives_leave, came, report);
      if (server.work_ns() > 0) server.finish_work();
      take_output(server, gives_leave, came, report);
      if (server.wants_tls()) {
        // What came with it in clear text depends on the cuts, and nobody reads it.
        came.secured = true;
        break;
      }
      if (client.empty() && !server.has_more() && server.work_ns() == 0) break;
    }
    came.over = server.over();
    came.said.resize(std::min(came.said.size(), kSaidMax));
    if (counts.answered > plan_max(plan)) report.broken("a command of the script is used twice");
    return came;
  }

  // Without passes, each line of the script answers once.
  static std::uint64_t plan_max(const ScriptPlan& plan) {
    std::uint64_t most = 0;
    for (const Playable& one : plan.script) {
      if (!one.passes.empty()) return UINT64_MAX;
      std::uint64_t answers = 0;
      for (const Exchange& exchange : one.once)
        answers += exchange.answers.size() + exchange.leaves.size() + 1;
      most = std::max(most, answers);
    }
    return most;
  }

  static void take_output(ScriptServer& server, bool gives_leave, Came& came, Report& report) {
    std::string& output = server.output();
    // Leave for a literal is given at once, and is a line of the script for each few octets.
    if (!gives_leave && output.size() > 4 * backtalk::session::ServerSession::kOutputEnough)
      report.broken("the server queues more than enough");
    if (came.said.size() < kSaidMax) came.said += output;
    output.clear();
  }

  Protocol protocol_ = Protocol::smtp;
  bool starttls_ = false;
};

}  // namespace

BACKTALK_FUZZ_TARGET(ScriptedServer, .name = "script_server", .protocol = "smtp", .variants = 10)
