// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "targets/http_writer.hpp"

#include <charconv>
#include <vector>

#include "backtalk/fuzz/report_items.hpp"
#include "backtalk/http/head.hpp"

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

// Writes the fields, given as names and values in turn, and the empty line.
void write_fields(std::span<const std::string_view> fields, std::string& stream) {
  for (std::size_t i = 0; i + 1 < fields.size(); i += 2) {
    stream.append(fields[i]).append(":");
    if (!fields[i + 1].empty()) stream.append(" ").append(fields[i + 1]);
    stream += "\r\n";
  }
  stream += "\r\n";
}

std::string version(std::uint64_t minor) {
  return "HTTP/1." + std::to_string(minor);
}

void write_response_head(const Part& head, std::string& stream) {
  std::string status = std::to_string(head.numbers[1]);
  status.insert(0, 3 - status.size(), '0');
  stream.append(version(head.numbers[0])).append(" ").append(status).append(" ").append(head.texts[0]);
  stream += "\r\n";
  write_fields(std::span(head.texts).subspan(1), stream);
}

void write_request_head(const Part& head, std::string& stream) {
  stream.append(head.texts[0]).append(" ").append(head.texts[1]).append(" ").append(version(head.numbers[0]));
  stream += "\r\n";
  write_fields(std::span(head.texts).subspan(2), stream);
}

void write_chunk(std::string_view octets, std::string& stream) {
  if (octets.empty()) return;
  char size[16];
  const auto end = std::to_chars(size, size + sizeof size, octets.size(), 16).ptr;
  stream.append(size, end).append("\r\n").append(octets).append("\r\n");
}

}  // namespace

bool write_http(const Report& report, std::string& stream) {
  if (report.refused()) return false;
  const std::vector<Part> parts = parts_of(report);
  auto framing = http::Framing::none;
  for (const Part& part : parts) {
    if (part.name == "ended inside") return false;
    if (part.name == "response") {
      framing = static_cast<http::Framing>(part.numbers[2]);
      write_response_head(part, stream);
    } else if (part.name == "request") {
      framing = static_cast<http::Framing>(part.numbers[1]);
      write_request_head(part, stream);
    } else if (framing == http::Framing::chunked && part.name == "body") {
      write_chunk(part.octets, stream);
    } else if (framing == http::Framing::chunked && part.name == "end") {
      stream += "0\r\n";
      write_fields(part.texts, stream);
    } else {
      stream += part.octets;
    }
  }
  return true;
}

}  // namespace backtalk::fuzz
