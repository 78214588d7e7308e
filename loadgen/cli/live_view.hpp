// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The live view of a run on the terminal of standard error.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "cli/view_terminal.hpp"
#include "live/figures.hpp"
#include "live/line.hpp"

namespace backtalk::cli {

/// A thread of its own draws the last figures that were shown, five times a second. Neither that
/// thread nor a terminal that takes no more (Ctrl-S, a connection that hangs) holds up whoever
/// calls `show` and `say`, nor the end of the run, nor a signal. While the program is in the
/// background the view is not drawn. There is one at a time.
class LiveView {
 public:
  LiveView();
  /// Erases the view.
  ~LiveView();
  LiveView(const LiveView&) = delete;
  LiveView& operator=(const LiveView&) = delete;

  void show(live::Figures figures);
  /// A sentence that stays on the terminal, above the view. Only printable ASCII is shown as it is.
  void say(std::string sentence);

  /// Erases the view of the process, if there is one, as it is about to end. Safe in a signal
  /// handler.
  static void erase_at_once();

 private:
  void run();
  void draw(const live::Figures& figures, const std::string& sentences);

  const live::Look look_;
  ViewTerminal terminal_;
  std::mutex lock_;
  std::condition_variable wake_;
  std::optional<live::Figures> figures_;
  std::string sentences_;
  bool stop_ = false;
  std::thread thread_;
};

}  // namespace backtalk::cli
