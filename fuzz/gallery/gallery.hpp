// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A gallery of small parsers, each with one bug of a class that real parsers had: what the oracles
/// are worth.
///
/// All of them are one program; BACKTALK_GALLERY names the exhibit that it tests, `list` prints
/// them.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"

namespace backtalk::gallery {

struct Exhibit {
  fuzz::Target target;
  std::string_view bug;       ///< what is wrong with it; empty for the parsers that are right
  std::string_view seen_in;   ///< where the world had it
  std::string_view found_by;  ///< the oracle that should find it; "crash" for a sanitizer's report
  std::unique_ptr<fuzz::Adapter> (*make)();
};

/// Puts an exhibit on show; one of static storage a file.
class Shown {
 public:
  explicit Shown(const Exhibit& exhibit);
};

template <class Parser>
std::unique_ptr<fuzz::Adapter> make_parser() {
  return std::make_unique<Parser>();
}

}  // namespace backtalk::gallery
