// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A simple parser of POP3 responses. A text that ends with "octets" starts a message, one that
/// ends with "messages" a listing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "../exact_copy.hpp"
#include "../gallery.hpp"
#include "../line_parser.hpp"
#include "backtalk/fuzz/report_items.hpp"

namespace backtalk::gallery {

class Pop3Responses : public LineParser {
 protected:
  void restart() override {
    in_body_ = in_listing_ = false;
    first_line_ = true;
  }
  [[nodiscard]] bool in_message() const override { return in_body_ || in_listing_; }

  void take_line(std::string_view text, fuzz::Report& report) override {
    if (in_body_ || in_listing_) return take_body_line(text, report);
    if (text.starts_with("+ ")) return take_challenge(ExactCopy{text.substr(2)}, report);
    const bool ok = text.starts_with("+OK");
    if (!ok && !text.starts_with("-ERR")) return report.refuse("status");
    text = without_spaces(text);
    report.event(ok ? "ok" : "err").text(text);
    in_body_ = ok && text.ends_with("octets");
    in_listing_ = ok && text.ends_with("messages");
  }

  virtual void take_challenge(const ExactCopy& text, fuzz::Report& report) {
    report.event("challenge").text({text.data(), text.size()});
  }

  void take_body_line(std::string_view text, fuzz::Report& report) {
    if (text == ".") {
      restart();
      report.event("end");
      return;
    }
    text = without_dot(text);
    first_line_ = false;
    if (in_body_) return void(report.event("line").text(text));
    take_listing(ExactCopy{text}, report);
  }

  virtual std::string_view without_dot(std::string_view line) {
    return line.starts_with('.') ? line.substr(1) : line;
  }

  /// message-number SP ( octets / unique-id )
  void take_listing(const ExactCopy& line, fuzz::Report& report) {
    std::size_t at = 0;
    const auto message = number(line, at);
    if (!message || at == line.size() || line.data()[at] != ' ') return report.refuse("listing");
    report.event("listing").number(*message).text(unique_id(line, at + 1));
  }

  virtual std::string_view unique_id(const ExactCopy& line, std::size_t at) {
    const std::size_t start = at;
    while (at < line.size() && line.data()[at] > ' ') ++at;
    return {line.data() + start, at - start};
  }

  /// Reads 1*DIGIT from `at`, and moves it past them.
  virtual std::optional<std::uint32_t> number(const ExactCopy& line, std::size_t& at) {
    const std::size_t start = at;
    std::uint64_t value = 0;
    for (; at < line.size() && line.data()[at] >= '0' && line.data()[at] <= '9'; ++at) {
      value = value * 10 + static_cast<std::uint64_t>(line.data()[at] - '0');
      if (value > 0xFFFFFFFF) return std::nullopt;
    }
    return at > start ? std::optional(static_cast<std::uint32_t>(value)) : std::nullopt;
  }

  bool in_body_ = false;
  bool in_listing_ = false;
  bool first_line_ = true;  // the next line is the first of a body or listing
};

/// Writes the responses in full. An incomplete one is written as far as it goes.
inline bool write_pop3(const fuzz::Report& report, std::string& stream) {
  if (report.refused()) return false;
  std::string_view event;
  fuzz::ItemReader items(report);
  for (fuzz::Item item; items.next(item);) {
    switch (item.kind) {
      case fuzz::ItemKind::event:
        event = item.text;
        if (event == "end") stream += ".\r\n";
        if (event == "challenge") stream += "+ ";
        break;
      case fuzz::ItemKind::number: stream.append(std::to_string(item.number)).append(" "); break;
      case fuzz::ItemKind::text:
        if (event == "line" && item.text.starts_with('.')) stream += '.';
        stream.append(item.text).append("\r\n");
        break;
      case fuzz::ItemKind::octets: break;
    }
  }
  return true;
}

constexpr fuzz::Target pop3_target(std::string_view name) {
  return {.name = name,
          .protocol = "pop3",
          .work_each = kLineWorkEach,
          .work_once = kLineWorkOnce,
          .writer = write_pop3};
}

}  // namespace backtalk::gallery
