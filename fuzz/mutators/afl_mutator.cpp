// SPDX-License-Identifier: Apache-2.0 OR MIT
// The line mutator as a library for AFL++, which does not call a program's LLVMFuzzerCustomMutator:
//
//     AFL_CUSTOM_MUTATOR_LIBRARY=line_mutator.so BACKTALK_FUZZ_PROTOCOL=smtp afl-fuzz ...
//
// afl-fuzz calls it for some mutations of each input, in addition to its own.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/split_mix64.hpp"
#include "mutators/line_mutator.hpp"

namespace {

struct Mutator {
  std::string_view protocol;
  backtalk::fuzz::SplitMix64 random;
  std::string made;  // afl-fuzz reads it until the next call
};

std::string_view text(const std::uint8_t* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

// One mutation in four joins lines of one input with lines of another.
std::string crossed(Mutator& mutator, std::string_view first, std::string_view second) {
  const backtalk::fuzz::LineMutator lines(mutator.protocol);
  std::string both(first.size() + second.size(), '\0');
  both.resize(
      lines.cross(first, second, both.data(), both.size(), static_cast<unsigned>(mutator.random.next())));
  return both;
}

}  // namespace

// AFL++'s interface for mutators. `afl` is the state of afl-fuzz, which is not used here.
extern "C" {

void* afl_custom_init(void* afl, unsigned int seed);
void afl_custom_deinit(void* data);
std::size_t afl_custom_fuzz(void* data, std::uint8_t* input, std::size_t size, std::uint8_t** out,
                            std::uint8_t* other, std::size_t other_size, std::size_t size_max);

void* afl_custom_init(void* afl, unsigned int seed) {
  static_cast<void>(afl);
  const char* protocol = std::getenv("BACKTALK_FUZZ_PROTOCOL");
  return new Mutator{protocol != nullptr ? protocol : "", backtalk::fuzz::SplitMix64(seed), {}};
}

void afl_custom_deinit(void* data) {
  delete static_cast<Mutator*>(data);
}

std::size_t afl_custom_fuzz(void* data, std::uint8_t* input, std::size_t size, std::uint8_t** out,
                            std::uint8_t* other, std::size_t other_size, std::size_t size_max) {
  auto& mutator = *static_cast<Mutator*>(data);
  const bool cross = size > 0 && other != nullptr && other_size > 0 && mutator.random.one_in(4);
  const std::string base =
      cross ? crossed(mutator, text(input, size), text(other, other_size)) : std::string(text(input, size));
  mutator.made =
      backtalk::fuzz::mutated(base, mutator.protocol, static_cast<unsigned>(mutator.random.next()));
  *out = reinterpret_cast<std::uint8_t*>(mutator.made.data());
  return std::min(mutator.made.size(), size_max);
}

}  // extern "C"
