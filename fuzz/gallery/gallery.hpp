// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A gallery of small parsers with one bug each, of kinds that real parsers have had. It measures
/// the oracles.
///
/// They form one program. BACKTALK_GALLERY names the exhibit to test; `list` lists the exhibits.
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "backtalk/fuzz/references.hpp"

namespace backtalk::gallery {

struct Exhibit {
  fuzz::Target target;
  std::string_view bug;       ///< what is wrong with it; empty for the correct parsers
  std::string_view seen_in;   ///< where such a bug has occurred
  std::string_view found_by;  ///< the oracle that should find it; "crash" for a sanitizer
  std::unique_ptr<fuzz::Adapter> (*make)();
};

/// Registers an exhibit. One per file, with static storage duration.
class Shown {
 public:
  explicit Shown(const Exhibit& exhibit);
};

template <class Parser>
std::unique_ptr<fuzz::Adapter> make_parser() {
  return std::make_unique<Parser>();
}

}  // namespace backtalk::gallery
