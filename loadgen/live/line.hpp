// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A line of the live view: never wider than the terminal, and with nothing in it that a terminal
/// would obey.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::live {

enum class Style : std::uint8_t { plain, faint, strong, good, doubtful, bad };

/// What the terminal can show.
struct Look {
  bool colours = false;
  bool blocks = false;  ///< the block elements of Unicode; otherwise bars are made of #
};

class Line {
 public:
  explicit Line(std::size_t width) : width_(width) {}

  /// Text from anywhere: octets that are not printable ASCII are shown as "\x1b". What does not fit
  /// is cut off, and the last column says so: "~".
  Line& add(std::string_view text, Style style = Style::plain);
  /// A bar of that share of `width` columns, of one mark at least unless it is 0.
  Line& add_bar(double share, std::size_t width, Look look, Style style = Style::plain);
  /// Spaces up to that column.
  Line& pad_to(std::size_t column);

  [[nodiscard]] std::size_t columns() const { return columns_; }
  /// So many columns more can be filled.
  [[nodiscard]] std::size_t room() const { return width_ - columns_; }

  [[nodiscard]] std::string text(bool colours) const;

 private:
  struct Part {
    std::string text;
    Style style;
  };
  std::vector<Part> parts_;
  std::size_t width_;
  std::size_t columns_ = 0;
  bool cut_ = false;
};

/// Printable ASCII as it is, all else as "\x1b".
[[nodiscard]] std::string printable(std::string_view octets);

}  // namespace backtalk::live
