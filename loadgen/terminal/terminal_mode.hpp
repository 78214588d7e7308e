// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The settings of the user's terminal: as they were once the program ends or stops, by whatever
/// signal.
#pragma once

namespace backtalk::terminal {

/// There is one at a time.
class TerminalMode {
 public:
  /// The terminal as it is now is what is put back.
  explicit TerminalMode(int terminal);
  ~TerminalMode();
  TerminalMode(const TerminalMode&) = delete;
  TerminalMode& operator=(const TerminalMode&) = delete;

  /// Can be read if there is a key, or a signal that the two below tell of.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  /// There is a key. To be asked once the descriptor can be read.
  [[nodiscard]] static bool has_key();

  /// The settings are now those for editing: what the program has again after it was stopped.
  static void edits();
  /// The program was stopped, and goes on: the screen may show something else.
  [[nodiscard]] static bool take_resumed();
  /// The terminal has another size.
  [[nodiscard]] static bool take_resized();

 private:
  int descriptor_ = -1;
};

}  // namespace backtalk::terminal
