// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The terminal of standard error, for whoever must never wait for it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace backtalk::cli {

/// A terminal takes no more while its user has stopped it (Ctrl-S), or while nobody reads what it
/// shows (a connection that hangs). Writing to it returns at once all the same: it is opened anew
/// without blocking, so that whoever shares standard error notices nothing of that. If it may not
/// be opened, as after `su`, standard error is written in small pieces, each only while there is
/// room.
class ViewTerminal {
 public:
  ViewTerminal();
  ~ViewTerminal();
  ViewTerminal(const ViewTerminal&) = delete;
  ViewTerminal& operator=(const ViewTerminal&) = delete;

  /// Writes what was left before, then `text`. What there is no room for is left for the next call.
  void write(std::string_view text);
  /// Nothing is left, and there is room.
  [[nodiscard]] bool takes_more();
  /// Forgets what is left.
  void forget() { rest_.clear(); }
  /// Writes what there is room for, and keeps nothing. Safe in a signal handler.
  void write_at_once(std::string_view text) const;

 private:
  // Returns how much was written; all of it if the terminal is gone.
  [[nodiscard]] std::size_t take(std::string_view text) const;

  int descriptor_;
  bool is_own_;
  std::string rest_;
};

}  // namespace backtalk::cli
