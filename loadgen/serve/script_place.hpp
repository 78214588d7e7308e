// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where a connection is in its script: which command of it answers the client's next one.
#pragma once

#include <cstddef>
#include <vector>

#include "serve/served_script.hpp"

namespace backtalk::serve {

/// Each command of a script is used once, and each of a pass once in each pass.
class ScriptPlace {
 public:
  /// From the beginning. `playable` must outlive it.
  void begin(const Playable& playable);

  /// The command of the script that the request stands for, which is used up; null if there is
  /// none. Of those with its name, the one with its words is preferred, then the next one, and then
  /// one that was passed over. A pass that has none of the name ends, and the next one begins.
  [[nodiscard]] const Exchange* take(const Request& request);

  /// The first command that is not used up behind the last one that was taken; null if there is
  /// none.
  [[nodiscard]] const Exchange* next() const;

  /// True if the script has a command of this name, used up or not.
  [[nodiscard]] bool knows(const Request& request) const;

 private:
  // Some exchanges in their order, and which of them are used up.
  struct Part {
    const Exchanges* exchanges = nullptr;
    std::vector<bool> used = {};
    std::size_t at = 0;

    void begin(const Exchanges& of);
    [[nodiscard]] const Exchange* take(const Request& request);
    [[nodiscard]] const Exchange* next() const;
  };

  void begin_pass(std::size_t pass);

  const Playable* playable_ = nullptr;
  Part once_;
  Part pass_of_now_;
  Part end_;
  std::size_t pass_ = 0;   // its index
  unsigned repeated_ = 0;  // how often it has begun in a row
};

}  // namespace backtalk::serve
