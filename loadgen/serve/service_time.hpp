// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How long a server works on a reply: `--fault service=...`, for tests with a known result.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "session/split_mix64.hpp"

namespace backtalk::serve {

/// A distribution of service times.
struct ServicePlan {
  enum class Kind : std::uint8_t {
    none,         ///< replies at once
    constant,     ///< `ns`
    exponential,  ///< with the mean `ns`
    bimodal,      ///< `other_ns` with probability `other_share`, otherwise `ns`
    slow_share,   ///< `slow` of every `of` connections always take `other_ns`, the others `ns`
  };

  Kind kind = Kind::none;
  std::uint64_t ns = 0;
  std::uint64_t other_ns = 0;
  double other_share = 0;
  std::uint64_t slow = 0;
  std::uint64_t of = 1;
};

/// Reads "const:T", "exp:MEAN", "bimodal:T:T2:P%" or "slow-share:T:T2:M/N"; nullopt for anything
/// else.
[[nodiscard]] std::optional<ServicePlan> read_service(std::string_view text);

/// One connection's service times. They depend only on the plan and the connection's number, not on
/// other connections, and are the same with every compiler.
class ServiceTimes {
 public:
  /// `plan` must outlive it.
  explicit ServiceTimes(const ServicePlan& plan) : plan_(plan) {}

  /// Starts the sequence of a connection. Connections are numbered from 0 in order of arrival.
  void restart(std::uint64_t connection);

  /// The next service time in nanoseconds.
  [[nodiscard]] std::uint64_t next() { return plan_.kind == ServicePlan::Kind::none ? 0 : draw(); }

 private:
  [[nodiscard]] std::uint64_t draw();
  [[nodiscard]] double uniform();

  const ServicePlan& plan_;
  session::SplitMix64 random_{0};
  bool is_slow_ = false;
};

}  // namespace backtalk::serve
