// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Mutations for line protocols.
///
/// One mutation in four is made here, the others by the engine. Environment variables select the
/// mutations, so that the value of each can be measured: BACKTALK_FUZZ_MUTATOR is `lines`,
/// `grammar`, `both` or `off`. BACKTALK_FUZZ_EXCERPTS=0 leaves long inputs whole.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/split_mix64.hpp"

namespace backtalk::fuzz {

class LineMutator {
 public:
  /// `protocol` is smtp, pop3, imap or http. Others have no phrases.
  explicit LineMutator(std::string_view protocol);

  /// Reduces most long inputs to an excerpt, in place, and returns its size. The effect of a
  /// mutation shows in the lines around it, and reading the others would cost as much as many
  /// mutations.
  [[nodiscard]] std::size_t shorten(char* data, std::size_t size, unsigned seed) const;

  /// Changes the input in place and returns its new size, or 0 to leave the input to the engine's
  /// own mutations.
  [[nodiscard]] std::size_t mutate(char* data, std::size_t size, std::size_t size_max, unsigned seed) const;

  /// Joins lines of one input, or of its excerpt, with lines of another. Returns the number of
  /// octets written to `out`, or 0 if the mutator is off.
  [[nodiscard]] std::size_t cross(std::string_view first, std::string_view second, char* out,
                                  std::size_t out_max, unsigned seed) const;

 private:
  std::string_view protocol_;
  bool lines_ = true;
  bool grammar_ = false;
  bool excerpts_ = true;
};

/// Returns whole lines of a long input, from its beginning or from another line. The latter is rare
/// for HTTP, where few lines start a message. One input in eight is left whole.
[[nodiscard]] std::string_view excerpt(std::string_view input, std::string_view protocol, SplitMix64& random);

/// Makes one mutation, without an engine. `phrases` are whole lines of the protocol.
[[nodiscard]] std::string mutated(std::string_view input, std::string_view protocol, unsigned seed);

}  // namespace backtalk::fuzz
