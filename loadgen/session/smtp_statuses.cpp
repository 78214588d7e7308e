// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/smtp_statuses.hpp"

#include <array>
#include <string_view>

namespace backtalk::session {
namespace {

constexpr std::size_t kDigits = 3;

constexpr std::array<char, kSmtpStatuses * kDigits> kNames = [] {
  std::array<char, kSmtpStatuses * kDigits> names{};
  for (std::size_t i = 0; i < kSmtpStatuses; ++i) {
    const std::size_t code = (2 + i / kSmtpStatusesOfClass) * 100 + i % kSmtpStatusesOfClass;
    names[i * kDigits] = static_cast<char>('0' + code / 100);
    names[i * kDigits + 1] = static_cast<char>('0' + code / 10 % 10);
    names[i * kDigits + 2] = static_cast<char>('0' + code % 10);
  }
  return names;
}();

constexpr std::array<Status, kSmtpStatuses> kStatuses = [] {
  std::array<Status, kSmtpStatuses> statuses{};
  for (std::size_t i = 0; i < kSmtpStatuses; ++i) {
    statuses[i].name = std::string_view(kNames.data() + i * kDigits, kDigits);
    statuses[i].ok = statuses[i].name.front() < '4';
  }
  return statuses;
}();

}  // namespace

std::span<const Status> smtp_statuses() noexcept {
  return kStatuses;
}

}  // namespace backtalk::session
