// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/screen.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>

#include "talk/visible_text.hpp"

namespace backtalk::talk {
namespace {

bool write_all(std::string& text, std::FILE* file) {
  const bool written =
      std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
  text.clear();
  return written;
}

}  // namespace

std::optional<std::string> Screen::open_transcript(const std::string& path) {
  if (path == "-") return "--transcript -: standard output has the conversation already; name a file";
  transcript_.reset(std::fopen(path.c_str(), "we"));
  if (transcript_ == nullptr) return fmt::format("--transcript {}: {}", path, std::strerror(errno));
  return std::nullopt;
}

void Screen::title(std::string_view name) {
  const std::string line = "== " + visible(name) + " ==\n";
  shown_ += line;
  if (transcript_ != nullptr) noted_ += line;
}

void Screen::client(std::string_view line, std::string_view notation) {
  add("C: ", line, notation);
}

void Screen::server(std::string_view line) {
  add("S: ", line, line);
}

void Screen::remark(std::string_view text) {
  shown_.append("# ").append(visible(text)).append("\n");
}

void Screen::add(std::string_view mark, std::string_view text, std::string_view notation) {
  if (aside_) {
    remark(std::string(mark).append(text));
    return;
  }
  shown_.append(mark).append(visible(text)).append("\n");
  if (transcript_ != nullptr) noted_.append(mark).append(visible(notation)).append("\n");
}

bool Screen::flush() {
  if (!shown_.empty() && !write_all(shown_, stdout)) return false;
  return noted_.empty() || write_all(noted_, transcript_.get());
}

}  // namespace backtalk::talk
