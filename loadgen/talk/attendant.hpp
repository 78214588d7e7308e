// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What goes on while somebody edits a line.
#pragma once

#include <cstdint>
#include <string_view>

namespace backtalk::talk {

/// What the line that is edited is.
enum class LineKind : std::uint8_t {
  command,
  content,  ///< of a message, a body, a literal: no name is completed in it
  secret    ///< it is not shown while it is typed
};

/// Attends to the server while somebody edits a line.
class Attendant {
 public:
  enum class Event : std::uint8_t {
    readable,  ///< the descriptor can be read
    nothing,   ///< a signal, or something from the server
    stop       ///< no line is wanted any more
  };

  virtual ~Attendant() = default;
  /// Waits for one of them.
  [[nodiscard]] virtual Event wait(int descriptor) = 0;
  /// There is something to show above the line. It is shown by `show_news`.
  [[nodiscard]] virtual bool has_news() const = 0;
  virtual void show_news() = 0;
  [[nodiscard]] virtual LineKind kind() const = 0;
  /// What comes behind `beginning` in the line is a secret.
  [[nodiscard]] virtual bool secret_follows(std::string_view beginning) const = 0;
};

}  // namespace backtalk::talk
