// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reports, read back: for comparison with less than everything, and for people.
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
  std::string_view text;  // an event's name, or bytes
  std::uint64_t offset = kNowhere;
  std::uint64_t number = 0;
};

/// Reads what a report holds, one after the other; the items are views of it.
class ItemReader {
 public:
  explicit ItemReader(const Report& report) : rest_(report.events()) {}

  /// False at the end.
  bool next(Item& item);

 private:
  std::string_view rest_;
};

/// All that a report holds; views of it.
[[nodiscard]] std::vector<Item> items_of(const Report& report);

/// True where the two reports say the same, as far as `agreement` asks.
[[nodiscard]] bool agree(const Report& expected, const Report& got, Agreement agreement);

/// A line for each event, and the error.
[[nodiscard]] std::string describe(const Report& report);

/// Bytes in double quotes, what is not printable as an escape.
[[nodiscard]] std::string quoted(std::string_view bytes);

}  // namespace backtalk::fuzz
