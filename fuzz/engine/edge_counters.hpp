// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the engine sees of an input.
#pragma once

namespace backtalk::fuzz {

/// libFuzzer's counters of the edges that were taken, put back when it goes out of scope.
///
/// Of each input the engine is to see what its stream does to the parser, whether or not it is one of those
/// of which more is asked: otherwise each that is asked more shows edges that the others hide, and is kept
/// for them. Nothing where another engine, or none, is linked.
class EdgesAsBefore {
 public:
  EdgesAsBefore();
  ~EdgesAsBefore();
  EdgesAsBefore(const EdgesAsBefore&) = delete;
  EdgesAsBefore& operator=(const EdgesAsBefore&) = delete;
};

}  // namespace backtalk::fuzz
