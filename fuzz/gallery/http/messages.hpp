// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A simple parser of HTTP/1.1 messages in either direction: heads, and bodies with a length or in
/// chunks.
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
#include "backtalk/fuzz/report_items.hpp"

namespace backtalk::gallery {

class Messages : public LineParser {
 protected:
  static constexpr std::size_t kFieldsMax = 1000;

  void restart() override {
    at_ = At::start_line;
    left_ = 0;
    names_.clear();
    values_.clear();
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
    std::optional<std::uint64_t> length = 0;
    for (std::size_t i = 0; i < values_.size(); ++i) {
      report.text(names_[i]).text(values_[i]);
      if (ascii::equals(names_[i], "transfer-encoding")) chunked_ = values_[i] == "chunked";
      if (ascii::equals(names_[i], "content-length")) length = content_length(values_[i]);
      if (!length) return report.refuse("length");
    }
    left_ = *length;
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
    look_for(line.substr(0, colon));
    names_.emplace_back(line.substr(0, colon));
    values_.emplace_back(value);
  }
  /// True if the head has a field of this name so far.
  virtual void look_for(std::string_view name) { examined(name.size()); }

  /// obs-fold: joined with one space.
  void fold(std::string_view line, fuzz::Report& report) {
    if (values_.empty()) return report.refuse("fold");
    const ExactCopy before{values_.back()};
    values_.back() =
        std::string(before.data(), size_without_spaces(before)) + " " + std::string(line.substr(1));
    values_.back().erase(0, std::min(values_.back().find_first_not_of(' '), values_.back().size()));
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
    const auto size = chunk_size(digits);
    if (!size) return report.refuse("chunk size");
    left_ = *size;
    at_ = *size > 0 ? At::octets : At::trailers;
    chunk_begins(*size);
  }
  virtual std::optional<std::uint64_t> chunk_size(std::string_view digits) {
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
    const bool whole = error == std::errc() && end == digits.data() + digits.size();
    return whole ? std::optional(size) : std::nullopt;
  }
  virtual void chunk_begins(std::uint64_t size) { static_cast<void>(size); }

  void end_message(fuzz::Report& report) {
    report.event("end");
    restart();
  }

  enum class At : std::uint8_t { start_line, fields, octets, chunk_size, chunk_end, trailers };
  At at_ = At::start_line;
  std::uint64_t left_ = 0;  // the remaining octets of the body or chunk
  std::vector<std::string> names_;
  std::vector<std::string> values_;
  bool chunked_ = false;
};

/// Writes the messages, chunked bodies as one chunk, without trailers. Returns false if the stream
/// was refused or ended inside a message, or if a line may become too long, because folds are
/// joined.
inline bool write_messages(const fuzz::Report& report, std::string& stream) {
  if (report.refused()) return false;
  constexpr std::size_t kTextMax = 2000;
  std::vector<std::string_view> texts;  // the start line, then names and values in turn
  std::string body;
  fuzz::ItemReader items(report);
  for (fuzz::Item item; items.next(item);) {
    if (item.text == "ended inside" && item.kind == fuzz::ItemKind::event) return false;
    if (item.kind == fuzz::ItemKind::text && item.text.size() > kTextMax) return false;
    if (item.kind == fuzz::ItemKind::text) texts.push_back(item.text);
    if (item.kind == fuzz::ItemKind::octets) body = item.text;
    if (item.kind != fuzz::ItemKind::event || item.text != "end") continue;
    bool chunked = false;
    stream.append(texts[0]).append("\r\n");
    for (std::size_t i = 1; i + 1 < texts.size(); i += 2) {
      stream.append(texts[i]).append(": ").append(texts[i + 1]).append("\r\n");
      if (ascii::equals(texts[i], "transfer-encoding")) chunked = texts[i + 1] == "chunked";
    }
    stream += "\r\n";
    if (chunked && !body.empty()) {
      char size[16];
      const auto end = std::to_chars(size, size + sizeof size, body.size(), 16).ptr;
      body = std::string(size, end) + "\r\n" + body + "\r\n";
    }
    stream += body;
    if (chunked) stream += "0\r\n\r\n";
    texts.clear();
    body.clear();
  }
  return true;
}

constexpr fuzz::Target messages_target(std::string_view name) {
  return {.name = name,
          .protocol = "http",
          .work_each = kLineWorkEach,
          .work_once = kLineWorkOnce,
          .writer = write_messages};
}

}  // namespace backtalk::gallery
