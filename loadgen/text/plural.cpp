// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/plural.hpp"

namespace backtalk::text {

std::string plural(std::string_view noun) {
  const bool hisses =
      noun.ends_with('s') || noun.ends_with('x') || noun.ends_with("ch") || noun.ends_with("sh");
  return std::string(noun) + (hisses ? "es" : "s");
}

}  // namespace backtalk::text
