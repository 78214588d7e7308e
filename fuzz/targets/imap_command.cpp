// SPDX-License-Identifier: Apache-2.0 OR MIT
// What an IMAP client says: imap::CommandParser, with a server that takes literals or refuses them.
#include "backtalk/fuzz/references.hpp"
#include "backtalk/imap/command_parser.hpp"
#include "reference/imap_reference.hpp"
#include "targets/imap_settings.hpp"
#include "targets/parser_adapter.hpp"
#include "targets/streamed_literals.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
namespace imap = backtalk::imap;

class ImapCommands final : public backtalk::fuzz::ParserAdapter<imap::CommandParser> {
 public:
  void begin(const Settings& settings) override {
    refuses_odd_literals_ = backtalk::fuzz::refuses_odd_literals(settings);
    limits_ = backtalk::fuzz::imap_limits(settings);
    make(limits_, settings.tolerances);
  }

 private:
  void prepare() override { streamed_.clear(); }

  void take(const imap::Input& input, Report& report) override {
    if (input.kind == imap::Input::Kind::octets) {
      take_piece(input, report);
      return;
    }
    if (input.arguments.row().size() > limits_.tokens_max) {
      report.broken("a command has more tokens than the limit");
    }
    words_.clear();
    backtalk::reference::describe(input, streamed_.all(), words_);
    report.event("input").text(words_.view());
    if (input.kind == imap::Input::Kind::literal_wanted) {
      if (!refuses_odd_literals_ || input.literal_octets % 2 == 0) return;
      parser().refuse_literal();
    }
    streamed_.clear();
    // A server that goes on with a challenge, or waits for DONE.
    const bool asks = input.name == "IDLE" || input.name == "AUTHENTICATE";
    if (input.kind == imap::Input::Kind::command && !input.error && asks) parser().expect_line();
  }

  void take_piece(const imap::Input& piece, Report& report) {
    if (piece.literal_octets > limits_.literal_octets_max) {
      report.broken("a literal is longer than its limit");
    }
    streamed_.take(piece.literal, piece.literal_left, piece.literal_octets, report);
  }

  imap::Limits limits_;
  bool refuses_odd_literals_ = false;
  backtalk::fuzz::StreamedLiterals streamed_;  // of the command that is being read
  backtalk::fuzz::Octets words_;               // what is said of it
};

}  // namespace

BACKTALK_FUZZ_TARGET(ImapCommands, .name = "imap_command", .protocol = "imap",
                     .tolerances = backtalk::fuzz::kImapTolerances, .small_limits = true,
                     .variants = backtalk::fuzz::kImapCommandVariants, .simd = true, .work_each = 8,
                     .work_once = 256, .reference = imap_commands)
