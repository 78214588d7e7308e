// SPDX-License-Identifier: Apache-2.0 OR MIT
// What the fields of HTTP heads say: look-ups, lists, and whether the connection is kept, each
// against a plain reading of the fields.
#include <algorithm>
#include <string>
#include <vector>

#include "backtalk/http/response_parser.hpp"
#include "targets/http_adapter.hpp"

namespace {

namespace http = backtalk::http;
using backtalk::fuzz::Report;

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// The elements of every field of that name, without the white space around them.
std::vector<std::string> plain_elements(std::span<const http::Field> fields, std::string_view name) {
  std::vector<std::string> found;
  for (const http::Field& field : fields) {
    if (lowered(field.name) != lowered(name)) continue;
    std::string element;
    for (const char c : std::string(field.value) + ",") {
      if (c != ',') {
        element += c;
        continue;
      }
      const std::size_t first = element.find_first_not_of(" \t");
      const std::size_t last = element.find_last_not_of(" \t");
      found.push_back(first == std::string::npos ? "" : lowered(element.substr(first, last - first + 1)));
      element.clear();
    }
  }
  return found;
}

bool plain_lists(std::span<const http::Field> fields, std::string_view name, std::string_view element) {
  const auto elements = plain_elements(fields, name);
  return std::ranges::find(elements, lowered(element)) != elements.end();
}

bool has(std::span<const http::Field> fields, std::string_view name) {
  return std::ranges::any_of(fields,
                             [&](const http::Field& field) { return lowered(field.name) == lowered(name); });
}

class HttpFields final : public backtalk::fuzz::HttpAdapter<http::ResponseParser> {
  void take_head(const http::ResponseEvent& event, Report& report) override {
    const http::ResponseHead& head = event.head;
    report.event("head", head.offset).text(word(head.framing)).number(head.keeps_connection() ? 1 : 0);
    look_up(head.fields, report);
    // RFC 9112 6.1: where both say how long the body is the connection is not used again, nor where
    // HTTP/1.0 has a coding.
    const bool doubly_framed =
        has(head.fields, "Transfer-Encoding") && (head.minor == 0 || has(head.fields, "Content-Length"));
    const bool closes = head.start_dropped || head.framing == http::Framing::close || doubly_framed ||
                        plain_lists(head.fields, "Connection", "close");
    const bool keeps = !closes && (head.minor >= 1 || plain_lists(head.fields, "Connection", "Keep-Alive"));
    if (keeps != head.keeps_connection()) report.broken("keeps_connection is not what the fields say");
  }

  // A few fields of each head, looked up by their own names: all of them would make many fields
  // quadratic.
  static void look_up(std::span<const http::Field> fields, Report& report) {
    constexpr std::size_t kLookedUp = 4;
    for (const http::Field& field : fields.first(std::min(fields.size(), kLookedUp))) {
      const auto first = std::ranges::find_if(
          fields, [&](const http::Field& other) { return lowered(other.name) == lowered(field.name); });
      if (http::find_field(fields, lowered(field.name)) != first->value)
        report.broken("find_field finds another field");
      for (const std::string& element : plain_elements(fields, field.name)) {
        if (!http::field_lists(fields, field.name, element)) report.broken("field_lists misses an element");
        const std::string other = element + "x";
        if (http::field_lists(fields, field.name, other) != plain_lists(fields, field.name, other)) {
          report.broken("field_lists finds an element that is not there");
        }
      }
    }
    if (http::find_field(fields, "no such name"))
      report.broken("find_field finds a name that no field can have");
  }
};

}  // namespace

BACKTALK_FUZZ_TARGET(HttpFields, .name = "http_fields", .protocol = "http",
                     .tolerances = backtalk::fuzz::kHttpTolerances, .small_limits = true)
