// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The commands of earlier conversations, a line each, in a file that only its owner can read.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::terminal {

class HistoryFile {
 public:
  /// Empty: nothing is kept.
  explicit HistoryFile(std::string path) : path_(std::move(path)) {}

  /// The file that the user's environment has for it (XDG Base Directory Specification); empty if
  /// there is none.
  [[nodiscard]] static std::string usual_path();

  /// The last lines, oldest first. A file that has grown much longer is cut to them.
  [[nodiscard]] std::vector<std::string> read() const;
  /// What fails is not worth a conversation: then it is not kept.
  void add(std::string_view line) const;

  static constexpr std::size_t kLinesMax = 1000;
  static constexpr std::size_t kLineOctetsMax = 4096;

 private:
  std::string path_;
};

}  // namespace backtalk::terminal
