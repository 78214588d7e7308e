// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a contender has read, so that two of them can be compared before either is timed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backtalk::bench {

// One entry per fact, under a topic: ("field", "Server: nginx"). Topics that a contender does not
// report are listed in `ContenderInfo::leaves_out`.
class EventLog {
 public:
  static constexpr bool kRecords = true;

  struct Entry {
    std::string topic;
    std::string text;
    bool octets = false;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  void add(std::string_view topic, std::string_view text) {
    entries_.push_back({std::string(topic), std::string(text), false});
  }
  // A stretch of a body. Consecutive stretches with the same topic make one entry.
  void octets(std::string_view topic, std::string_view bytes);

  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// Replaces EventLog while time is measured, so that log entries are not even computed.
struct NoLog {
  static constexpr bool kRecords = false;
};

// The first difference between two logs, as a sentence; empty if there is none. Topics in `without`
// are ignored.
[[nodiscard]] std::string difference(const EventLog& expected, const EventLog& got,
                                     const std::vector<std::string>& without);

}  // namespace backtalk::bench
