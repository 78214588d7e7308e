// SPDX-License-Identifier: Apache-2.0 OR MIT
// Runs a target over files and folders, without a fuzzing engine: for corpora in the tests, and for
// a single finding under a debugger. Everything is asked of each.
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "engine/difference_table.hpp"
#include "engine/run_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size);

namespace {

namespace fs = std::filesystem;

std::vector<fs::path> files_of(const fs::path& path) {
  std::vector<fs::path> files;
  if (fs::is_directory(path)) {
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
      if (entry.is_regular_file()) files.push_back(entry.path());
    }
    std::ranges::sort(files);
  } else {
    files.push_back(path);
  }
  return files;
}

bool run_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    std::fprintf(stderr, "cannot read %s\n", path.c_str());
    return false;
  }
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  // Said before it runs: it may not come back.
  std::printf("%s: %zu bytes\n", path.c_str(), bytes.size());
  std::fflush(stdout);
  LLVMFuzzerTestOneInput(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
  return true;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    std::fprintf(stderr, "usage: %s FILE|FOLDER... | --differences\n", argv[0]);
    return 2;
  }
  if (std::string_view(argv[1]) == "--differences") {
    backtalk::fuzz::print_differences(backtalk::fuzz::target());
    return 0;
  }
  backtalk::fuzz::ask_everything();
  std::size_t count = 0;
  for (int i = 1; i < argc; ++i) {
    for (const fs::path& path : files_of(argv[i])) {
      if (!run_file(path)) return 2;
      ++count;
    }
  }
  std::printf("%zu inputs, nothing found\n", count);
  if (count == 0) std::fputs("there was nothing to run: are the folders empty?\n", stderr);
  if (count == 0) return 2;
  return backtalk::fuzz::every_row_was_shown(backtalk::fuzz::target()) ? 0 : 1;
}
