// SPDX-License-Identifier: Apache-2.0 OR MIT
// Golden files: inputs with the events that they must give, readable by people.
//
//     # a comment
//     == title (RFC section)
//     options: --tolerate bare_lf        what `backtalk parse` takes; may be left out
//     input:
//     | 250-First\r\n                    C escapes \r \n \t \\ \xHH; real line ends do not count
//     | *1000 "x"                        the string 1000 times
//     events:
//     {"type":"reply",...}               the exact lines
//     exit: 0
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace backtalk::conformance {

struct GoldenCase {
  std::string title;
  std::size_t line = 0;                                      // in the file
  std::vector<std::pair<std::string, std::string>> options;  // name without hyphens, value
  std::string input;
  std::string events;
  int exit_code = -1;

  [[nodiscard]] bool names_limits() const;
};

struct GoldenFile {
  std::string protocol;
  std::filesystem::path path;
  std::vector<GoldenCase> cases;
  std::string problem;  // why the file cannot be read; empty where all is well

  // "smtp_rfc5321": letters, digits and underscores.
  [[nodiscard]] std::string name() const;
};

GoldenFile read_golden_file(const std::string& protocol, const std::filesystem::path& path);

// Every corpora/<protocol>/golden/*.golden, sorted by path.
std::vector<GoldenFile> read_all_golden_files(const std::filesystem::path& corpora);

}  // namespace backtalk::conformance
