// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/protocols.hpp"

#include <array>

#include "workload/smtp_options.hpp"
#include "workload/smtp_workload.hpp"

namespace backtalk::workload {
namespace {

constexpr std::array kProtocols{
    Protocol{"smtp", 25, "message", kSmtpOptionGroup, &prepare_smtp},
    Protocol{"lmtp", 24, "message", kSmtpOptionGroup, &prepare_smtp},
};

}  // namespace

std::span<const Protocol> protocols() {
  return kProtocols;
}

const Protocol* find_protocol(std::string_view scheme) {
  for (const Protocol& one : kProtocols) {
    if (one.scheme == scheme) return &one;
  }
  return nullptr;
}

}  // namespace backtalk::workload
