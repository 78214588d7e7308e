// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/http_statuses.hpp"

#include <array>
#include <string_view>

namespace backtalk::session {
namespace {

constexpr std::size_t kDigits = 3;

constexpr std::array<char, kHttpStatuses * kDigits> kNames = [] {
  std::array<char, kHttpStatuses * kDigits> names{};
  for (std::size_t i = 0; i < kHttpStatuses; ++i) {
    const std::size_t code = kHttpStatusFirst + i;
    names[i * kDigits] = static_cast<char>('0' + code / 100);
    names[i * kDigits + 1] = static_cast<char>('0' + code / 10 % 10);
    names[i * kDigits + 2] = static_cast<char>('0' + code % 10);
  }
  return names;
}();

constexpr std::array<Status, kHttpStatuses> kStatuses = [] {
  std::array<Status, kHttpStatuses> statuses{};
  for (std::size_t i = 0; i < kHttpStatuses; ++i) {
    statuses[i].name = std::string_view(kNames.data() + i * kDigits, kDigits);
    statuses[i].ok = statuses[i].name.front() < '4';
  }
  return statuses;
}();

}  // namespace

std::span<const Status> http_statuses() noexcept {
  return kStatuses;
}

}  // namespace backtalk::session
