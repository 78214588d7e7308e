// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/transport_faults.hpp"

#include <array>

#include "serve/faults.hpp"
#include "text/duration.hpp"

namespace backtalk::serve {
namespace {

bool read_delay(std::string_view value, Faults& faults) {
  const auto delay = text::read_duration(value);
  if (delay) faults.transport.delay_ns = *delay;
  return delay.has_value();
}

bool read_stall(std::string_view value, Faults& faults) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return false;
  const auto stall = text::read_duration(value.substr(0, slash));
  const auto period = text::read_duration(value.substr(slash + 1));
  if (!stall || !period || *stall >= *period) return false;
  faults.transport.stall_ns = *stall;
  faults.transport.stall_period_ns = *period;
  return true;
}

bool read_split(std::string_view value, Faults& faults) {
  if (value == "worst") return faults.transport.split_worst = true;
  return read_count_above_0(value, faults.transport.split_octets);
}

bool read_drip(std::string_view value, Faults& faults) {
  const std::size_t slash = value.find('/');
  if (slash == std::string_view::npos) return false;
  std::uint64_t octets = 0;
  const auto pause = text::read_duration(value.substr(slash + 1));
  if (!pause || !read_count_above_0(value.substr(0, slash), octets)) return false;
  faults.transport.drip_octets = octets;
  faults.transport.drip_ns = *pause;
  return true;
}

bool read_refuse(std::string_view value, Faults& faults) {
  return read_count_above_0(value, faults.transport.refuse_every);
}

constexpr std::array kSpecs{
    FaultSpec{"delay", "T", "delay each reply by this long, e.g. delay=10ms", &read_delay},
    FaultSpec{"stall", "T/PERIOD", "stop the whole server for this long in every period, e.g. stall=100ms/1s",
              &read_stall},
    FaultSpec{"split", "N",
              "send at most N bytes at a time; split=worst: cut between CR and LF, and in TLS inside records",
              &read_split},
    FaultSpec{"drip", "N/T", "send at most N bytes in each T, e.g. drip=1/20ms", &read_drip},
    FaultSpec{"refuse", "N", "reset every N-th connection as soon as it is accepted", &read_refuse},
};

}  // namespace

std::span<const FaultSpec> transport_faults() {
  return kSpecs;
}

}  // namespace backtalk::serve
