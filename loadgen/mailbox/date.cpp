// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/date.hpp"

#include <algorithm>
#include <array>
#include <chrono>

namespace backtalk::mailbox {
namespace {

constexpr std::int64_t kDay = 86400;
constexpr std::array<std::string_view, 12> kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                   "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr std::array<std::string_view, 7> kWeekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

std::int64_t day_of(std::int64_t seconds) {
  return seconds / kDay - (seconds % kDay < 0 ? 1 : 0);
}

void append_digits(std::string& out, std::int64_t number, int digits) {
  std::array<char, 20> text{};
  for (int i = digits - 1; i >= 0; --i, number /= 10)
    text[static_cast<std::size_t>(i)] = static_cast<char>('0' + number % 10);
  out.append(text.data(), static_cast<std::size_t>(digits));
}

void append_day(std::string& out, std::int64_t seconds, char between) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day_of(seconds)}}};
  append_digits(out, static_cast<unsigned>(date.day()), 2);
  out += between;
  out += kMonths[static_cast<unsigned>(date.month()) - 1];
  out += between;
  append_digits(out, static_cast<int>(date.year()), 4);
}

void append_time(std::string& out, std::int64_t seconds) {
  const std::int64_t time = seconds - day_of(seconds) * kDay;
  append_digits(out, time / 3600, 2);
  out += ':';
  append_digits(out, time / 60 % 60, 2);
  out += ':';
  append_digits(out, time % 60, 2);
  out += " +0000";
}

// Takes 1 to `digits_max` digits from the front; -1 if there are none.
std::int64_t take_number(std::string_view& text, std::size_t digits_max) {
  std::int64_t number = 0;
  std::size_t digits = 0;
  for (; digits < std::min(digits_max, text.size()) && text[digits] >= '0' && text[digits] <= '9'; ++digits)
    number = 10 * number + (text[digits] - '0');
  text.remove_prefix(digits);
  return digits > 0 ? number : -1;
}

bool take(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// "Feb" in any case; 0 if it is no month.
unsigned take_month(std::string_view& text) {
  const auto lower = [](char c) { return static_cast<char>(c | 0x20); };
  for (unsigned i = 0; i < kMonths.size(); ++i) {
    if (!std::ranges::equal(text.substr(0, 3), kMonths[i], {}, lower, lower)) continue;
    text.remove_prefix(3);
    return i + 1;
  }
  return 0;
}

// day between month between year
std::optional<std::int64_t> take_date(std::string_view& text, char between) {
  const std::int64_t day = take_number(text, 2);
  if (day < 1 || !take(text, between)) return std::nullopt;
  const unsigned month = take_month(text);
  if (month == 0 || !take(text, between)) return std::nullopt;
  const std::int64_t year = take_number(text, 4);
  if (year < 0) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{static_cast<int>(year)}, std::chrono::month{month},
                                         std::chrono::day{static_cast<unsigned>(day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date}.time_since_epoch().count() * kDay;
}

}  // namespace

void append_header_date(std::string& out, std::int64_t seconds) {
  constexpr std::int64_t kFirst = 4;  // 1 January 1970 was a Thursday
  const std::int64_t weekday = ((day_of(seconds) + kFirst) % 7 + 7) % 7;
  out.append(kWeekdays[static_cast<std::size_t>(weekday)]).append(", ");
  append_day(out, seconds, ' ');
  out += ' ';
  append_time(out, seconds);
}

void append_internal_date(std::string& out, std::int64_t seconds) {
  append_day(out, seconds, '-');
  out += ' ';
  append_time(out, seconds);
}

std::optional<std::int64_t> read_internal_date(std::string_view text) {
  (void)take(text, ' ');
  const auto date = take_date(text, '-');
  if (!date || !take(text, ' ')) return std::nullopt;
  std::array<std::int64_t, 3> time{};
  for (std::size_t i = 0; i < time.size(); ++i) {
    if (i > 0 && !take(text, ':')) return std::nullopt;
    time[i] = take_number(text, 2);
    if (time[i] < 0 || time[i] > (i == 0 ? 23 : i == 1 ? 59 : 60)) return std::nullopt;
  }
  if (!take(text, ' ')) return std::nullopt;
  const bool is_west = text.starts_with('-');
  if (!is_west && !text.starts_with('+')) return std::nullopt;
  text.remove_prefix(1);
  if (text.size() != 4) return std::nullopt;
  const std::int64_t zone = take_number(text, 4);
  if (zone < 0 || !text.empty()) return std::nullopt;
  const std::int64_t offset = (zone / 100 * 60 + zone % 100) * 60;
  return *date + time[0] * 3600 + time[1] * 60 + time[2] + (is_west ? offset : -offset);
}

std::optional<std::int64_t> read_date(std::string_view text) {
  const auto date = take_date(text, '-');
  return text.empty() ? date : std::nullopt;
}

std::optional<std::int64_t> read_header_day(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma != std::string_view::npos) text.remove_prefix(comma + 1);
  while (take(text, ' ')) {
  }
  return take_date(text, ' ');
}

}  // namespace backtalk::mailbox
