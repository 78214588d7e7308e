// SPDX-License-Identifier: Apache-2.0 OR MIT
// Instructions that this thread retires in user space, from the processor's counter if it has one.
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
  // Adds the counter "instructions", per unit, to the row, if instructions can be counted.
  void stop(benchmark::State& state, std::size_t units) const;

  // A sentence on why they cannot be counted; empty if they can.
  [[nodiscard]] static std::string why_not();

 private:
  int file_ = -1;
};

}  // namespace backtalk::bench
