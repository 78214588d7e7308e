// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/progress.hpp"

#include <unistd.h>

#include <cstdlib>
#include <string_view>

namespace backtalk::cli {
namespace {

// Whether the terminal obeys the sequences by which the view is drawn.
bool moves_its_cursor() {
  const char* const term = std::getenv("TERM");  // NOLINT(concurrency-mt-unsafe): nobody sets any
  const std::string_view kind = term == nullptr ? "" : term;
  return !kind.empty() && kind != "dumb";
}

}  // namespace

Shown shown_of(const workload::LoadArguments& arguments) {
  using workload::Progress;
  if (arguments.quiet || arguments.progress == Progress::none) return Shown::nothing;
  if (arguments.progress == Progress::lines) return Shown::lines;
  if (isatty(STDERR_FILENO) == 0) return Shown::nothing;
  return moves_its_cursor() ? Shown::view : Shown::lines;
}

}  // namespace backtalk::cli
