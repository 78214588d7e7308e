// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "golden_run.hpp"

#include <algorithm>
#include <memory>
#include <string_view>

namespace backtalk::conformance {
namespace {

class Run {
 public:
  Run(const parse::Protocol& protocol, const parse::Options& options)
      : transcript_(protocol.make(options, outcome_.events)) {}

  void feed(std::string_view bytes) {
    const auto copy = std::make_unique<char[]>(bytes.size());
    std::ranges::copy(bytes, copy.get());
    transcript_->feed({copy.get(), bytes.size()});
  }

  Outcome finish() {
    outcome_.exit_code = static_cast<int>(transcript_->finish());
    return std::move(outcome_);
  }

 private:
  Outcome outcome_;
  std::unique_ptr<parse::Transcript> transcript_;
};

}  // namespace

parse::Options options_of(const GoldenCase& golden, const parse::Protocol& protocol, std::string& problem) {
  parse::Options options;
  for (const auto& [name, value] : golden.options) {
    if (problem.empty()) problem = parse::set_option(options, protocol, name, value);
  }
  return options;
}

Outcome run_in_pieces(const GoldenCase& golden, const parse::Protocol& protocol,
                      const parse::Options& options, std::size_t piece) {
  Run run(protocol, options);
  const std::string_view input = golden.input;
  for (std::size_t at = 0; at < input.size(); at += piece) run.feed(input.substr(at, piece));
  return run.finish();
}

Outcome run_split(const GoldenCase& golden, const parse::Protocol& protocol, const parse::Options& options,
                  std::size_t at) {
  Run run(protocol, options);
  const std::string_view input = golden.input;
  run.feed(input.substr(0, at));
  run.feed(input.substr(at));
  return run.finish();
}

std::vector<std::size_t> cuts_of(const std::string& input) {
  constexpr std::size_t kEverywhereMax = 2048;
  constexpr std::size_t kNear = 130;
  const std::size_t size = input.size();
  const std::size_t stride = size <= kEverywhereMax ? 1 : size / 256;
  std::vector<std::size_t> cuts;
  std::size_t near_line_ends = 0;
  for (std::size_t at = 0; at <= size; ++at) {
    const bool near_line_end = (at < size && input[at] == '\n') || (at > 0 && input[at - 1] == '\n');
    const bool chosen_line_end = near_line_end && near_line_ends++ < 512;
    if (at % stride == 0 || at < kNear || at + kNear > size || chosen_line_end) cuts.push_back(at);
  }
  return cuts;
}

}  // namespace backtalk::conformance
