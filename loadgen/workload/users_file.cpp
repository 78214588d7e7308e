// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/users_file.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string_view>

#include "workload/credential.hpp"
#include "workload/input_file.hpp"

namespace backtalk::workload {
namespace {

// 100,000 users with long names take less than a tenth of it.
constexpr std::size_t kFileOctetsMax = std::size_t{256} << 20;
constexpr std::string_view kSeparators = " \t";

// The line's user. The problem, if there is one, says what is wrong.
session::Credentials read_line(std::string_view line, std::optional<std::string>& problem) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t end = line.find_first_of(kSeparators);
  const std::size_t password = line.find_first_not_of(kSeparators, end);
  if (end == 0 || end == std::string_view::npos || password == std::string_view::npos) {
    problem = line.empty() ? "expected a user, a space and a password: the line is empty"
                           : "expected a user, a space and a password";
    return {};
  }
  session::Credentials user{.user = std::string(line.substr(0, end)),
                            .password = std::string(line.substr(password))};
  problem = find_wrong(user);
  return user;
}

}  // namespace

std::variant<std::vector<session::Credentials>, std::string> read_users_file(const std::string& path) {
  std::string text;
  auto problem = read_input_file("--users", path, [&text](std::string_view piece) {
    text.append(piece);
    return text.size() <= kFileOctetsMax;
  });
  if (problem) return *problem;
  if (text.size() > kFileOctetsMax) return fmt::format("--users {}: at most {} bytes", path, kFileOctetsMax);

  std::vector<session::Credentials> users;
  std::size_t number = 0;
  for (std::string_view rest = text; !rest.empty();) {
    const std::size_t end = rest.find('\n');
    ++number;
    auto user = read_line(rest.substr(0, end), problem);
    if (problem) return fmt::format("--users {}, line {}: {}", path, number, *problem);
    users.push_back(std::move(user));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  if (users.empty()) return fmt::format("--users {}: no user is in it", path);
  return users;
}

}  // namespace backtalk::workload
