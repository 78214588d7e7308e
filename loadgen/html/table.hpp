// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Tables of a page: on a phone a wide one scrolls, and the page does not.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::html {

/// The most rows that a page shows of one table; the last one says how many are left out.
inline constexpr std::size_t kRowsMax = 100;

class Table {
 public:
  /// Column heads as text. One that begins with ">" is of a column of figures, which end below one
  /// another.
  explicit Table(std::vector<std::string> heads);

  /// Cells as HTML.
  void add(std::initializer_list<std::string> cells) { add(std::vector<std::string>(cells)); }
  void add(const std::vector<std::string>& cells) { add(cells, ""); }
  /// With a class of its own for the row.
  void add(const std::vector<std::string>& cells, std::string_view css_class);

  [[nodiscard]] bool empty() const { return rows_ == 0; }
  [[nodiscard]] std::string html() const;

 private:
  std::vector<std::string> heads_;
  std::string body_;
  std::size_t rows_ = 0;
};

/// Names, each with what is to be said of it: as HTML.
class Facts {
 public:
  void add(std::string_view name, std::string_view html);
  [[nodiscard]] std::string html() const;

 private:
  std::string rows_;
};

/// A section with a heading; empty if it has no content.
[[nodiscard]] std::string section(std::string_view css_class, std::string_view heading,
                                  std::string_view content);

}  // namespace backtalk::html
