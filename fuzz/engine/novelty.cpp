// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/novelty.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "backtalk/fuzz/report_items.hpp"

namespace backtalk::fuzz {
namespace {

constexpr std::uint64_t mixed(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = (a ^ (b + 0x9E3779B97F4A7C15U)) * 0xFF51AFD7ED558CCDU;
  x ^= x >> 32U;
  x *= 0xC4CEB9FE1A85EC53U;
  return x ^ (x >> 29U);
}

std::uint64_t hash_of(std::string_view word) {
  std::uint64_t hash = word.size();
  for (const char c : word) hash = hash * 0x100000001B3U + static_cast<unsigned char>(c);
  return hash;
}

// Small numbers are distinguished individually, because a single digit can be misread; larger ones
// by their bit width.
std::uint64_t magnitude(std::uint64_t number) {
  constexpr std::uint64_t kSmall = 16;
  return number < kSmall ? number : kSmall + static_cast<std::uint64_t>(std::bit_width(number));
}

std::uint64_t summary_of(const Item& item) {
  const auto kind = static_cast<std::uint64_t>(item.kind);
  switch (item.kind) {
    case ItemKind::event: return mixed(kind, hash_of(item.text));
    case ItemKind::number: return mixed(kind, magnitude(item.number));
    case ItemKind::text:
    case ItemKind::octets: break;
  }
  return mixed(kind, magnitude(item.text.size()));
}

constexpr unsigned kClassBits = 3;
// A row for each sequence of three octet classes.
constexpr std::size_t kRows = std::size_t{1} << (3 * kClassBits);
constexpr std::size_t kTables = 64;

// The eight classes of octets that line protocols distinguish.
constexpr std::array<std::uint8_t, 256> kClasses = [] {
  std::array<std::uint8_t, 256> classes{};
  for (std::size_t c = 0; c < 256; ++c) classes[c] = c < 0x20 || c == 0x7F ? 0 : c >= 0x80 ? 1 : 7;
  for (std::size_t c = '0'; c <= '9'; ++c) classes[c] = 5;
  classes['\r'] = 2;
  classes['\n'] = 3;
  classes['\t'] = classes[' '] = 4;
  classes['.'] = 6;
  return classes;
}();

}  // namespace

Novelty::Novelty() : seen_(kThings / 64), rows_(kTables * kRows) {}

bool Novelty::see(std::uint64_t thing) {
  std::uint64_t& word = seen_[thing / 64 % seen_.size()];
  const std::uint64_t bit = std::uint64_t{1} << (thing % 64);
  const bool news = (word & bit) == 0;
  word |= bit;
  return news;
}

bool Novelty::is_news(std::string_view stream, const Settings& settings, const Report& report) {
  std::uint64_t outcome = mixed(settings.small_limits ? 1 : 0, settings.tolerances.bits() != 0 ? 1 : 0);
  bool news = see_report(report, outcome);
  news |=
      see(mixed(mixed(outcome, settings.variant), static_cast<std::uint64_t>(std::bit_width(stream.size()))));
  news |= see_octets(stream, outcome);
  return news;
}

bool Novelty::see_report(const Report& report, std::uint64_t& outcome) {
  bool news = false;
  std::uint64_t before = outcome;
  std::uint64_t last_event = 0;
  ItemReader items(report);
  for (Item item; items.next(item);) {
    const std::uint64_t summary = summary_of(item);
    if (item.kind == ItemKind::event) last_event = summary;
    news |= see(mixed(before, summary));
    before = summary;
  }
  if (report.refused()) last_event = hash_of(report.error());
  outcome = mixed(0, last_event);
  return news | see(mixed(before, last_event));
}

// The outcome selects a table by its hash, so outcomes may share one. Most streams contain nothing
// new and are only read.
bool Novelty::see_octets(std::string_view stream, std::uint64_t outcome) {
  std::uint8_t* const table = rows_.data() + outcome % kTables * kRows;
  const auto class_at = [stream](std::size_t at) {
    return std::size_t{kClasses[static_cast<unsigned char>(stream[at])]};
  };
  const auto row_at = [class_at](std::size_t at) {
    const std::size_t first = at < 2 ? 0 : class_at(at - 2);
    const std::size_t second = at < 1 ? 0 : class_at(at - 1);
    return (first << kClassBits | second) << kClassBits | class_at(at);
  };
  std::size_t at = 0;
  while (at < stream.size() && table[row_at(at)] != 0) ++at;
  if (at == stream.size()) return false;
  for (; at < stream.size(); ++at) table[row_at(at)] = 1;
  return true;
}

}  // namespace backtalk::fuzz
