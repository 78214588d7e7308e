// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

bool read_service_time(std::string_view value, Faults& faults) {
  const auto plan = read_service(value);
  if (plan) faults.service = *plan;
  return plan.has_value();
}

constexpr std::uint64_t kWorkersMax = 1024;

bool read_workers(std::string_view value, Faults& faults) {
  std::uint64_t workers = 0;
  if (!read_count_above_0(value, workers) || workers > kWorkersMax) return false;
  faults.workers = workers;
  return true;
}

constexpr std::array kSpecs{
    FaultSpec{
        "service", "DIST",
        "how long the end of a message, NOOP and RSET take, or an HTTP request; one at a time on each "
        "connection:"
        " const:T, exp:MEAN, bimodal:T:T2:P% (T2 with that probability), slow-share:T:T2:M/N (T2 on M of"
        " every N connections)",
        &read_service_time},
    FaultSpec{"workers", "N",
              "at most N of these at once on the whole server (of each thread), first come, first served:"
              " workers=1 serves one at a time",
              &read_workers}};

}  // namespace

std::span<const FaultSpec> service_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
