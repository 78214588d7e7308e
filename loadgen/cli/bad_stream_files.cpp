// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/bad_stream_files.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <system_error>

namespace backtalk::cli {

std::optional<std::string> prepare_bad_streams(const std::string& directory) {
  std::error_code failure;
  if (!std::filesystem::exists(directory, failure)) {
    const std::filesystem::path parent =
        std::filesystem::absolute(std::filesystem::path(directory) / "", failure).parent_path().parent_path();
    if (!std::filesystem::is_directory(parent, failure))
      return fmt::format("--save-bad {}: there is no folder {} to make it in", directory, parent.string());
    std::filesystem::create_directory(directory, failure);
  }
  if (std::filesystem::is_directory(directory, failure) && ::access(directory.c_str(), W_OK) == 0)
    return std::nullopt;
  return fmt::format("--save-bad {}: files cannot be written there", directory);
}

std::optional<std::string> write_bad_streams(const std::string& directory, std::string_view protocol,
                                             const std::vector<engine::BadStream>& streams) {
  for (const engine::BadStream& stream : streams) {
    std::filesystem::path path;
    std::error_code failure;
    unsigned number = 0;
    do {
      path = std::filesystem::path(directory) / fmt::format("{}-{}-{}", protocol, stream.name, ++number);
    } while (std::filesystem::exists(path, failure));
    std::ofstream file(path, std::ios::binary);
    file.write(stream.octets.data(), static_cast<std::streamsize>(stream.octets.size()));
    file.close();
    if (!file) return fmt::format("--save-bad: {} cannot be written", path.string());
  }
  return std::nullopt;
}

}  // namespace backtalk::cli
