// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Why a run has no session yet.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace backtalk::engine {

/// Told by the threads of a run, and read by whoever waits for the first session.
class FirstFailure {
 public:
  struct Failure {
    std::string name;   ///< of the error
    std::string words;  ///< octets that the server said with it; may be empty
  };

  /// Keeps the first failure that it is told.
  void tell(std::string_view name, std::string_view words) {
    const std::lock_guard guard(lock_);
    if (!first_) first_ = Failure{std::string(name), std::string(words)};
  }

  [[nodiscard]] std::optional<Failure> get() const {
    const std::lock_guard guard(lock_);
    return first_;
  }

 private:
  mutable std::mutex lock_;
  std::optional<Failure> first_;
};

}  // namespace backtalk::engine
