// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "targets/http_writer.hpp"

#include <algorithm>
#include <span>
#include <vector>

#include "backtalk/fuzz/report_items.hpp"
#include "backtalk/http/head.hpp"
#include "backtalk/http/write.hpp"

namespace backtalk::fuzz {
namespace {

// One reported event with all that belongs to it.
struct Part {
  std::string_view name;
  std::vector<std::uint64_t> numbers;
  std::vector<std::string_view> texts;
  std::string_view octets;
};

std::vector<Part> parts_of(const Report& report) {
  std::vector<Part> parts;
  for (const Item& item : items_of(report)) {
    switch (item.kind) {
      case ItemKind::event:
        parts.push_back({.name = item.text, .numbers = {}, .texts = {}, .octets = {}});
        break;
      case ItemKind::number: parts.back().numbers.push_back(item.number); break;
      case ItemKind::text: parts.back().texts.push_back(item.text); break;
      case ItemKind::octets: parts.back().octets = item.text; break;
    }
  }
  return parts;
}

// Writes the fields, given as names and values in turn, and the empty line. False if one of them
// cannot be written.
bool write_fields(std::span<const std::string_view> fields, Output& out) {
  bool good = true;
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2)
    good &= !http::write_field(out, fields[i], fields[i + 1]);
  return good && out.add("\r\n");
}

bool write_response_head(const Part& head, Output& out) {
  const auto status = static_cast<std::uint16_t>(head.numbers[1]);
  const auto minor = static_cast<std::uint8_t>(head.numbers[0]);
  return !http::write_status_line(out, status, head.texts[0], minor) &&
         write_fields(std::span(head.texts).subspan(1), out);
}

bool write_request_head(const Part& head, Output& out) {
  const auto minor = static_cast<std::uint8_t>(head.numbers[0]);
  return !http::write_request_line(out, head.texts[0], head.texts[1], minor) &&
         write_fields(std::span(head.texts).subspan(2), out);
}

// A head that would be reported otherwise when it is reread: with a later minor version than can be
// written, or with lines that were dropped.
bool is_lossy(const Part& part) {
  constexpr std::size_t kDroppedLines = 5;
  const bool head = part.name == "response" || part.name == "request";
  const bool dropped = part.name == "response" && part.numbers[kDroppedLines] > 0;
  return head && (part.numbers[0] > 1 || dropped);
}

}  // namespace

bool write_http(const Report& report, std::string& stream) {
  if (report.refused()) return false;
  const std::vector<Part> parts = parts_of(report);
  if (std::ranges::any_of(parts, is_lossy)) return false;
  auto framing = http::Framing::none;
  Output out(stream);
  bool good = true;
  for (const Part& part : parts) {
    if (part.name == "ended inside") return false;
    if (part.name == "response") {
      framing = static_cast<http::Framing>(part.numbers[2]);
      good &= write_response_head(part, out);
    } else if (part.name == "request") {
      framing = static_cast<http::Framing>(part.numbers[1]);
      good &= write_request_head(part, out);
    } else if (framing == http::Framing::chunked && part.name == "body") {
      good &= !http::write_chunk(out, part.octets);
    } else if (framing == http::Framing::chunked && part.name == "end") {
      good &= out.add("0\r\n") && write_fields(part.texts, out);
    } else {
      out.add(part.octets);
    }
  }
  // What was read can be written: an empty stream shows that it could not.
  if (!good) stream.clear();
  return true;
}

}  // namespace backtalk::fuzz
