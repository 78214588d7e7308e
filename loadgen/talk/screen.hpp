// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Shows a conversation as docs/scripts.md writes it down: on standard output with the remarks, and
/// without them in a transcript.
#pragma once

#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "talk/audience.hpp"

namespace backtalk::talk {

class Screen final : public Audience {
 public:
  /// A sentence if the file cannot be written.
  [[nodiscard]] std::optional<std::string> open_transcript(const std::string& path);

  /// A conversation of that name begins.
  void title(std::string_view name);
  void client(std::string_view line, std::string_view notation) override;
  void server(std::string_view line) override;
  void remark(std::string_view text) override;

  /// What the program says for itself, and hears, is shown as remarks.
  void set_aside(bool aside) { aside_ = aside; }

  /// Writes what there is. False if that fails.
  [[nodiscard]] bool flush();

 private:
  struct Closed {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  void add(std::string_view mark, std::string_view text, std::string_view notation);

  bool aside_ = false;
  std::unique_ptr<std::FILE, Closed> transcript_;
  std::string shown_;
  std::string noted_;
};

}  // namespace backtalk::talk
