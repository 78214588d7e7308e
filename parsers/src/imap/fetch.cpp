// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/fetch.hpp"

#include <array>
#include <charconv>

#include "ascii.hpp"
#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

FetchAttribute attribute_of(const Token& name) {
  const auto is = [&name](std::string_view lowered) { return ascii::equals_lowered(name.text, lowered); };
  if (name.kind == Token::Kind::section) {
    switch (name.text.size()) {
      case 4: return FetchAttribute::body_section;
      case 6: return FetchAttribute::binary;
      case 11: return is("binary.size") ? FetchAttribute::binary_size : FetchAttribute::other;
      default: return FetchAttribute::other;
    }
  }
  switch (name.text.size()) {
    case 3: return is("uid") ? FetchAttribute::uid : FetchAttribute::other;
    case 4: return is("body") ? FetchAttribute::body : FetchAttribute::other;
    case 5: return is("flags") ? FetchAttribute::flags : FetchAttribute::other;
    case 6:
      if (is("modseq")) return FetchAttribute::modseq;
      return is("rfc822") ? FetchAttribute::rfc822 : FetchAttribute::other;
    case 8: return is("envelope") ? FetchAttribute::envelope : FetchAttribute::other;
    case 11:
      if (is("rfc822.size")) return FetchAttribute::rfc822_size;
      return is("rfc822.text") ? FetchAttribute::rfc822 : FetchAttribute::other;
    case 12: return is("internaldate") ? FetchAttribute::internaldate : FetchAttribute::other;
    case 13:
      if (is("bodystructure")) return FetchAttribute::bodystructure;
      return is("rfc822.header") ? FetchAttribute::rfc822 : FetchAttribute::other;
    default: return FetchAttribute::other;
  }
}

// The error of a value that does not have its attribute's form; none if it has.
Error check(FetchAttribute attribute, const Token& value, Tolerances tolerances) {
  const Error wrong{ErrorCode::wrong_shape, value.offset};
  std::uint64_t ignored = 0;
  switch (attribute) {
    case FetchAttribute::uid: {
      Cursor cursor({&value, &value + value.span}, value.offset, tolerances);
      cursor.nz_number(ignored);
      return cursor.error();
    }
    case FetchAttribute::rfc822_size:
    case FetchAttribute::binary_size: {
      // RFC822.SIZE is a number64 in RFC 9051.
      Cursor cursor({&value, &value + value.span}, value.offset, tolerances);
      cursor.number(ignored, attribute == FetchAttribute::rfc822_size ? kNumber64Max : kNumberMax);
      return cursor.error();
    }
    case FetchAttribute::modseq: {
      if (!value.is_list()) return wrong;
      Cursor cursor(children(value), value.offset);
      if (cursor.nz_number(ignored, kNumber64Max)) cursor.finish();
      return cursor.error();
    }
    case FetchAttribute::flags:
    case FetchAttribute::envelope:
    case FetchAttribute::body:
    case FetchAttribute::bodystructure: return value.is_list() ? Error{} : wrong;
    case FetchAttribute::internaldate: return value.is_string() ? Error{} : wrong;
    case FetchAttribute::body_section:
    case FetchAttribute::binary:
    case FetchAttribute::rfc822: return value.is_nstring() ? Error{} : wrong;
    case FetchAttribute::other: break;
  }
  return {};
}

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

// The number in the `count` digits at text[at]; -1 if one of them is not a digit.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  int value = 0;
  for (const char c : text.substr(at, count)) {
    if (!ascii::is_digit(c)) return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

// The length of the part numbers at the beginning of a section: of "1.2" in "1.2.MIME". 0 if there
// are none.
std::size_t part_end(std::string_view spec) {
  std::size_t end = 0;
  for (std::size_t at = 0; at < spec.size() && spec[at] >= '1' && spec[at] <= '9'; ++at) {
    while (at < spec.size() && ascii::is_digit(spec[at])) ++at;
    end = at;
    if (at == spec.size() || spec[at] != '.') break;
  }
  return end;
}

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_of(int month, int year) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[static_cast<std::size_t>(month - 1)] + (month == 2 && is_leap(year) ? 1 : 0);
}

