// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Where a connection is in its script: which command of it answers the client's next one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "serve/served_script.hpp"

namespace backtalk::serve {

/// Each command of a script is used once, and each of a pass once in each pass; but what a client
/// says with the same words gets the same answer again.
class ScriptPlace {
 public:
  /// From the beginning. `playable` must outlive it.
  void begin(const Playable& playable);

  /// The command of the script that the request stands for, which is used up; null if there is
  /// none. One with its words is preferred, wherever the script has it, even if it is used up.
  /// Where words may differ, the next one of its name follows, then one that was passed over, and
  /// for a request with words the last one again. A pass that has none ends, and one that has it
  /// begins.
  [[nodiscard]] const Exchange* take(const Request& request);

  /// The first command that is not used up behind the last one that was taken; null if there is
  /// none.
  [[nodiscard]] const Exchange* next() const;

  /// True if the script has a command of this name, used up or not.
  [[nodiscard]] bool knows(const Request& request) const;

 private:
  // How a command of the script stands for a client's of the same name.
  enum class Fit : std::uint8_t {
    words,        // it has the same
    placeholder,  // it has the same, but for a placeholder
    name          // whatever the words are, unless they are why it is refused
  };
  // Some exchanges in their order, and which of them are used up.
  struct Part {
    const Exchanges* exchanges = nullptr;
    std::vector<bool> used = {};
    std::size_t at = 0;

    void begin(const Exchanges& of);
    [[nodiscard]] const Exchange* take(const Request& request, Fit fit);
    // The last one that fits, used up or not.
    [[nodiscard]] const Exchange* again(const Request& request, Fit fit) const;
    [[nodiscard]] const Exchange* next() const;
  };

  [[nodiscard]] static bool fits(const Exchange& exchange, const Request& request, Fit fit);
  [[nodiscard]] const Exchange* take(const Request& request, Fit fit);
  void begin_pass(std::size_t pass);

  const Playable* playable_ = nullptr;
  Part once_;
  Part pass_of_now_;
  Part end_;
  std::size_t pass_ = 0;   // its index
  unsigned repeated_ = 0;  // how often it has begun in a row
};

}  // namespace backtalk::serve
