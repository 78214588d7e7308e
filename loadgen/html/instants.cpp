// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "html/instants.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <string_view>

namespace backtalk::html {
namespace {

constexpr std::uint64_t kMicro = 1'000'000;
// The end of the year 9999, beyond which RFC 3339 has no instant.
constexpr std::uint64_t kLastUs = 253'402'300'799 * kMicro;

bool is_known(std::uint64_t unix_us) {
  return unix_us > 0 && unix_us <= kLastUs;
}

std::tm utc(std::uint64_t unix_us) {
  return fmt::gmtime(static_cast<std::time_t>(unix_us / kMicro));
}

// "<time datetime="2026-12-01T10:43:07Z">2026-12-01 10:43:07</time>"
std::string element(std::uint64_t unix_us) {
  const std::tm at = utc(unix_us);
  return fmt::format("<time datetime=\"{:%Y-%m-%dT%H:%M:%SZ}\">{:%Y-%m-%d %H:%M:%S}</time>", at, at);
}

// Widens it by the spans of a saved result of `load`.
void take(const SavedValue& result, Measured& out) {
  for (const SavedValue& one : result["spans"].items()) {
    const auto begin = one["begin_unix_us"].count();
    const double length_s = one["length_s"].number().value_or(0);
    if (!begin || !is_known(*begin) || length_s < 0) continue;
    const auto length_us = static_cast<std::uint64_t>(
        std::min(length_s * static_cast<double>(kMicro), static_cast<double>(kLastUs)));
    out.begin_us = out.begin_us == 0 ? *begin : std::min(out.begin_us, *begin);
    out.end_us = std::max(out.end_us, *begin + length_us);
  }
}

}  // namespace

std::string Measured::title() const {
  return is_known(begin_us) ? fmt::format("{:%Y-%m-%d %H:%M} UTC", utc(begin_us)) : std::string();
}

std::string Measured::html() const {
  if (!is_known(begin_us)) return {};
  std::string out = "Measured " + element(begin_us);
  if (is_known(end_us) && end_us > begin_us) out += " to " + element(end_us);
  return out + " UTC";
}

Measured when_measured(const result::RunResult& result) {
  if (result.spans.empty()) return {};
  const result::Span& last = result.spans.back();
  return {.begin_us = result.spans.front().begin_unix_us,
          .end_us = result.spans.size() > 1 ? last.begin_unix_us + last.length_ns / 1000 : 0};
}

Measured when_measured(const SavedValue& file) {
  Measured out;
  // Of a sweep, of repeats; of each side of a comparison; of each step of a search; of each load at
  // each share.
  for (const SavedValue& one : file["results"].items()) take(one, out);
  for (const SavedValue& side : file["sides"].items()) {
    for (const SavedValue& one : side["results"].items()) take(one, out);
  }
  for (const SavedValue& step : file["steps"].items()) {
    take(step["result"], out);
    for (const SavedValue& side : step["sides"].items()) take(side["result"], out);
  }
  return out;
}

}  // namespace backtalk::html
