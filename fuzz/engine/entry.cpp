// SPDX-License-Identifier: Apache-2.0 OR MIT
// What libFuzzer, AFL++ and the replay program call.
#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "engine/run_input.hpp"
#include "mutators/line_mutator.hpp"

extern "C" {

// libFuzzer's own mutations; absent where the program is a replay or another engine's.
__attribute__((weak)) std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size,
                                                   std::size_t size_max);

// Allocations are frequent and their stacks are similar, so only the innermost frames are recorded.
// The quarantine holds freed memory for hundreds of inputs instead of millions, and freed memory is
// not returned to the system, because each input would then fault in new pages. Use after return is
// checked by the replays only.
#define BACKTALK_ASAN_OPTIONS                                                                              \
  "malloc_context_size=3:quarantine_size_mb=1:thread_local_quarantine_size_kb=64:max_malloc_fill_size=64:" \
  "allocator_release_to_os_interval_ms=-1"
// The sanitizer calls the function by this name.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
const char* __asan_default_options();
// NOLINTNEXTLINE(bugprone-reserved-identifier)
const char* __asan_default_options() {
  if (LLVMFuzzerMutate == nullptr) return BACKTALK_ASAN_OPTIONS;
  return BACKTALK_ASAN_OPTIONS ":detect_stack_use_after_return=0";
}

// If the arguments name files, such as a finding, every oracle checks each of them.
// NOLINTNEXTLINE(readability-non-const-parameter): libFuzzer's signature
__attribute__((weak)) int LLVMFuzzerInitialize(int* argc, char*** argv) {
  for (int i = 1; i < *argc; ++i) {
    struct stat found{};
    if ((*argv)[i][0] != '-' && ::stat((*argv)[i], &found) == 0 && S_ISREG(found.st_mode)) {
      backtalk::fuzz::ask_everything();
    }
  }
  return 0;
}

namespace {

// Long inputs take as long as many short ones, and show little that these do not: few grow.
std::size_t room_for(std::size_t size, std::size_t size_max, unsigned int seed) {
  constexpr std::size_t kUsual = 1024;
  return seed / 4 % 16 == 0 ? size_max : std::min(size_max, std::max(size, kUsual));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  backtalk::fuzz::run_input({reinterpret_cast<const char*>(data), size});
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t size_max,
                                    unsigned int seed) {
  static const backtalk::fuzz::LineMutator mutator(backtalk::fuzz::target().protocol);
  size = mutator.shorten(reinterpret_cast<char*>(data), size, seed);
  const std::size_t room = room_for(size, size_max, seed);
  const std::size_t made = mutator.mutate(reinterpret_cast<char*>(data), size, room, seed);
  if (made > 0) return made;
  return LLVMFuzzerMutate != nullptr ? LLVMFuzzerMutate(data, size, room) : size;
}

std::size_t LLVMFuzzerCustomCrossOver(const std::uint8_t* first, std::size_t first_size,
                                      const std::uint8_t* second, std::size_t second_size, std::uint8_t* out,
                                      std::size_t out_max, unsigned int seed) {
  static const backtalk::fuzz::LineMutator mutator(backtalk::fuzz::target().protocol);
  return mutator.cross({reinterpret_cast<const char*>(first), first_size},
                       {reinterpret_cast<const char*>(second), second_size}, reinterpret_cast<char*>(out),
                       room_for(first_size, out_max, seed), seed);
}

}  // extern "C"
