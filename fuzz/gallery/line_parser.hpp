// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Reads lines that end with CRLF, byte by byte. Most of the gallery's parsers derive from it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::gallery {

class LineParser : public fuzz::Adapter {
 public:
  void begin(const fuzz::Settings&) override {
    line_.clear();
    saw_cr_ = false;
    work_ = 0;
    restart();
  }
  void feed(std::string_view bytes, fuzz::Report& report) override {
    for (const char c : bytes) {
      if (report.refused()) return;
      examined(1);
      take_byte(c, report);
    }
  }
  void finish(fuzz::Report& report) override {
    if (!report.refused()) report.ended(in_message() || !line_.empty() || saw_cr_);
  }
  [[nodiscard]] std::uint64_t work() const override { return work_; }

 protected:
  static constexpr std::size_t kLineMax = 4096;

  /// Called at the beginning of a stream.
  virtual void restart() {}
  /// Called with each complete line, without its line end.
  virtual void take_line(std::string_view line, fuzz::Report& report) = 0;
  /// True if earlier lines have started something that has not ended.
  [[nodiscard]] virtual bool in_message() const { return false; }

  virtual void take_byte(char c, fuzz::Report& report) { take_line_byte(c, report); }

  /// line = *( %x09 / %x20-7E / %x80-FF ) CRLF
  virtual void take_line_byte(char c, fuzz::Report& report) {
    if (saw_cr_) {
      if (c != '\n') return report.refuse("bare CR");
      return end_line(report);
    }
    if (line_.size() >= line_max()) return report.refuse("long line");
    if (c == '\r') {
      saw_cr_ = true;
    } else if (c == '\n') {
      take_bare_lf(report);
    } else if (is_control(c)) {
      report.refuse("control byte");
    } else {
      line_ += c;
    }
  }
  virtual void take_bare_lf(fuzz::Report& report) { report.refuse("bare LF"); }

  void end_line(fuzz::Report& report) {
    std::string line;
    line.swap(line_);
    saw_cr_ = false;
    take_line(line, report);
  }

  /// The shortest length of a line, without its line end, that is refused.
  [[nodiscard]] virtual std::size_t line_max() const { return kLineMax; }
  void examined(std::uint64_t bytes) { work_ += bytes; }
  static bool is_control(char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == '\x7F';
  }
  /// The text without trailing spaces.
  static std::string_view without_spaces(std::string_view text) {
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
  }

  std::string line_;
  bool saw_cr_ = false;

 private:
  std::uint64_t work_ = 0;
};

/// The limits on the work of every exhibit that reads lines.
inline constexpr std::uint64_t kLineWorkEach = 8;
inline constexpr std::uint64_t kLineWorkOnce = 256;

}  // namespace backtalk::gallery
