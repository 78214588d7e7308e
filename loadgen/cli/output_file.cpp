// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/output_file.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <system_error>

namespace backtalk::cli {

bool write_out(const std::string& text) {
  return std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
}

bool write_file(const std::string& path, const std::string& text) {
  if (path == "-") return write_out(text + "\n");
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << text << '\n';
  file.flush();
  return file.good();
}

bool is_same_file(const std::string& one, const std::string& other) {
  if (one.empty() || other.empty() || one == "-" || other == "-") return false;
  std::error_code none;
  if (std::filesystem::exists(one, none) && !std::filesystem::is_regular_file(one, none)) return false;
  if (std::filesystem::equivalent(one, other, none)) return true;
  // Neither need exist. The path that an error leaves is empty.
  const std::filesystem::path path =
      std::filesystem::weakly_canonical(std::filesystem::absolute(one, none), none);
  return !path.empty() &&
         path == std::filesystem::weakly_canonical(std::filesystem::absolute(other, none), none);
}

bool can_write(const std::string& path) {
  std::error_code none;
  if (std::filesystem::exists(path, none) && !std::filesystem::is_regular_file(path, none) &&
      !std::filesystem::is_directory(path, none)) {
    return true;
  }
  return path.empty() || path == "-" || std::ofstream(path, std::ios::app).good();
}

}  // namespace backtalk::cli
