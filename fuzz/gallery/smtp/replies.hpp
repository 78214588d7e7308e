// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A simple parser of SMTP replies. Each exhibit changes one step of it.
#pragma once

#include <charconv>
#include <string>
#include <vector>

#include "../exact_copy.hpp"
#include "../gallery.hpp"
#include "../line_parser.hpp"
#include "backtalk/smtp/reply_parser.hpp"

namespace backtalk::gallery {

class Replies : public LineParser {
 protected:
  void restart() override {
    lines_.clear();
    code_.clear();
    octets_ = 0;
  }
  [[nodiscard]] bool in_message() const override { return !lines_.empty(); }
  [[nodiscard]] std::size_t line_max() const override { return smtp::ReplyLimits{}.line_octets_max; }

  void take_line(std::string_view text, fuzz::Report& report) override {
    const ExactCopy line{text};
    octets_ += line.size() + 2;
    const bool fits = line.size() + 2 <= line_max() && lines_.size() < smtp::ReplyLimits{}.reply_lines_max &&
                      octets_ <= smtp::ReplyLimits{}.reply_octets_max;
    if (!fits) return report.refuse("limit");
    if (!is_code(line)) return report.refuse("code");
    const char after = separator(line);
    if (after != ' ' && after != '-') return report.refuse("separator");
    const std::string_view all{line.data(), line.size()};
    if (!lines_.empty() && !same_code(all.substr(0, 3))) return report.refuse("other code");
    code_ = all.substr(0, 3);
    lines_.emplace_back(all.size() > 4 ? all.substr(4) : "");
    if (after == ' ') end_reply(report);
  }

  static bool is_code(const ExactCopy& line) {
    const char* p = line.data();
    return line.size() >= 3 && p[0] >= '2' && p[0] <= '5' && p[1] >= '0' && p[1] <= '5' && p[2] >= '0' &&
           p[2] <= '9';
  }
  virtual char separator(const ExactCopy& line) { return line.size() > 3 ? line.data()[3] : ' '; }
  virtual bool same_code(std::string_view code) { return code == code_; }

  virtual void reply_ended(unsigned code, fuzz::Report& report) {
    static_cast<void>(code), static_cast<void>(report);
  }

  /// The length of class "." 1*3DIGIT "." 1*3DIGIT before a space or the end, or 0.
  virtual std::size_t enhanced_length(const ExactCopy& text) {
    const std::string_view all{text.data(), text.size()};
    if (all.size() < 2 || all[0] != code_[0] || all[0] == '3' || all[1] != '.') return 0;
    const std::size_t subject = digits(all, 2);
    if (subject == 0 || all.substr(2 + subject, 1) != ".") return 0;
    const std::size_t detail = digits(all, 3 + subject);
    const std::size_t length = 3 + subject + detail;
    return detail > 0 && (length == all.size() || all[length] == ' ') ? length : 0;
  }

 private:
  static std::size_t digits(std::string_view text, std::size_t from) {
    std::size_t count = 0;
    while (from + count < text.size() && text[from + count] >= '0' && text[from + count] <= '9') ++count;
    return count > 3 || (count > 1 && text[from] == '0') ? 0 : count;
  }

  void end_reply(fuzz::Report& report) {
    unsigned code = 0;
    std::from_chars(code_.data(), code_.data() + code_.size(), code);
    report.event("reply").number(code);
    const std::string enhanced = lines_[0].substr(0, enhanced_length(ExactCopy{lines_[0]}));
    report.text(enhanced);
    for (const std::string& line : lines_) {
      const bool same = !enhanced.empty() && line.substr(0, enhanced_length(ExactCopy{line})) == enhanced;
      report.text(same ? std::string_view(line).substr(std::min(line.size(), enhanced.size() + 1)) : line);
    }
    restart();
    reply_ended(code, report);
  }

  std::vector<std::string> lines_;
  std::string code_;
  std::size_t octets_ = 0;
};

/// The target for an exhibit that reads replies.
constexpr fuzz::Target replies_target(std::string_view name) {
  return {.name = name,
          .protocol = "smtp",
          .work_each = kLineWorkEach,
          .work_once = kLineWorkOnce,
          .agreement = fuzz::Agreement::events,
          .reference = fuzz::smtp_replies};
}

}  // namespace backtalk::gallery
