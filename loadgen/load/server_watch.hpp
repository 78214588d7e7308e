// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the server uses while it is loaded: the process of --server-pid with its descendants.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "net/process_tree.hpp"
#include "result/run_result.hpp"
#include "stats/stage.hpp"

namespace backtalk::load {

/// Looks at the server several times in a run: `look` is called often, and costs little then.
class ServerWatch {
 public:
  /// With the stages of the load, if it has any.
  explicit ServerWatch(pid_t process, std::span<const stats::Stage> stages = {})
      : process_(process), stages_(stages.begin(), stages.end()) {}

  /// For how long the load has been measured; nullopt: the warm-up is not over.
  void look(std::uint64_t now, std::optional<std::uint64_t> measured_ns);
  /// The load has ended.
  void finish();

  /// nullopt if the server could not be looked at before the load and during it.
  [[nodiscard]] std::optional<result::Server> used() const;
  /// For each stage, CPU time from its begin to its end, as of the first looks after these.
  /// nullopt: there was no look.
  [[nodiscard]] std::vector<std::optional<std::uint64_t>> cpu_of_stages() const;
  /// The process was there, and is no more.
  [[nodiscard]] bool is_gone() const { return gone_; }

 private:
  void take(bool measuring);
  void pass_stages(std::uint64_t measured_ns);

  pid_t process_;
  std::vector<stats::Stage> stages_;
  std::uint64_t stages_ended_ns_ = 0;  // when those ended that are over
  std::vector<std::uint64_t> cpu_at_ends_;
  std::uint64_t next_look_ = 0;
  std::optional<net::TreeUsage> before_;  // when measuring began
  std::optional<net::TreeUsage> last_;    // since then
  std::uint64_t resident_max_ = 0;
  std::optional<std::uint64_t> began_ticks_;  // of the process that was there first
  bool gone_ = false;
};

}  // namespace backtalk::load
