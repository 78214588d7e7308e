// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/input_file.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace backtalk::workload {

std::optional<std::string> check_input_file(std::string_view option, const std::string& path) {
  if (path.empty()) return std::nullopt;
  std::error_code failure;
  if (!std::filesystem::exists(path, failure))
    return fmt::format("{} {}: there is no such file", option, path);
  if (std::filesystem::is_directory(path, failure) || ::access(path.c_str(), R_OK) != 0)
    return fmt::format("{} {}: not a readable file", option, path);
  return std::nullopt;
}

std::optional<std::string> read_input_file(std::string_view option, const std::string& path,
                                           const std::function<bool(std::string_view)>& take) {
  const auto problem = [&](std::string_view what) {
    return fmt::format("{}{}{}: {}", option, option.empty() ? "" : " ", path, what);
  };
  std::error_code failure;
  const auto kind = std::filesystem::status(path, failure).type();
  if (kind == std::filesystem::file_type::not_found) return problem("there is no such file");
  if (kind != std::filesystem::file_type::regular && kind != std::filesystem::file_type::fifo)
    return problem("not a readable file");
  std::ifstream file(path, std::ios::binary);
  std::array<char, 65536> piece{};
  while (file) {
    file.read(piece.data(), piece.size());
    if (!take({piece.data(), static_cast<std::size_t>(file.gcount())})) return std::nullopt;
  }
  if (!file.eof()) return problem("cannot be read");
  return std::nullopt;
}

}  // namespace backtalk::workload
