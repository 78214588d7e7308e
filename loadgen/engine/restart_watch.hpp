// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Notices that the server was restarted in mid-run.
#pragma once

#include <algorithm>
#include <cstdint>

namespace backtalk::engine {

/// A restart, as the connections of one thread to one target see it: none of them is left, nothing
/// listens at the server's address for a while, and then it accepts sessions again. A server that
/// closes its connections, and one that is slow to accept new ones, does not look like that. Times
/// are on the run's clock.
class RestartWatch {
 public:
  /// The server ended a connection whose session had been ready.
  void lost(std::uint64_t now) {
    if (lost_++ == 0) since_ = now;
  }

  /// Nothing listened where a connection was to be opened. `live`: how many are open.
  void refused(unsigned live, std::uint64_t now) {
    if (!was_ready_ || live > 0 || is_away_) return;
    is_away_ = true;
    if (lost_ == 0) since_ = now;
  }

  /// A session became ready.
  void ready(std::uint64_t now) {
    if (is_away_) {
      ++restarts_;
      connections_ += lost_;
      longest_ns_ = std::max(longest_ns_, now - since_);
    }
    was_ready_ = true;
    is_away_ = false;
    lost_ = 0;
  }

  [[nodiscard]] std::uint64_t restarts() const { return restarts_; }
  /// How many connections were lost in them.
  [[nodiscard]] std::uint64_t connections() const { return connections_; }
  /// The longest time from the first loss to the next session.
  [[nodiscard]] std::uint64_t longest_ns() const { return longest_ns_; }

 private:
  std::uint64_t restarts_ = 0;
  std::uint64_t connections_ = 0;
  std::uint64_t longest_ns_ = 0;
  std::uint64_t lost_ = 0;  // since a session last became ready
  std::uint64_t since_ = 0;
  bool was_ready_ = false;
  bool is_away_ = false;
};

}  // namespace backtalk::engine
