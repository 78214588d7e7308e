// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "live/plain_line.hpp"

#include <fmt/format.h>

#include "report/summary.hpp"
#include "text/plural.hpp"

namespace backtalk::live {

std::string plain_line(const LastSecond& second, std::string_view transaction) {
  return fmt::format("{:>4} s  {:>9} {}/s  p50 {:>8}  p99 {:>8}  failed {:<6}", second.t_s, second.completed,
                     text::plural(transaction), report::show_ns(static_cast<double>(second.p50_ns)),
                     report::show_ns(static_cast<double>(second.p99_ns)), second.failed);
}

}  // namespace backtalk::live
