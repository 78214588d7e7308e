// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/columns.hpp"

#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

namespace backtalk::text {
namespace {

TEST(Columns, AreAsWideAsTheirWidestCellAndApart) {
  const std::vector<Row> rows{{"load", "p50", "verdict"}, {"mail-of-users", "1.20 ms", ""}};
  std::string out;
  lay_out(rows, std::array{Column{6, false}, Column{3, true}, Column{}}, out);
  EXPECT_EQ(out,
            "load               p50  verdict\n"
            "mail-of-users  1.20 ms\n");
}

// Octets beyond ASCII have no column each.
TEST(Columns, CountCodePoints) {
  const std::vector<Row> rows{{"\u2265 1.00 s", "a"}, {"10.0 ms", "b"}};
  std::string out;
  lay_out(rows, std::array{Column{10, true}, Column{}}, out);
  EXPECT_EQ(out,
            "  \u2265 1.00 s  a\n"
            "   10.0 ms  b\n");
}

}  // namespace
}  // namespace backtalk::text
