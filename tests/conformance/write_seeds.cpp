// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk_golden_seeds FOLDER: the input of every golden case as a file of raw bytes,
// FOLDER/<protocol>/<file>-<n>, for fuzzers to start from.
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "golden_file.hpp"

namespace {

bool write_seeds(const backtalk::conformance::GoldenFile& file, const std::filesystem::path& folder) {
  std::filesystem::create_directories(folder);
  for (std::size_t i = 0; i < file.cases.size(); ++i) {
    std::ofstream out(folder / (file.path.stem().string() + "-" + std::to_string(i + 1)), std::ios::binary);
    out << file.cases[i].input;
    if (!out.flush()) return false;
  }
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: backtalk_golden_seeds FOLDER\n", stderr);
    return 2;
  }
  for (const auto& file : backtalk::conformance::read_all_golden_files(BACKTALK_CORPORA)) {
    if (!file.problem.empty()) {
      std::fprintf(stderr, "%s: %s\n", file.path.c_str(), file.problem.c_str());
      return 1;
    }
    if (!write_seeds(file, std::filesystem::path(argv[1]) / file.protocol)) {
      std::fprintf(stderr, "cannot write to %s; name a folder that can be written\n", argv[1]);
      return 2;
    }
  }
  return 0;
}
