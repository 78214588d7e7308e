// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/result_files.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <climits>
#include <cstddef>
#include <ctime>
#include <functional>
#include <string_view>
#include <thread>

#include "cli/output_file.hpp"
#include "cli/usage_error.hpp"
#include "report/csv.hpp"
#include "report/google_benchmark.hpp"
#include "report/hdr_log.hpp"
#include "report/metrics.hpp"

namespace backtalk::cli {
namespace {

report::BenchmarkContext context() {
  std::array<char, HOST_NAME_MAX + 1> host{};
  if (::gethostname(host.data(), host.size() - 1) != 0) host.front() = '\0';
  return {.date = fmt::format("{:%Y-%m-%dT%H:%M:%S+00:00}", fmt::gmtime(std::time(nullptr))),
          .host = host.data(),
          .executable = "backtalk",
          .cpus = std::thread::hardware_concurrency()};
}

std::array<const std::string*, 6> all_of(const ResultFiles& files) {
  return {&files.json, &files.csv, &files.hdr, &files.open_metrics, &files.google_benchmark, &files.html};
}

bool is_standard_output(const std::string* file) {
  return *file == "-";
}

}  // namespace

std::optional<std::string> ResultFiles::check() const {
  const auto all = all_of(*this);
  if (std::ranges::count_if(all, is_standard_output) > 1)
    return "only one result can go to standard output (-)";
  for (auto one = all.begin(); one != all.end(); ++one) {
    if (std::any_of(all.begin(), one,
                    [one](const std::string* other) { return is_same_file(**one, *other); }))
      return fmt::format("{}: only one result can go to a file", **one);
  }
  for (const std::string* const one : all) {
    if (!can_write(*one)) return fmt::format("{}: cannot be written", *one);
  }
  return std::nullopt;
}

bool ResultFiles::has_standard_output() const {
  return std::ranges::any_of(all_of(*this), is_standard_output);
}

std::optional<std::string> ResultFiles::check_apart_from(const std::vector<std::string>& read) const {
  for (const std::string* const written : all_of(*this)) {
    for (const std::string& one : read) {
      if (is_same_file(*written, one))
        return fmt::format("{}: it is read, and would be overwritten", *written);
    }
  }
  return std::nullopt;
}

int ResultFiles::write_others(const char* verb, const result::RunResult& result,
                              const result::Verdict& verdict) const {
  struct Output {
    std::string_view option;
    const std::string& file;
    std::function<std::string()> text;
  };
  const std::array outputs{Output{"--csv", csv, [&] { return report::to_csv(result); }},
                           Output{"--hdr", hdr, [&] { return report::to_hdr_log(result); }},
                           Output{"--openmetrics", open_metrics,
                                  [&] {
                                    std::string text =
                                        to_metrics(result, verdict, report::MetricsFormat::open_metrics);
                                    text.pop_back();  // write_file adds the last line end
                                    return text;
                                  }},
                           Output{"--google-benchmark", google_benchmark,
                                  [&] { return report::to_google_benchmark(result, context()); }}};
  int lost = 0;
  for (const Output& one : outputs) {
    if (one.file.empty() || write_file(one.file, one.text())) continue;
    lost = refuse(verb, fmt::format("{} {}: cannot be written", one.option, one.file));
  }
  return lost;
}

}  // namespace backtalk::cli
