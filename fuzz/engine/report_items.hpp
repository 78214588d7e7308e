// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reads reports back, to compare them in part and to print them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

enum class ItemKind : char { event = 'E', text = 'T', number = 'N', octets = 'O' };

struct Item {
  ItemKind kind = ItemKind::event;
  std::string_view text;  // the name of an event, or bytes
  std::uint64_t offset = kNowhere;
  std::uint64_t number = 0;
};

/// Iterates over the items of a report. The items are views of the report.
class ItemReader {
 public:
  explicit ItemReader(const Report& report) : rest_(report.events()) {}

  /// Reads the next item. Returns false at the end.
  bool next(Item& item);

 private:
  std::string_view rest_;
};

/// All items of a report. They are views of the report.
[[nodiscard]] std::vector<Item> items_of(const Report& report);

/// True if the two reports are equal to the extent that `agreement` requires.
[[nodiscard]] bool agree(const Report& expected, const Report& got, Agreement agreement);

/// Formats a report: a line for each event, and the error.
[[nodiscard]] std::string describe(const Report& report);

/// Puts bytes in double quotes, with escapes for those that are not printable.
[[nodiscard]] std::string quoted(std::string_view bytes);

}  // namespace backtalk::fuzz