// section-spec = section-msgtext / (section-part ["." section-text])
// section-part = nz-number *("." nz-number)
Error fill(Section& out, const Token& name) {
  if (name.kind != Token::Kind::section) return {ErrorCode::wrong_shape, name.offset};
  Cursor cursor(children(name), name.offset);
  if (cursor.peek() != nullptr && cursor.peek()->kind <= Token::Kind::number) {
    const std::string_view spec = cursor.take()->text;
    const std::size_t part = part_end(spec);
    out.part = spec.substr(0, part);
    out.text = spec.substr(part > 0 && part < spec.size() ? part + 1 : part);
    const bool parted = part == 0 || part == spec.size() || (spec[part] == '.' && part + 1 < spec.size());
    if (!parted || (!out.text.empty() && !ascii::is_alpha(out.text.front()))) {
      return {ErrorCode::wrong_shape, name.offset};
    }
  }
  if (cursor.peek() != nullptr && cursor.peek()->is_list()) cursor.list(out.fields);
  if (cursor.peek() != nullptr && cursor.peek()->kind == Token::Kind::origin) {
    std::uint64_t origin = 0;  // of a command only what is before its "."
    const std::string_view text = cursor.take()->text;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), origin);
    if (end.ec != std::errc{} || origin > kNumber64Max) return {ErrorCode::number_out_of_range, name.offset};
    out.origin = origin;
  }
  cursor.finish();
  return cursor.error();
}

}  // namespace

std::uint64_t FetchItem::number() const noexcept {
  return attribute == FetchAttribute::modseq ? children(*value).front().number() : value->number();
}

FetchItems::FetchItems(const Response& response, Tolerances tolerances) noexcept : tolerances_(tolerances) {
  const Siblings arguments = response.arguments();
  if (!response.is_data("FETCH") || arguments.empty() || !arguments.front().is_list() ||
      !arguments.rest().empty()) {
    error_ = {ErrorCode::wrong_shape, response.offset};
    return;
  }
  if (response.number() == 0 || response.number() > kNumberMax) {
    error_ = {ErrorCode::number_out_of_range, response.offset};
    return;
  }
  at_ = arguments.row().data() + 1;
  last_ = at_ + arguments.front().span - 1;
}

bool FetchItems::next(FetchItem& item) noexcept {
  if (error_ || at_ == last_) return false;
  item.name = at_;
  item.value = at_ + at_->span;
  const bool is_name = at_->kind == Token::Kind::atom || at_->kind == Token::Kind::section;
  if (!is_name || item.value == last_) {
    error_ = {ErrorCode::wrong_shape, at_->offset};
    return false;
  }
  item.attribute = attribute_of(*at_);
  error_ = check(item.attribute, *item.value, tolerances_);
  at_ = item.value + item.value->span;
  return !error_;
}

Result<Section> read_section(const Token& name) noexcept {
  return read_with<Section>([&](Section& out) { return fill(out, name); });
}

Result<InternalDate> read_internal_date(std::string_view text) noexcept {
  constexpr std::string_view kShape = "dd-Mon-yyyy hh:mm:ss +zzzz";
  if (text.size() != kShape.size() || text[2] != '-' || text[6] != '-' || text[11] != ' ' ||
      text[14] != ':' || text[17] != ':' || text[20] != ' ' || (text[21] != '+' && text[21] != '-')) {
    return wrong_shape_at(0);
  }
  InternalDate date;
  for (std::size_t i = 0; i < kMonths.size(); ++i) {
    if (ascii::equals_lowered(text.substr(3, 3), kMonths[i])) date.month = static_cast<int>(i) + 1;
  }
  date.day = text[0] == ' ' ? digits(text, 1, 1) : digits(text, 0, 2);  // date-day-fixed
  date.year = digits(text, 7, 4);
  date.hour = digits(text, 12, 2);
  date.minute = digits(text, 15, 2);
  date.second = digits(text, 18, 2);
  const int zone_hours = digits(text, 22, 2);
  const int zone_minutes = digits(text, 24, 2);
  if (date.month == 0) return wrong_shape_at(3);
  if (date.year < 0) return wrong_shape_at(7);
  if (date.day < 1 || date.day > days_of(date.month, date.year)) return wrong_shape_at(0);
  const bool time_fits = date.hour >= 0 && date.hour < 24 && date.minute >= 0 && date.minute < 60 &&
                         date.second >= 0 && date.second <= 60;  // 60: a leap second
  if (!time_fits) return wrong_shape_at(12);
  if (zone_hours < 0 || zone_minutes < 0 || zone_minutes > 59) return wrong_shape_at(21);
  date.zone_minutes = (zone_hours * 60 + zone_minutes) * (text[21] == '-' ? -1 : 1);
  return date;
}

std::int64_t InternalDate::unix_seconds() const noexcept {
  // Counts years from March, so that the leap day is the last day of its year.
  const std::int64_t y = month <= 2 ? year - 1 : year;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t year_of_era = y - era * 400;
  const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  const std::int64_t days = era * 146097 + day_of_era - 719468;
  return days * 86400 + std::int64_t{hour} * 3600 + std::int64_t{minute - zone_minutes} * 60 + second;
}

}  // namespace backtalk::imap
