// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A simple parser of IMAP responses: lines and literals, and the contents of some responses.
#pragma once

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../exact_copy.hpp"
#include "../gallery.hpp"
#include "../line_parser.hpp"

namespace backtalk::gallery {

class ImapResponses : public LineParser {
 protected:
  static constexpr std::uint64_t kLiteralMax = 65536;
  static constexpr int kDepthMax = 100;

  void restart() override {
    in_literal_ = false;
    literal_left_ = 0;
    literal_.clear();
    response_octets_ = 0;
  }

  [[nodiscard]] bool in_message() const override { return in_literal_; }

  void take_byte(char c, fuzz::Report& report) override {
    if (!in_literal_) return take_line_byte(c, report);
    literal_ += c;
    if (--literal_left_ == 0) end_literal(report);
  }

  void take_line(std::string_view text, fuzz::Report& report) override {
    const ExactCopy line{text};
    response_octets_ += text.size();
    report.event("line").text(text);
    look_at(line, report);
    const auto size = announced(text);
    if (!size) {
      response_octets_ = 0;
      return;
    }
    literal_announced(*size, report);
    if (*size > kLiteralMax) return report.refuse("long literal");
    in_literal_ = true;
    literal_left_ = *size;
    literal_.clear();
    if (*size == 0) end_literal(report);
  }

  /// The size in "{" 1*DIGIT "}" at the end of a line.
  static std::optional<std::uint64_t> announced(std::string_view line) {
    const std::size_t open = line.rfind('{');
    if (open == std::string_view::npos || !line.ends_with('}')) return std::nullopt;
    const std::string_view digits = line.substr(open + 1, line.size() - open - 2);
    if (digits.empty() || digits.find_first_not_of("0123456789") != std::string_view::npos)
      return std::nullopt;
    return literal_size(digits);
  }
  static std::uint64_t literal_size(std::string_view digits) {
    std::uint64_t size = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), size);
    return read.ec == std::errc() ? size : UINT64_MAX;
  }
  /// Called before the size is checked.
  virtual void literal_announced(std::uint64_t size, fuzz::Report& report) {
    static_cast<void>(size), static_cast<void>(report);
  }

  void end_literal(fuzz::Report& report) {
    const ExactCopy literal{literal_};
    in_literal_ = false;
    response_octets_ += literal.size();
    report.event("literal").number(literal.size()).number(first_octet(literal));
    keep_literal(literal);
  }
  virtual unsigned first_octet(const ExactCopy& literal) {
    return literal.size() > 0 ? static_cast<unsigned char>(literal.data()[0]) : 0;
  }
  virtual void keep_literal(const ExactCopy& literal) { examined(literal.size()); }

  void look_at(const ExactCopy& line, fuzz::Report& report) {
    const std::string_view text{line.data(), line.size()};
    if (!nesting_fits(line)) return report.refuse("nesting");
    if (text.starts_with("* NO")) report.event("no").text(refusal(line));
    if (text.starts_with("* STATUS ")) report.event("status").text(status_items(line));
    if (text.starts_with("* VANISHED ")) report.event("vanished").number(count_numbers(text.substr(11)));
    if (text.starts_with("* NAMESPACE ")) look_at_namespace(text, report);
    if (const auto date = quoted_after(text, "INTERNALDATE \""); date) {
      report.event("date").number(is_date(ExactCopy{*date}) ? 1 : 0);
    }
    if (const std::size_t at = text.find("\"RFC822\" "); at != std::string_view::npos) {
      report.event("message").text(lines_of_message(words_of(text.substr(at))));
    }
  }

  virtual bool nesting_fits(const ExactCopy& line) {
    int depth = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
      if (line.data()[i] == '(' && ++depth > kDepthMax) return false;
      if (line.data()[i] == ')') --depth;
    }
    return true;
  }
  /// resp-text of "* NO" SP resp-text
  virtual std::string_view refusal(const ExactCopy& line) {
    return line.size() > 5 ? std::string_view{line.data() + 5, line.size() - 5} : std::string_view{};
  }
  /// Called with the contents of the parentheses of "* STATUS" SP mailbox SP "(" ... ")"
  virtual std::string_view status_items(const ExactCopy& line) {
    const std::string_view text{line.data(), line.size()};
    const std::size_t open = text.find('(');
    return open == std::string_view::npos ? std::string_view{} : text.substr(open);
  }
  /// The number of elements of a set, or 0 if the text is not a set.
  virtual std::uint64_t count_numbers(std::string_view set) {
    std::uint64_t count = 0;
    while (!set.empty()) {
      const std::string_view range = set.substr(0, set.find(','));
      set.remove_prefix(std::min(set.size(), range.size() + 1));
      const auto [first, last] = range_of(range);
      if (first > 0 && last >= first) count += last - first + 1;
    }
    return count;
  }
  static std::pair<std::uint64_t, std::uint64_t> range_of(std::string_view range) {
    std::uint32_t first = 0;
    std::uint32_t last = 0;
    const char* const end = range.data() + range.size();
    const auto read = std::from_chars(range.data(), end, first);
    last = first;
    if (read.ptr != end && *read.ptr == ':') std::from_chars(read.ptr + 1, end, last);
    return {first, last};
  }
  /// True if the prefix ends with the delimiter.
  virtual bool ends_in_delimiter(const ExactCopy& prefix, char delimiter) {
    return prefix.size() > 0 && prefix.data()[prefix.size() - 1] == delimiter;
  }
  virtual bool is_date(const ExactCopy& text) { return text.size() == 26 && text.data()[2] == '-'; }
  /// The number of lines of an enclosed message: the word after type, subtype, parameters, id,
  /// description, encoding and octets.
  virtual std::string_view lines_of_message(const std::vector<std::string_view>& words) {
    return words.size() > kLinesAt ? words[kLinesAt] : std::string_view{};
  }
  static constexpr std::size_t kLinesAt = 6;

  bool in_literal_ = false;
  std::uint64_t literal_left_ = 0;
  std::string literal_;
  std::uint64_t response_octets_ = 0;

 private:
  static std::optional<std::string_view> quoted_after(std::string_view text, std::string_view what) {
    const std::size_t at = text.find(what);
    if (at == std::string_view::npos) return std::nullopt;
    text.remove_prefix(at + what.size());
    const std::size_t end = text.find('"');
    return end == std::string_view::npos ? std::nullopt : std::optional(text.substr(0, end));
  }
  static std::vector<std::string_view> words_of(std::string_view text) {
    std::vector<std::string_view> words;
    while (!text.empty()) {
      words.push_back(text.substr(0, text.find(' ')));
      text.remove_prefix(std::min(text.size(), words.back().size() + 1));
    }
    words.shrink_to_fit();
    return words;
  }
  void look_at_namespace(std::string_view text, fuzz::Report& report) {
    const auto prefix = quoted_after(text, "((\"");
    if (!prefix) return;
    report.event("namespace").number(ends_in_delimiter(ExactCopy{*prefix}, '/') ? 1 : 0);
  }
};

constexpr fuzz::Target imap_target(std::string_view name) {
  return {.name = name, .protocol = "imap", .work_each = kLineWorkEach, .work_once = kLineWorkOnce};
}

}  // namespace backtalk::gallery
