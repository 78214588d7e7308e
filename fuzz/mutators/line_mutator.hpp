// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Mutations that know what a line protocol is made of.
///
/// One mutation in four is made here and the others by the engine. Switched by the environment, so
/// that the worth of each can be measured: BACKTALK_FUZZ_MUTATOR=lines, `grammar` or `both` makes
/// such mutations, `off` none. BACKTALK_FUZZ_EXCERPTS=0 leaves long inputs whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/split_mix64.hpp"

namespace backtalk::fuzz {

class LineMutator {
 public:
  /// For smtp, pop3, imap or http. Another name has no phrases of its own.
  explicit LineMutator(std::string_view protocol);

  /// Leaves an excerpt of most inputs that are long, in place, and returns its size: what a
  /// mutation does shows in the lines around it, and the others take as long as many mutations.
  [[nodiscard]] std::size_t shorten(char* data, std::size_t size, unsigned seed) const;

  /// Changes the input in place, and returns its new size; 0 where the engine's own mutations
  /// should have it.
  [[nodiscard]] std::size_t mutate(char* data, std::size_t size, std::size_t size_max, unsigned seed) const;

  /// Some lines of one input, or of its excerpt, then some of the other. Returns the size of `out`;
  /// 0 where it is off.
  [[nodiscard]] std::size_t cross(std::string_view first, std::string_view second, char* out,
                                  std::size_t out_max, unsigned seed) const;

 private:
  std::string_view protocol_;
  bool lines_ = true;
  bool grammar_ = false;
  bool excerpts_ = true;
};

/// Whole lines of an input that is long, from its beginning on or, where the protocol lets a reader
/// begin there, from another line; one in eight is left whole.
[[nodiscard]] std::string_view excerpt(std::string_view input, std::string_view protocol, SplitMix64& random);

/// One mutation, for whoever needs it without an engine. `phrases` are whole lines of the protocol.
[[nodiscard]] std::string mutated(std::string_view input, std::string_view protocol, unsigned seed);

}  // namespace backtalk::fuzz
