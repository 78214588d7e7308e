// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A secret while it is typed: not shown, and not known to libedit, which would keep it.
#pragma once

#include <cstdint>
#include <string>

namespace backtalk::terminal {

class HiddenText {
 public:
  enum class Event : std::uint8_t {
    taken,
    complete,  ///< the line is
    left       ///< erased up to its beginning: the key is for what stands before it
  };

  /// The next key.
  [[nodiscard]] Event take(wchar_t key);
  [[nodiscard]] const std::wstring& text() const { return text_; }
  void clear();

 private:
  enum class At : std::uint8_t { text, escape, sequence };
  std::wstring text_;
  At at_ = At::text;
};

}  // namespace backtalk::terminal
