// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A simple parser of SMTP commands and messages, for a server that accepts every DATA and BDAT.
#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

#include "../gallery.hpp"
#include "../line_parser.hpp"
#include "ascii.hpp"
#include "backtalk/smtp/command_parser.hpp"

namespace backtalk::gallery {

class Commands : public LineParser {
 protected:
  void restart() override {
    in_data_ = false;
    chunk_left_ = 0;
    line_begins_ = true;
    dot_ = dot_cr_ = after_cr_ = false;
  }
  [[nodiscard]] bool in_message() const override { return in_data_ || chunk_left_ > 0; }
  [[nodiscard]] std::size_t line_max() const override { return smtp::CommandLimits{}.line_octets_max; }

  void take_byte(char c, fuzz::Report& report) override {
    if (chunk_left_ > 0) {
      report.octets({&c, 1});
      if (--chunk_left_ == 0) report.event("end of data");
    } else if (in_data_) {
      take_data_byte(c, report);
    } else {
      take_line_byte(c, report);
    }
  }

  void take_line(std::string_view line, fuzz::Report& report) override {
    if (line.size() + 2 > line_max()) return report.refuse("limit");
    const std::size_t space = std::min(line.find(' '), line.size());
    const std::string_view arguments = line.substr(std::min(space + 1, line.size()));
    const std::string_view verb = line.substr(0, space);
    report.event("command").text(verb).text(arguments);
    if (ascii::equals(verb, "data")) {
      restart();
      in_data_ = true;
    }
    if (ascii::equals(verb, "bdat")) begin_chunk(arguments, report);
  }

  /// Removes a dot that starts a line. A dot alone on its line, between two CRLF, ends the message.
  void take_data_byte(char c, fuzz::Report& report) {
    if (!dot_ && line_begins_ && c == '.') {
      dot_ = true;
    } else if (dot_) {
      take_after_dot(c, report);
    } else {
      take_text(c, report);
    }
  }
  virtual void take_after_dot(char c, fuzz::Report& report) {
    if (dot_cr_) return c == '\n' ? end_data(report) : report.refuse("bare CR");
    dot_cr_ = c == '\r';
    if (dot_cr_) return;
    dot_ = false;
    take_text(c, report);
  }
  void take_text(char c, fuzz::Report& report) {
    if (c == '\n' && !after_cr_) return take_lone_lf(report);
    if (c != '\n' && after_cr_) return report.refuse("bare CR");
    report.octets({&c, 1});
    line_begins_ = c == '\n';
    after_cr_ = c == '\r';
  }
  virtual void take_lone_lf(fuzz::Report& report) { report.refuse("bare LF"); }

  virtual std::optional<std::uint64_t> chunk_size(std::string_view digits) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    const bool fits = error == std::errc() && size <= 9223372036854775807U;
    return fits ? std::optional(size) : std::nullopt;
  }

  void end_data(fuzz::Report& report) {
    report.event("end of data");
    restart();
  }

  bool in_data_ = false;
  std::uint64_t chunk_left_ = 0;
  bool line_begins_ = true;
  bool dot_ = false;       // the line started with a dot
  bool dot_cr_ = false;    // a CR followed that dot
  bool after_cr_ = false;  // the last octet of the text was a CR

 private:
  void begin_chunk(std::string_view arguments, fuzz::Report& report) {
    const std::size_t digits = std::min(arguments.find_first_not_of("0123456789"), arguments.size());
    const std::string_view rest = arguments.substr(digits);
    if (digits == 0 || (!rest.empty() && !ascii::equals(rest, " last"))) return;
    const auto size = chunk_size(arguments.substr(0, digits));
    if (!size) return;
    chunk_left_ = *size;
    if (chunk_left_ == 0) report.event("end of data");
  }
};

constexpr fuzz::Target commands_target(std::string_view name) {
  return {.name = name,
          .protocol = "smtp",
          .work_each = kLineWorkEach,
          .work_once = kLineWorkOnce,
          .agreement = fuzz::Agreement::events,
          .reference = fuzz::smtp_commands};
}

}  // namespace backtalk::gallery
