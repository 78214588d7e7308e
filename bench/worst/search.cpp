// SPDX-License-Identifier: Apache-2.0 OR MIT
// backtalk_bench_worst: searches for the stream of a given size that takes a parser longest.
//
//     backtalk_bench_worst SUBJECT OCTETS SECONDS OUT SEED-FOLDER...
//
// Hill climbing: it changes the slowest stream so far (the record) with the fuzzer's line mutator,
// by repeating a few of its lines, or in single octets, restores the size, and keeps the result if
// it is slower. Both are timed alternately, several times, and the fastest time of each counts, so
// that other load rarely decides. A refused stream costs nothing after the error, and loses.
#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include "mutators/line_mutator.hpp"
#include "rows.hpp"

namespace backtalk::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kSlowerBy = 1.02;
constexpr int kTimings = 5;
constexpr int kTimingsToBeSure = 25;
constexpr auto kTimingMin = std::chrono::microseconds(15);

double ns_of_one_timing(Contender& parser, std::string_view stream) {
  const auto begin = Clock::now();
  long reads = 0;
  auto now = begin;
  do {
    for (int i = 0; i < 4; ++i) parser.read(stream, stream.size());
    reads += 4;
    now = Clock::now();
  } while (now - begin < kTimingMin);
  return std::chrono::duration<double, std::nano>(now - begin).count() / static_cast<double>(reads);
}

class Search {
 public:
  Search(const Row& row, const Input& input, std::size_t octets, std::vector<std::string> seeds)
      : parser_(row.make(input)), protocol_(input.protocol), octets_(octets), seeds_(std::move(seeds)) {}

  // Returns the record, and sets `ns` to its time.
  std::string run(double seconds, double& ns) {
    const auto end = Clock::now() + std::chrono::duration<double>(seconds);
    champion_ = sized(seeds_.front());
    for (const std::string& seed : seeds_) challenge(sized(seed));
    while (Clock::now() < end) challenge(candidate());
    ns = ns_of_one_timing(*parser_, champion_);
    for (int i = 0; i < kTimingsToBeSure; ++i) ns = std::min(ns, ns_of_one_timing(*parser_, champion_));
    return champion_;
  }

 private:
  std::size_t below(std::size_t n) { return n == 0 ? 0 : random_() % n; }

  void challenge(const std::string& challenger) {
    if (!slower(challenger, kTimings) || !slower(challenger, kTimingsToBeSure)) return;
    champion_ = challenger;
  }

  bool slower(const std::string& challenger, int timings) {
    double old_ns = 1e18;
    double new_ns = 1e18;
    for (int i = 0; i < timings; ++i) {
      old_ns = std::min(old_ns, ns_of_one_timing(*parser_, champion_));
      new_ns = std::min(new_ns, ns_of_one_timing(*parser_, challenger));
      if (i == 1 && new_ns < old_ns / 2) return false;
    }
    return new_ns > kSlowerBy * old_ns;
  }

  // Truncates, or appends from its first line on.
  std::string sized(std::string text) const {
    if (text.empty()) text = "\r\n";
    const std::size_t first = std::min(text.find('\n'), text.size() - 1) + 1;
    const std::string again = first < text.size() ? text.substr(first) : text;
    while (text.size() < octets_) text += again;
    text.resize(octets_);
    return text;
  }

  std::string candidate() {
    const std::string& from = below(4) == 0 ? seeds_[below(seeds_.size())] : champion_;
    switch (below(5)) {
      case 0: return sized(fuzz::mutated(from, protocol_, static_cast<unsigned>(random_())));
      case 1: return sized(some_lines(from));
      case 2: return sized(without_some(from));
      case 3: return sized(head_of(champion_) + some_lines(from));
      default: return sized(other_octets(from));
    }
  }

  static std::string head_of(const std::string& text) {
    return text.substr(0, std::min(text.find('\n'), text.size() - 1) + 1);
  }
  // Repeats one to three lines.
  std::string some_lines(const std::string& text) {
    std::size_t begin = text.rfind('\n', below(text.size()));
    begin = begin == std::string::npos ? 0 : begin + 1;
    std::size_t end = begin;
    for (std::size_t lines = 1 + below(3); lines > 0 && end < text.size(); --lines) {
      end = std::min(text.find('\n', end), text.size() - 1) + 1;
    }
    const std::string lines = text.substr(begin, end - begin);
    std::string all = lines;
    while (!lines.empty() && all.size() < octets_) all += lines;
    return all;
  }
  std::string without_some(std::string text) {
    const std::size_t at = below(text.size());
    text.erase(at, 1 + below(8));
    return text.empty() ? "\r\n" : text;
  }
  std::string other_octets(std::string text) {
    constexpr std::string_view kOctets = "()[]{}<>\"\\;:,=.-+* \t0129azA%&~NIL";
    for (std::size_t count = 1 + below(4); count > 0 && !text.empty(); --count) {
      const std::size_t at = below(text.size());
      if (below(2) == 0) {
        text[at] = kOctets[below(kOctets.size())];
      } else {
        text.insert(at, 1, kOctets[below(kOctets.size())]);
      }
    }
    return text;
  }

  std::unique_ptr<Contender> parser_;
  std::string protocol_;
  std::size_t octets_;
  std::vector<std::string> seeds_;
  std::string champion_;
  std::mt19937_64 random_{1};
};

std::vector<std::string> read_seeds(char** begin, char** end) {
  std::vector<std::string> seeds;
  for (char** folder = begin; folder != end; ++folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder)) {
      if (entry.is_regular_file()) paths.push_back(entry.path());
    }
    std::ranges::sort(paths);
    for (const auto& path : paths) {
      std::ifstream file(path, std::ios::binary);
      seeds.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
  }
  return seeds;
}

// Parses `text` as a number; all of it must be one.
template <class Number>
std::optional<Number> read_number(std::string_view text) {
  Number number{};
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  return number;
}

int search(char** arguments, char** end) {
  const std::string_view subject = arguments[1];
  const auto octets = read_number<std::size_t>(arguments[2]);
  const auto seconds = read_number<double>(arguments[3]);
  if (!octets || !seconds) {
    std::fprintf(stderr, "OCTETS and SECONDS must be numbers.\n");
    return 2;
  }
  for (const auto& row : all_rows()) {
    if (row->info->kind != ContenderInfo::Kind::own || row->info->name != "backtalk") continue;
    Input input = *row->input;
    if (input.subject != subject) continue;
    std::vector<std::string> seeds = read_seeds(arguments + 5, end);
    seeds.insert(seeds.begin(), input.streams.front());
    // Continues with earlier results.
    if (std::ifstream known(arguments[4], std::ios::binary); known) {
      seeds.emplace_back(std::istreambuf_iterator<char>(known), std::istreambuf_iterator<char>());
    }
    double ns = 0;
    const std::string found = Search(*row, input, *octets, std::move(seeds)).run(*seconds, ns);
    std::ofstream(arguments[4], std::ios::binary) << found;
    std::printf("%s %zu octets: %.3f ns/octet\n", arguments[1], *octets, ns / static_cast<double>(*octets));
    return 0;
  }
  std::fprintf(stderr, "There is no subject '%s'.\n", arguments[1]);
  return 2;
}

}  // namespace
}  // namespace backtalk::bench

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "backtalk_bench_worst SUBJECT OCTETS SECONDS OUT SEED-FOLDER...\n");
    return 2;
  }
  backtalk::bench::add_own_rows();
  return backtalk::bench::search(argv, argv + argc);
}
