/// HTTP/1.1 messages of either direction, read in a plain way: heads, and bodies with a length or in chunks.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "../exact_copy.hpp"
#include "../gallery.hpp"
#include "../line_parser.hpp"
#include "ascii.hpp"

namespace backtalk::gallery {

class Messages : public LineParser {
 protected:
  static constexpr std::size_t kFieldsMax = 1000;

  void restart() override {
    at_ = At::start_line;
    left_ = 0;
    values_.clear();
    length_.reset();
    chunked_ = false;
  }
  [[nodiscard]] bool in_message() const override { return at_ != At::start_line; }

  void take_byte(char c, fuzz::Report& report) override {
    if (at_ != At::octets) return take_line_byte(c, report);
    report.octets({&c, 1});
    if (--left_ > 0) return;
    if (chunked_) {
      at_ = At::chunk_end;
    } else {
      end_message(report);
    }
  }

  void take_line(std::string_view line, fuzz::Report& report) override {
    switch (at_) {
      case At::start_line:
        if (line.empty()) return;
        report.event("message").text(line);
        at_ = At::fields;
        break;
      case At::fields:
        if (line.empty()) return end_head(report);
        take_field(line, report);
        break;
      case At::chunk_size: take_chunk_size(line, report); break;
      case At::chunk_end:
        if (!line.empty()) return report.refuse("chunk end");
        at_ = At::chunk_size;
        break;
      case At::trailers:
        if (line.empty()) end_message(report);
        break;
      case At::octets: break;
    }
  }

  void end_head(fuzz::Report& report) {
    for (const std::string& value : values_) report.text(value);
    left_ = length_.value_or(0);
    at_ = chunked_ ? At::chunk_size : At::octets;
    if (!chunked_ && left_ == 0) end_message(report);
  }

  void take_field(std::string_view line, fuzz::Report& report) {
    if (line.front() == ' ' || line.front() == '\t') return fold(line, report);
    const std::size_t colon = line.find(':');
    if (colon == 0 || colon == std::string_view::npos || values_.size() == kFieldsMax)
      return report.refuse("field");
    std::string_view value = line.substr(colon + 1);
    while (value.starts_with(' ')) value.remove_prefix(1);
    const std::string_view name = line.substr(0, colon);
    look_for(name);
    values_.emplace_back(value);
    if (ascii::equals(name, "transfer-encoding")) chunked_ = value == "chunked";
    if (!ascii::equals(name, "content-length")) return;
    length_ = content_length(value);
    if (!length_) report.refuse("length");
  }
  /// Has there been a field of this name?
  virtual void look_for(std::string_view name) { examined(name.size()); }

  /// obs-fold: joined with one space.
  void fold(std::string_view line, fuzz::Report& report) {
    if (values_.empty()) return report.refuse("fold");
    const ExactCopy before{values_.back()};
    values_.back() =
        std::string(before.data(), size_without_spaces(before)) + " " + std::string(line.substr(1));
    if (values_.back().size() > kLineMax) report.refuse("long value");
  }
  virtual std::size_t size_without_spaces(const ExactCopy& value) {
    return without_spaces({value.data(), value.size()}).size();
  }

  virtual std::optional<std::uint64_t> content_length(std::string_view digits) {
    std::uint64_t length = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), length);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole ? std::optional(length) : std::nullopt;
  }

  void take_chunk_size(std::string_view line, fuzz::Report& report) {
    const std::string_view digits = line.substr(0, line.find(';'));
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    if (error != std::errc() || end != digits.data() + digits.size()) return report.refuse("chunk size");
    left_ = size;
    at_ = size > 0 ? At::octets : At::trailers;
    chunk_begins(size);
  }
  virtual void chunk_begins(std::uint64_t size) { static_cast<void>(size); }

  void end_message(fuzz::Report& report) {
    report.event("end");
    restart();
  }

  enum class At : std::uint8_t { start_line, fields, octets, chunk_size, chunk_end, trailers };
  At at_ = At::start_line;
  std::uint64_t left_ = 0;  // octets of the body or chunk
  std::vector<std::string> values_;
  std::optional<std::uint64_t> length_;
  bool chunked_ = false;
};

constexpr fuzz::Target messages_target(std::string_view name) {
  return {.name = name, .protocol = "http", .work_each = kLineWorkEach, .work_once = kLineWorkOnce};
}

}  // namespace backtalk::gallery
