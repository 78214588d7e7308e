// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A script as the sessions of IMAP follow it: what each command means for the others, and which
/// untagged data it must bring, worked out once for the run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "session/imap_ambiguity.hpp"
#include "session/imap_commands.hpp"
#include "session/imap_data.hpp"
#include "session/pass_order.hpp"
#include "session/script.hpp"

namespace backtalk::session {

class ImapScript {
 public:
  struct Command {
    ScriptCommand text;
    ImapCommand command = ImapCommand::noop;
    ImapOrder order;
    ImapDataSet brings = 0;  ///< untagged data that must come before its tagged response
    ImapDataSet kept = 0;    ///< untagged data whose words are kept
    bool needs_number = false;
    bool needs_uid = false;
  };
  struct Pass {
    unsigned weight = 1;
    std::vector<Command> commands;
    ThinkTime wait = {};  ///< behind the last answer
  };

  /// A pass alone, for an ImapPassSource. It has at least one command.
  [[nodiscard]] static Pass make_pass(ScriptPass&& pass);

  /// One pass, which is a NOOP.
  ImapScript();

  /// A script without a pass gets the one that the default has.
  explicit ImapScript(Script script);

  [[nodiscard]] const std::vector<Command>& once() const noexcept { return once_; }
  [[nodiscard]] const std::vector<Command>& end() const noexcept { return end_; }
  /// That of a transaction, by its number: passes take turns by their weights.
  [[nodiscard]] const Pass& pass(std::uint64_t number) const noexcept;
  /// In the order of the script; at least one.
  [[nodiscard]] const std::vector<Pass>& passes() const noexcept { return passes_; }
  [[nodiscard]] unsigned capture_slots() const noexcept { return capture_slots_; }
  /// What the first commands of passes have in common: true of one, true here.
  struct Beginnings {
    bool alone = false;
    bool uses_numbers = false;
    bool literals = false;
  };
  [[nodiscard]] const Beginnings& beginnings() const noexcept { return beginnings_; }
  /// Some command of a pass permits EXPUNGE.
  [[nodiscard]] bool permits_expunge() const noexcept { return permits_expunge_; }
  /// The most commands that a pass has.
  [[nodiscard]] std::size_t commands_max() const noexcept { return commands_max_; }
  [[nodiscard]] bool connection_a_pass() const noexcept { return connection_a_pass_; }
  /// The client waits somewhere within its passes, apart from an IDLE.
  [[nodiscard]] bool has_waits() const noexcept { return has_waits_; }
  /// The texts of untagged data are compared.
  [[nodiscard]] bool compares_data() const noexcept { return compares_data_; }

 private:
  std::vector<Command> once_;
  std::vector<Pass> passes_;
  std::vector<Command> end_;
  PassOrder order_{1};
  std::size_t commands_max_ = 1;
  Beginnings beginnings_;
  bool permits_expunge_ = false;
  bool connection_a_pass_ = false;
  bool has_waits_ = false;
  bool compares_data_ = false;
  unsigned capture_slots_ = 0;
};

/// Gives each transaction a pass of its own, in place of those of a script.
class ImapPassSource {
 public:
  virtual ~ImapPassSource() = default;
  /// That of a transaction, by its number. It lives as long as the transaction.
  [[nodiscard]] virtual const ImapScript::Pass& pass(std::uint64_t number) const = 0;
};

}  // namespace backtalk::session
