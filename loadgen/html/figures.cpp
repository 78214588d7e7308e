// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "html/escape.hpp"

namespace backtalk::html {
namespace {

std::string element(std::string_view json_pointer, std::string_view value, std::string_view shown) {
  return fmt::format("<data value=\"{}\" data-key=\"{}\">{}</data>", value, escaped(json_pointer),
                     escaped(shown));
}

// Without zeros behind the last digit that says something: "0.10" is "0.1".
std::string trimmed(std::string number) {
  if (number.find('.') == std::string::npos) return number;
  number.erase(number.find_last_not_of('0') + 1);
  if (number.ends_with('.')) number.pop_back();
  return number;
}

}  // namespace

std::string show_count(std::uint64_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, ",");
  return digits;
}

std::string show_number(double number) {
  constexpr double kWhole = 999.5;
  if (!(number < kWhole)) {
    constexpr double kMost = 1e18;
    return number < kMost ? show_count(static_cast<std::uint64_t>(std::llround(number)))
                          : fmt::format("{:.3g}", number);
  }
  return trimmed(fmt::format("{:.{}f}", number, number < 9.995 ? 2 : number < 99.95 ? 1 : 0));
}

std::string show_part(std::uint64_t part, std::uint64_t whole) {
  if (part == 0 || whole == 0) return "0 %";
  if (part >= whole) return "100 %";
  const double per_cent = 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  // Two digits of what is there, or of what lacks.
  const double least =
      std::min(per_cent, 100.0 * static_cast<double>(whole - part) / static_cast<double>(whole));
  const int digits = least >= 10 ? 1 : 1 - static_cast<int>(std::floor(std::log10(least)));
  return trimmed(fmt::format("{:.{}f}", per_cent, digits)) + " %";
}

std::string pointer(std::string_view parent, std::string_view key) {
  std::string out(parent);
  out += '/';
  for (const char c : key) {
    if (c == '~') {
      out += "~0";
    } else if (c == '/') {
      out += "~1";
    } else {
      out += c;
    }
  }
  return out;
}

std::string figure(std::string_view json_pointer, std::uint64_t value, std::string_view shown) {
  return element(json_pointer, fmt::format("{}", value), shown);
}

std::string figure(std::string_view json_pointer, double value, std::string_view shown) {
  return element(json_pointer, fmt::format("{}", value), shown);
}

std::string no_figure(std::string_view json_pointer, std::string_view shown) {
  return element(json_pointer, "null", shown);
}

std::string figure(std::string_view json_pointer, std::uint64_t count) {
  return figure(json_pointer, count, show_count(count));
}

}  // namespace backtalk::html
