// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "report/metrics_text.hpp"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <iterator>

namespace backtalk::report {
namespace {

struct Bound {
  std::uint64_t ns;
  std::string_view seconds;
};
constexpr std::array kBounds{
    Bound{10'000, "1e-05"},         Bound{20'000, "2e-05"},        Bound{50'000, "5e-05"},
    Bound{100'000, "0.0001"},       Bound{200'000, "0.0002"},      Bound{500'000, "0.0005"},
    Bound{1'000'000, "0.001"},      Bound{2'000'000, "0.002"},     Bound{5'000'000, "0.005"},
    Bound{10'000'000, "0.01"},      Bound{20'000'000, "0.02"},     Bound{50'000'000, "0.05"},
    Bound{100'000'000, "0.1"},      Bound{200'000'000, "0.2"},     Bound{500'000'000, "0.5"},
    Bound{1'000'000'000, "1.0"},    Bound{2'000'000'000, "2.0"},   Bound{5'000'000'000, "5.0"},
    Bound{10'000'000'000, "10.0"},  Bound{20'000'000'000, "20.0"}, Bound{50'000'000'000, "50.0"},
    Bound{100'000'000'000, "100.0"}};

// Quotes are escaped in labels alone.
std::string escaped(std::string_view text, bool is_label) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '\\': out += "\\\\"; break;
      case '\n': out += "\\n"; break;
      case '"': out += is_label ? "\\\"" : "\""; break;
      default: out += c;
    }
  }
  return out;
}

}  // namespace

std::string_view content_type_of(MetricsFormat format) {
  return format == MetricsFormat::open_metrics ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
                                               : "text/plain; version=0.0.4; charset=utf-8";
}

void MetricsText::begin(std::string_view name, std::string_view type, std::string_view unit,
                        std::string_view help) {
  const bool is_open = format_ == MetricsFormat::open_metrics;
  const bool is_counter = type == "counter";
  name_ = name;
  suffix_ = is_counter ? "_total" : "";
  // A counter's name has the suffix in the older format, and leaves it to the sample in the newer.
  const std::string family = fmt::format("{}{}", name, is_counter && !is_open ? "_total" : "");
  fmt::format_to(std::back_inserter(text_), "# TYPE {} {}\n", family, type);
  if (is_open && !unit.empty()) fmt::format_to(std::back_inserter(text_), "# UNIT {} {}\n", family, unit);
  fmt::format_to(std::back_inserter(text_), "# HELP {} {}\n", family, escaped(help, is_open));
}

void MetricsText::sample(std::string_view suffix, Labels labels, std::string_view value) {
  text_.append(name_).append(suffix);
  bool is_first = true;
  for (const auto& [name, of] : labels) {
    fmt::format_to(std::back_inserter(text_), "{}{}=\"{}\"", is_first ? "{" : ",", name, escaped(of, true));
    is_first = false;
  }
  fmt::format_to(std::back_inserter(text_), "{} {}\n", is_first ? "" : "}", value);
}

void MetricsText::counter(std::string_view name, std::string_view unit, std::string_view help) {
  begin(name, "counter", unit, help);
}

void MetricsText::gauge(std::string_view name, std::string_view unit, std::string_view help) {
  begin(name, "gauge", unit, help);
}

void MetricsText::value(std::uint64_t value, Labels labels) {
  sample(suffix_, labels, fmt::format("{}", value));
}

void MetricsText::value(double value, Labels labels) {
  sample(suffix_, labels, fmt::format("{}", value));
}

void MetricsText::seconds(std::string_view name, std::string_view help, const stats::Histogram& histogram) {
  begin(name, "histogram", "seconds", help);
  std::size_t bound = 0;
  std::uint64_t below = 0;
  const auto close = [&] {
    sample("_bucket", {{"le", kBounds[bound].seconds}}, fmt::format("{}", below));
    ++bound;
  };
  histogram.for_each_bucket([&](const stats::Histogram::Bucket& one) {
    while (bound < kBounds.size() && one.highest > kBounds[bound].ns) close();
    below += one.count;
  });
  while (bound < kBounds.size()) close();
  sample("_bucket", {{"le", "+Inf"}}, fmt::format("{}", histogram.count()));
  sample("_count", {}, fmt::format("{}", histogram.count()));
  sample("_sum", {}, fmt::format("{}", histogram.mean() * static_cast<double>(histogram.count()) / 1e9));
}

std::string MetricsText::finish() && {
  if (format_ == MetricsFormat::open_metrics) text_ += "# EOF\n";
  return std::move(text_);
}

}  // namespace backtalk::report
