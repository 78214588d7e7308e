// SPDX-License-Identifier: Apache-2.0 OR MIT
/// By which any thread tells the thread of a server that sessions of its have more to say.
#pragma once

#include <cstdint>
#include <mutex>
#include <vector>

namespace backtalk::serve {

class Doorbell {
 public:
  Doorbell() = default;
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;
  ~Doorbell();

  /// Returns 0 or -errno.
  [[nodiscard]] int open();
  /// Can be read while it has rung and was not answered.
  [[nodiscard]] int descriptor() const { return descriptor_; }

  /// For the session in that slot. Any thread, once it is open.
  void ring(std::uint32_t slot);

  /// The slots that it rang for since the last time, each once. Replaces `slots`. One thread.
  void answer(std::vector<std::uint32_t>& slots);

 private:
  int descriptor_ = -1;
  std::mutex lock_;
  std::vector<std::uint32_t> slots_;
  std::vector<bool> has_rung_;  // by slot: it is in `slots_`
};

}  // namespace backtalk::serve
