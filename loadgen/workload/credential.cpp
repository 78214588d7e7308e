// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/credential.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>
#include <string_view>

#include "workload/login_options.hpp"

namespace backtalk::workload {
namespace {

std::optional<std::string> find_wrong(std::string_view what, std::string_view text, std::size_t octets_max) {
  if (text.empty()) return fmt::format("the {} is empty", what);
  if (text.size() > octets_max) return fmt::format("the {} is longer than {} bytes", what, octets_max);
  const bool has_control =
      std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7F; });
  if (has_control) return fmt::format("the {} has a control byte in it", what);
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_wrong_user(std::string_view user) {
  return find_wrong("user", user, kUserOctetsMax);
}

std::optional<std::string> find_wrong(const session::Credentials& credentials) {
  if (auto problem = find_wrong_user(credentials.user)) return problem;
  return find_wrong("password", credentials.password, kPasswordOctetsMax);
}

}  // namespace backtalk::workload
