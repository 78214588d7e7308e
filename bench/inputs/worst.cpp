// SPDX-License-Identifier: Apache-2.0 OR MIT
// The slowest inputs that the search has found so far (bench/worst/README.md). They are read from
// the source tree, and left out without it.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "input.hpp"

namespace backtalk::bench {
namespace {

// "http-response-4096.stream"
Input read_worst(const std::filesystem::path& path) {
  const std::string name = path.stem().string();
  std::ifstream file(path, std::ios::binary);
  Input input;
  input.protocol = name.substr(0, name.find('-'));
  input.name = "worst-" + name.substr(input.protocol.size() + 1);
  input.what = "the slowest one found of that size";
  input.unit = "stream";
  input.streams = {std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>())};
  input.pieces = {kWhole, 16};
  input.subject = name.substr(0, name.rfind('-'));
  input.worst = true;
  const bool from_client = name.find("-command") != std::string::npos ||
                           name.find("-request") != std::string::npos ||
                           name.find("-data") != std::string::npos;
  input.side = from_client ? Side::client : Side::server;
  return input;
}

}  // namespace

std::vector<Input> worst_inputs() {
  std::vector<std::filesystem::path> paths;
  std::error_code none;
  for (const auto& entry : std::filesystem::directory_iterator(BACKTALK_BENCH_WORST, none)) {
    if (entry.path().extension() == ".stream") paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  std::vector<Input> inputs;
  inputs.reserve(paths.size());
  for (const auto& path : paths) inputs.push_back(read_worst(path));
  return inputs;
}

}  // namespace backtalk::bench
