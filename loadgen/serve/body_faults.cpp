// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/body_faults.hpp"

#include <array>

#include "serve/faults.hpp"

namespace backtalk::serve {
namespace {

template <BodyFault kFault>
bool read(std::string_view value, Faults& faults) {
  if (!read_count(value, faults.bodies.after_bodies)) return false;
  faults.bodies.fault = kFault;
  return true;
}

constexpr std::array kSpecs{
    FaultSpec{"size-more", "N", "after N bodies, messages or literals, announce an octet more than follows",
              &read<BodyFault::size_more>},
    FaultSpec{"size-less", "N", "after N of them, announce an octet fewer", &read<BodyFault::size_less>},
    FaultSpec{"cut-body", "N", "after N of them, close the connection in the middle of one",
              &read<BodyFault::cut>},
    FaultSpec{"change-body", "N", "after N of them, change an octet of each (load --verify finds it)",
              &read<BodyFault::changed>},
    FaultSpec{"other-answer", "N", "after N of them, answer as if another one were asked for (likewise)",
              &read<BodyFault::other>},
};

}  // namespace

std::span<const FaultSpec> body_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
