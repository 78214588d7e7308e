// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "event_log.hpp"

#include <algorithm>
#include <cstddef>

namespace backtalk::bench {
namespace {

constexpr std::size_t kShownMax = 60;

// Printable, and short enough for a label.
std::string shown(const EventLog::Entry& entry) {
  std::string text;
  for (const char c : entry.text.substr(0, kShownMax)) text += c >= ' ' && c < 0x7F ? c : '.';
  if (entry.text.size() > kShownMax) text += "... of " + std::to_string(entry.text.size()) + " octets";
  return entry.topic + " '" + text + "'";
}

}  // namespace

void EventLog::octets(std::string_view topic, std::string_view bytes) {
  if (bytes.empty()) return;
  if (entries_.empty() || !entries_.back().octets || entries_.back().topic != topic) {
    entries_.push_back({std::string(topic), {}, true});
  }
  entries_.back().text += bytes;
}

std::string difference(const EventLog& expected, const EventLog& got,
                       const std::vector<std::string>& without) {
  const auto counts = [&without](const EventLog::Entry& entry) {
    return std::ranges::find(without, entry.topic) == without.end();
  };
  auto left = expected.entries().begin();
  auto right = got.entries().begin();
  for (;; ++left, ++right) {
    left = std::find_if(left, expected.entries().end(), counts);
    right = std::find_if(right, got.entries().end(), counts);
    const bool left_ends = left == expected.entries().end();
    const bool right_ends = right == got.entries().end();
    if (left_ends && right_ends) return {};
    if (left_ends) return "also reports " + shown(*right);
    if (right_ends) return "does not report " + shown(*left);
    if (!(*left == *right)) return "reports " + shown(*right) + "; Backtalk reports " + shown(*left);
  }
}

}  // namespace backtalk::bench
