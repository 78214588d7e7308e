// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/output_file.hpp"

#include <cstdio>
#include <fstream>

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

}  // namespace backtalk::cli
