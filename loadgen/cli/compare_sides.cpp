// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/compare_sides.hpp"

#include <string_view>

namespace backtalk::cli {

SideWords take_sides(int& argc, char** argv) {
  SideWords sides;
  if (argc < 2 || std::string_view(argv[1]) != "compare") return sides;
  const int all = argc;
  for (int i = 2; i < all; ++i) {
    if (std::string_view(argv[i]) == "--") {
      if (sides.empty()) argc = i;
      sides.emplace_back();
    } else if (!sides.empty()) {
      sides.back().emplace_back(argv[i]);
    }
  }
  return sides;
}

}  // namespace backtalk::cli
