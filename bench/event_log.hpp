// SPDX-License-Identifier: Apache-2.0 OR MIT
// What a contender says that it read, so that two of them can be compared before either is timed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace backtalk::bench {

// An entry a fact, under a topic: ("field", "Server: nginx"). A contender that does not know a topic leaves
// it out and says so.
class Account {
 public:
  static constexpr bool kListens = true;

  struct Entry {
    std::string topic;
    std::string text;
    bool octets = false;
    friend bool operator==(const Entry&, const Entry&) = default;
  };

  void add(std::string_view topic, std::string_view text) {
    entries_.push_back({std::string(topic), std::string(text), false});
  }
  // A stretch of a body: stretches of one topic that follow each other are one entry.
  void octets(std::string_view topic, std::string_view bytes);

  [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

 private:
  std::vector<Entry> entries_;
};

// Takes the place of an Account where time is measured: what a contender would say is not even computed.
struct Silence {
  static constexpr bool kListens = false;
};

// The first thing on which two accounts part, in a sentence, or nothing. Topics in `without` do not count.
[[nodiscard]] std::string difference(const Account& expected, const Account& got,
                                     const std::vector<std::string>& without);

}  // namespace backtalk::bench
