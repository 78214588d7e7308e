// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/process_tree.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace backtalk::net {
namespace {

namespace fs = std::filesystem;

std::string proc_of(pid_t process) {
  return "/proc/" + std::to_string(process);
}

std::string text_of_file(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string_view take_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(" \n"), text.size()));
  const std::string_view word = text.substr(0, text.find_first_of(" \n"));
  text.remove_prefix(word.size());
  return word;
}

template <class Number>
Number to_number(std::string_view word) {
  Number number = 0;
  std::from_chars(word.data(), word.data() + word.size(), number);
  return number;
}

// Adds what stands in /proc/PID/stat. False if the process is gone, or has ended and is a zombie,
// whose time counts nevertheless until somebody waits for it. Its name, in parentheses, may have
// anything in it, so that fields are counted from the last of these.
bool add_process(pid_t process, TreeUsage& sum) {
  static const auto kTicks = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
  static const auto kPageOctets = static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
  constexpr unsigned kFirst = 3;                    // the field behind the name
  constexpr std::array kTimes{14U, 15U, 16U, 17U};  // utime, stime, cutime, cstime
  constexpr unsigned kThreads = 20;
  constexpr unsigned kBegan = 22;
  constexpr unsigned kResident = 24;
  const std::string text = text_of_file(proc_of(process) + "/stat");
  const std::size_t name_end = text.rfind(')');
  if (name_end == std::string::npos) return false;
  std::string_view left = std::string_view(text).substr(name_end + 1);
  std::uint64_t ticks = 0;
  bool lives = true;
  for (unsigned field = kFirst; field <= kResident; ++field) {
    const std::string_view word = take_word(left);
    if (field == kFirst) lives = word != "Z" && word != "X";
    // Only its first thread has ended.
    if (field == kThreads && to_number<std::uint64_t>(word) > 1) lives = true;
    if (field == kBegan && sum.processes == 0) sum.began_ticks = to_number<std::uint64_t>(word);
    if (field >= kTimes.front() && field <= kTimes.back()) ticks += to_number<std::uint64_t>(word);
    if (field == kResident) sum.resident_octets += to_number<std::uint64_t>(word) * kPageOctets;
  }
  constexpr std::uint64_t kSecond = 1'000'000'000;
  sum.cpu_ns += ticks * (kSecond / kTicks);
  ++sum.processes;
  return lives;
}

// Appends the children of all threads of a process.
void append_children(pid_t process, std::vector<pid_t>& out) {
  std::error_code failure;
  fs::directory_iterator threads(proc_of(process) + "/task", failure);
  for (; !failure && threads != fs::directory_iterator(); threads.increment(failure)) {
    const std::string text = text_of_file(threads->path().string() + "/children");
    std::string_view left = text;
    for (std::string_view word; !(word = take_word(left)).empty() && out.size() < kTreeProcessesMax;)
      out.push_back(to_number<pid_t>(word));
  }
}

}  // namespace

std::optional<TreeUsage> usage_of_tree(pid_t root) {
  if (root <= 0) return std::nullopt;
  TreeUsage sum;
  std::vector<pid_t> processes{root};
  for (std::size_t i = 0; i < processes.size(); ++i) {
    if (!add_process(processes[i], sum) && i == 0) return std::nullopt;
    append_children(processes[i], processes);
  }
  return sum;
}

}  // namespace backtalk::net
