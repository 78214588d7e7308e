// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "own/own.hpp"

#include <utility>

#include "backtalk/simd.hpp"
#include "rows.hpp"

namespace backtalk::bench {

ContenderInfo own_info(std::string name, std::vector<std::string> leaves_out, std::string remarks) {
  return {.name = std::move(name),
          .kind = ContenderInfo::Kind::own,
          .version = BACKTALK_BENCH_VERSION,
          .build = BACKTALK_BENCH_OWN_BUILD,
          .simd = std::string(simd::active()) + ", chosen at run time",
          .leaves_out = std::move(leaves_out),
          .remarks = std::move(remarks)};
}

void add_own_rows() {
  add_own_http();
  add_own_smtp();
  add_own_pop3();
  add_own_imap();
}

}  // namespace backtalk::bench
