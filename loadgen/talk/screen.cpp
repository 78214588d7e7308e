// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "script/placeholders.hpp"
#include "talk/visible_text.hpp"

namespace backtalk::talk {
namespace {

// Select Graphic Rendition (ECMA-48 8.3.117).
constexpr std::string_view kFaint = "\x1b[2m";
constexpr std::string_view kPlain = "\x1b[0m";

std::string_view colour_of(ReplyClass of) {
  switch (of) {
    case ReplyClass::none: return {};
    case ReplyClass::positive: return "\x1b[32m";  // green
    case ReplyClass::waiting:
    case ReplyClass::refused: return "\x1b[33m";  // yellow
    case ReplyClass::failed: return "\x1b[31m";   // red
    case ReplyClass::untagged: return kFaint;
  }
  return {};
}

bool write_all(const std::string& text, std::FILE* file) {
  return std::fwrite(text.data(), 1, text.size(), file) == text.size() && std::fflush(file) == 0;
}

}  // namespace

std::optional<std::string> Screen::open_transcript(const std::string& path) {
  if (path == "-") return "--transcript -: standard output has the conversation already; name a file";
  transcript_.reset(std::fopen(path.c_str(), "we"));
  if (transcript_ == nullptr) return fmt::format("--transcript {}: {}", path, std::strerror(errno));
  return std::nullopt;
}

void Screen::title(std::string_view name) {
  const std::string title = std::string(name).append(" ==");
  shown_.append("== ").append(visible(title)).append("\n");
  note("== ", title);
}

std::optional<std::string> Screen::save(const std::string& path) {
  if (!said_all_)
    return fmt::format("more than {} MiB were said; begin with --transcript", kSaidOctetsMax >> 20U);
  std::unique_ptr<std::FILE, Closed> file(std::fopen(path.c_str(), "wxe"));
  if (file == nullptr && errno == EEXIST)
    return fmt::format("/save {}: the file exists already, and stays as it is; name another one", path);
  if (file == nullptr || !write_all(said_, file.get()) || std::fclose(file.release()) != 0)
    return fmt::format("{}: {}", path, std::strerror(errno));
  const auto lines = std::ranges::count(said_, '\n');
  remark(fmt::format("saved to {}: {} line{}", path, lines, lines == 1 ? "" : "s"));
  return std::nullopt;
}

void Screen::client(std::string_view line, std::string_view notation) {
  if (aside_) {
    remark(std::string("C: ").append(line));
    return;
  }
  shown_.append("C: ").append(visible(line)).append("\n");
  note("C: ", notation);
}

void Screen::server(std::string_view line) {
  const bool begins = std::exchange(begins_, false);
  if (aside_) {
    remark(std::string("S: ").append(line));
    return;
  }
  // The lines of an SMTP reply have its code each.
  const bool has_class = begins || look_.protocol == Protocol::smtp || look_.protocol == Protocol::lmtp;
  paint(has_class ? colour_of(class_of(look_.protocol, line)) : std::string_view(),
        std::string("S: ").append(visible(line)));
  answer_end_ = shown_.size();
  shown_.append("\n");
  note("S: ", script::written_of_server(line));
}

void Screen::answer_ends() {
  if (!look_.times || answer_end_ == 0) return;
  constexpr double kNsPerMs = 1e6;
  constexpr double kFewMs = 10;
  const double ms = static_cast<double>(waited_ns_) / kNsPerMs;
  const std::string time = fmt::format("  ({:.{}f} ms)", ms, ms < kFewMs ? 2 : 1);
  const std::string behind = shown_.substr(answer_end_);
  shown_.resize(answer_end_);
  paint(kFaint, time);
  shown_.append(behind);
  answer_end_ = 0;
}

void Screen::remark(std::string_view text) {
  paint(kFaint, std::string("# ").append(visible(text)));
  shown_.append("\n");
}

void Screen::paint(std::string_view colour, std::string_view text) {
  if (!look_.colours || colour.empty()) {
    shown_.append(text);
  } else {
    shown_.append(colour).append(text).append(kPlain);
  }
}

void Screen::note(std::string_view mark, std::string_view notation) {
  const std::string line = std::string(mark).append(visible(notation)).append("\n");
  if (transcript_ != nullptr) noted_.append(line);
  said_all_ = said_all_ && said_.size() + line.size() <= kSaidOctetsMax;
  if (said_all_) said_.append(line);
}

bool Screen::flush() {
  answer_end_ = 0;
  const bool shown = shown_.empty() || write_all(shown_, stdout);
  shown_.clear();
  if (!shown) return false;
  const bool noted = noted_.empty() || write_all(noted_, transcript_.get());
  noted_.clear();
  return noted;
}

}  // namespace backtalk::talk
