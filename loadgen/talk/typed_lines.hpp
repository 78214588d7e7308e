// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Lines from a descriptor: a pipe, or a terminal that edits them itself.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "talk/line_source.hpp"

namespace backtalk::talk {

class TypedLines final : public LineSource {
 public:
  explicit TypedLines(int descriptor) : descriptor_(descriptor) {}

  /// A line is there, without a read. At the end that is also one without a line end.
  [[nodiscard]] bool has_line(std::uint64_t now_ns = 0) override;
  /// The line, without LF or CRLF. Only if there is one. Valid until the next call.
  [[nodiscard]] std::string_view take() override;

  /// Reads what there is; blocks if there is nothing. False if the descriptor cannot be read, or a
  /// line is too long.
  [[nodiscard]] bool read() override;
  /// There is nothing more to read.
  [[nodiscard]] bool ended() const override { return ended_; }
  [[nodiscard]] int descriptor() const override { return descriptor_; }
  [[nodiscard]] bool has_local_commands() const override { return true; }

  static constexpr std::size_t kLineOctetsMax = std::size_t{1} << 20;

 private:
  const int descriptor_;
  std::string octets_;
  std::size_t begin_ = 0;  // of the next line
  std::size_t seen_ = 0;   // there is no LF before it
  bool ended_ = false;
};

}  // namespace backtalk::talk
