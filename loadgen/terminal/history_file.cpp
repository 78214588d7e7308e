// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "terminal/history_file.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <system_error>

namespace backtalk::terminal {
namespace {

// More than this is not read: somebody else's file.
constexpr std::size_t kOctetsMax = std::size_t{8} << 20;

std::string setting(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

bool write_to(const std::string& path, int flags, std::string_view text) {
  const int file = ::open(path.c_str(), flags | O_WRONLY | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
  if (file < 0) return false;
  const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  return ::close(file) == 0 && written;
}

std::string read_all(const std::string& path) {
  const auto close = [](std::FILE* file) { std::fclose(file); };
  const std::unique_ptr<std::FILE, decltype(close)> file(std::fopen(path.c_str(), "re"), close);
  std::string text;
  if (file == nullptr) return text;
  std::array<char, 65536> room{};
  while (std::feof(file.get()) == 0 && std::ferror(file.get()) == 0) {
    text.append(room.data(), std::fread(room.data(), 1, room.size(), file.get()));
    if (text.size() > kOctetsMax) return {};
  }
  return text;
}

}  // namespace

std::string HistoryFile::usual_path() {
  std::string folder = setting("XDG_STATE_HOME");
  if (!folder.starts_with('/')) {  // relative ones are to be ignored
    const std::string home = setting("HOME");
    if (home.empty()) return {};
    folder = home + "/.local/state";
  }
  return folder + "/backtalk/history";
}

std::vector<std::string> HistoryFile::read() const {
  std::vector<std::string> lines;
  if (path_.empty()) return lines;
  const std::string text = read_all(path_);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    if (end > at) lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  if (lines.size() <= kLinesMax) return lines;
  const bool is_much = lines.size() > 2 * kLinesMax;
  lines.erase(lines.begin(), lines.end() - static_cast<std::ptrdiff_t>(kLinesMax));
  if (is_much) {
    std::string kept;
    for (const std::string& line : lines) kept.append(line).append("\n");
    // Whoever reads it meanwhile has the old one or the new one.
    const std::string beside = path_ + ".new";
    if (write_to(beside, O_TRUNC, kept)) std::rename(beside.c_str(), path_.c_str());
  }
  return lines;
}

void HistoryFile::add(std::string_view line) const {
  if (path_.empty() || line.empty() || line.size() > kLineOctetsMax ||
      line.find('\n') != std::string_view::npos)
    return;
  std::error_code failed;
  std::filesystem::create_directories(std::filesystem::path(path_).parent_path(), failed);
  static_cast<void>(write_to(path_, O_APPEND, std::string(line) + "\n"));
}

}  // namespace backtalk::terminal
