// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/report_items.hpp"

#include <algorithm>
#include <cstring>

namespace backtalk::fuzz {
namespace {

template <class Number>
Number take_raw(std::string_view& rest) {
  Number value;
  std::memcpy(&value, rest.data(), sizeof value);
  rest.remove_prefix(sizeof value);
  return value;
}

std::string_view take_sized(std::string_view& rest) {
  const auto size = take_raw<std::uint32_t>(rest);
  const std::string_view bytes = rest.substr(0, size);
  rest.remove_prefix(size);
  return bytes;
}

bool same_place(std::uint64_t a, std::uint64_t b) {
  return a == b || a == kNowhere || b == kNowhere;
}

bool same_item(const Item& a, const Item& b) {
  return a.kind == b.kind && a.text == b.text && a.number == b.number && same_place(a.offset, b.offset);
}

// A parser does not have to report how the stream ended.
bool is_end(const Item& item) {
  return item.kind == ItemKind::event && item.text.starts_with("ended ");
}

bool same_events(const Report& expected, const Report& got) {
  std::vector<Item> a = items_of(expected);
  std::vector<Item> b = items_of(got);
  std::erase_if(a, is_end);
  std::erase_if(b, is_end);
  return std::ranges::equal(a, b, same_item);
}

}  // namespace

bool ItemReader::next(Item& item) {
  if (rest_.empty()) return false;
  item = Item{};
  item.kind = static_cast<ItemKind>(rest_.front());
  rest_.remove_prefix(1);
  switch (item.kind) {
    case ItemKind::event:
      item.offset = take_raw<std::uint64_t>(rest_);
      item.text = take_sized(rest_);
      break;
    case ItemKind::number: item.number = take_raw<std::uint64_t>(rest_); break;
    case ItemKind::text:
    case ItemKind::octets: item.text = take_sized(rest_); break;
  }
  return true;
}

std::vector<Item> items_of(const Report& report) {
  std::vector<Item> items;
  ItemReader reader(report);
  for (Item item; reader.next(item);) items.push_back(item);
  return items;
}

bool agree(const Report& expected, const Report& got, Agreement agreement) {
  if (expected.refused() != got.refused()) return false;
  switch (agreement) {
    case Agreement::verdict: return true;
    case Agreement::events: return same_events(expected, got);
    case Agreement::exact: break;
  }
  return same_octets(expected.events(), got.events()) && expected.error() == got.error() &&
         expected.error_offset() == got.error_offset();
}

std::string quoted(std::string_view bytes) {
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string out = "\"";
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\r') {
      out += "\\r";
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (c == '"' || c == '\\') {
      out.append("\\") += c;
    } else if (byte < 0x20 || byte >= 0x7F) {
      out.append("\\x").append(1, kHex[byte >> 4U]).append(1, kHex[byte & 15U]);
    } else {
      out += c;
    }
  }
  return out + '"';
}

std::string describe(const Report& report) {
  std::string out;
  for (const Item& item : items_of(report)) {
    const bool begins_line = item.kind == ItemKind::event || item.kind == ItemKind::octets;
    if (begins_line && !out.empty()) out += '\n';
    switch (item.kind) {
      case ItemKind::event:
        if (item.offset != kNowhere) out.append("at ").append(std::to_string(item.offset)).append(": ");
        out += item.text;
        break;
      case ItemKind::octets: out.append("octets ").append(quoted(item.text)); break;
      case ItemKind::text: out.append(" ").append(quoted(item.text)); break;
      case ItemKind::number: out.append(" ").append(std::to_string(item.number)); break;
    }
  }
  if (!out.empty()) out += '\n';
  if (report.refused()) {
    out.append("refused: ").append(report.error());
    if (report.error_offset() != kNowhere) out.append(" at ").append(std::to_string(report.error_offset()));
    out += '\n';
  }
  return out;
}

}  // namespace backtalk::fuzz
