// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/compare_samples.hpp"

#include <fmt/format.h>

#include <array>
#include <string>
#include <string_view>
#include <variant>

#include "cli/asked_comparison.hpp"
#include "cli/result_output.hpp"
#include "cli/usage_error.hpp"
#include "compare/samples.hpp"
#include "workload/input_file.hpp"

namespace backtalk::cli {
namespace {

constexpr std::size_t kOctetsMax = std::size_t{16} << 20;
constexpr std::array kOfSamples{std::string_view("--samples"), std::string_view("--same-within"),
                                std::string_view("--json"), std::string_view("--quiet")};

}  // namespace

int run_samples(const compare::CompareOptions& options, const SideWords& words, const SpecOptions& given) {
  const std::string& file = options.samples_file;
  if (auto problem = find_ignored(given, kOfSamples, "on samples, which were taken already"))
    return refuse("compare", *problem);
  if (!words.empty()) return refuse("compare", "--samples has its sides in its file: write none");
  std::string text;
  auto problem = workload::read_input_file("--samples", file, [&text](std::string_view piece) {
    text.append(piece);
    return text.size() <= kOctetsMax;
  });
  if (problem) return refuse("compare", *problem);
  if (text.size() > kOctetsMax)
    return refuse("compare", fmt::format("--samples {}: more than {} MiB", file, kOctetsMax >> 20U));
  auto read = compare::read_samples(text);
  if (const auto* wrong = std::get_if<std::string>(&read))
    return refuse("compare", fmt::format("--samples {}: {}", file, *wrong));
  auto& samples = std::get<compare::Samples>(read);
  if (options.same_within > 0) samples.same_within = options.same_within;
  compare::judge(samples);
  const ResultOutput output("compare", options.json_file, options.quiet);
  return output.write(compare::to_json(samples), compare::tabulate(samples));
}

}  // namespace backtalk::cli
