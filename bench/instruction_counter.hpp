// SPDX-License-Identifier: Apache-2.0 OR MIT
// Instructions that this thread retires in user space, by the processor's own counter, where there is one.
#pragma once

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>

namespace backtalk::bench {

class InstructionCounter {
 public:
  InstructionCounter();
  ~InstructionCounter();
  InstructionCounter(const InstructionCounter&) = delete;
  InstructionCounter& operator=(const InstructionCounter&) = delete;

  void start() const;
  // Adds the counter "instructions", for one unit, to the row; nothing where they cannot be counted.
  void stop(benchmark::State& state, std::size_t units) const;

  // Why they cannot be counted, in a sentence; empty where they can.
  [[nodiscard]] static std::string why_not();

 private:
  int file_ = -1;
};

}  // namespace backtalk::bench
