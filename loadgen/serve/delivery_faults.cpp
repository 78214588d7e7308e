// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <array>

#include "serve/faults.hpp"
#include "text/duration.hpp"

namespace backtalk::serve {
namespace {

bool read_deliver_after(std::string_view value, Faults& faults) {
  const auto after = text::read_duration(value);
  if (after) faults.smtp.deliver_after_ns = *after;
  return after.has_value();
}

constexpr std::array kSpecs{
    FaultSpec{"deliver-after", "T",
              "put each message into its mailbox this long after it was accepted, e.g. deliver-after=50ms",
              &read_deliver_after},
};

}  // namespace

std::span<const FaultSpec> delivery_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
