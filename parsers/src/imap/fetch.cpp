// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/fetch.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "ascii.hpp"
#include "imap/cursor.hpp"
#include "imap/odd_number.hpp"
#include "imap/pairs.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

bool is_binary_size(const Token& section) {
  return ascii::equals_lowered(section.text, "binary.size");
}

FetchAttribute attribute_of(const Token& name) {
  const auto is = [&name](std::string_view lowered) { return ascii::equals_lowered(name.text, lowered); };
  if (name.kind == Token::Kind::section) {
    switch (name.text.size()) {
      case 4: return FetchAttribute::body_section;
      case 6: return FetchAttribute::binary;
      case 11: return is_binary_size(name) ? FetchAttribute::binary_size : FetchAttribute::other;
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

bool is_name(const Token& token) {
  return token.kind == Token::Kind::atom || token.kind == Token::Kind::section;
}

// Of attributes whose value is an nstring.
bool may_be_nil(FetchAttribute attribute) {
  return attribute == FetchAttribute::body_section || attribute == FetchAttribute::binary ||
         attribute == FetchAttribute::rfc822;
}

// The error of a value that does not have its attribute's form; none if it has. Of items without a
// decoder, what might be a name does not count as a value: see is_value_of_unknown().
Error check(FetchAttribute attribute, const Token& value, Tolerances tolerances) {
  const Error wrong{ErrorCode::wrong_shape, value.offset};
  std::uint64_t ignored = 0;
  const auto number = [&](std::uint64_t max, std::uint64_t min, Counts counts) {
    const ErrorCode code = read_number(value, ignored, max, min, tolerances, counts);
    return code == ErrorCode::none ? Error{} : Error{code, value.offset};
  };
  switch (attribute) {
    case FetchAttribute::uid: return number(kNumberMax, 1, Counts::other);
    case FetchAttribute::rfc822_size: return number(kNumber64Max, 0, Counts::size);  // RFC 9051
    case FetchAttribute::binary_size: return number(kNumberMax, 0, Counts::size);
    case FetchAttribute::modseq: {
      if (!value.is_list()) return wrong;
      Cursor cursor(children(value), value.offset, tolerances);
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
    case FetchAttribute::other:
    case FetchAttribute::invalid: return is_name(value) ? wrong : Error{};
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

// header-list = "(" header-fld-name *(SP header-fld-name) ")"
// header-fld-name = astring
Error read_field_names(Cursor& cursor, Siblings& out) {
  const Token* const list = cursor.peek();
  if (!cursor.list(out)) return cursor.error();
  if (out.empty()) return {ErrorCode::wrong_shape, list->offset};
  for (const Token& name : out) {
    if (!name.is_astring()) return {ErrorCode::wrong_shape, name.offset};
  }
  return {};
}

// section-binary  = "[" [section-part] "]"
// section-spec    = section-msgtext / (section-part ["." section-text])
// section-part    = nz-number *("." nz-number)
// section-text    = section-msgtext / "MIME"
// section-msgtext = "HEADER" / "HEADER.FIELDS" [".NOT"] SP header-list / "TEXT"
Error read_spec(Cursor& cursor, bool binary, Section& out) {
  const Token& token = *cursor.peek();
  const Error wrong{ErrorCode::wrong_shape, token.offset};
  if (token.kind > Token::Kind::number) return wrong;
  cursor.take();
  const std::string_view spec = token.text;
  const std::size_t part = part_end(spec);
  out.part = spec.substr(0, part);
  if (part == spec.size()) return {};
  out.text = spec.substr(part > 0 ? part + 1 : 0);
  if (binary || (part > 0 && spec[part] != '.')) return wrong;
  const auto is = [&out](std::string_view lowered) { return ascii::equals_lowered(out.text, lowered); };
  if (is("header") || is("text") || (part > 0 && is("mime"))) return {};
  if (is("header.fields") || is("header.fields.not")) return read_field_names(cursor, out.fields);
  return wrong;
}

// The "<0>" of a partial answer. Of a command only what is before its ".".
Error read_origin(const Token& token, std::optional<std::uint64_t>& out) {
  std::uint64_t origin = 0;
  const auto end = std::from_chars(token.text.data(), token.text.data() + token.text.size(), origin);
  if (end.ec != std::errc{} || origin > kNumber64Max) return {ErrorCode::number_out_of_range, token.offset};
  out = origin;
  return {};
}

// What is between the brackets, and behind them.
Error fill(Section& out, const Token& name) {
  if (name.kind != Token::Kind::section) return {ErrorCode::wrong_shape, name.offset};
  const bool binary = ascii::equals_lowered(name.text.substr(0, 6), "binary");
  Cursor cursor(children(name), name.offset);
  const auto next_is_origin = [&cursor] { return cursor.peek()->kind == Token::Kind::origin; };
  if (!cursor.done() && !next_is_origin()) {
    if (const Error error = read_spec(cursor, binary, out)) return error;
  }
  if (!cursor.done() && next_is_origin() && !is_binary_size(name)) {
    if (const Error error = read_origin(*cursor.take(), out.origin)) return error;
  }
  cursor.finish();
  return cursor.error();
}

// The error of what an item's name holds in brackets.
Error check_section(const Token& name) {
  if (name.span == 1) return {};  // BODY[], or no section
  Section ignored;
  return fill(ignored, name);
}

}  // namespace

std::uint64_t FetchItem::number() const noexcept {
  const Token& token = attribute == FetchAttribute::modseq ? children(*value).front() : *value;
  if (token.is_number() || attribute == FetchAttribute::invalid) return token.number();
  // next() has let it pass.
  return odd_number(token, tolerate::negative_numbers | tolerate::exponents).value_or(0);
}

FetchItems::FetchItems(const Response& response, Tolerances tolerances) noexcept : tolerances_(tolerances) {
  const Siblings arguments = response.arguments();
  if (!response.is_data("FETCH") || arguments.empty() || !arguments.front().is_list()) {
    error_ = {ErrorCode::wrong_shape, response.offset};
    return;
  }
  const Token& number = response.data.front();
  std::uint64_t ignored = 0;
  if (const ErrorCode wrong = read_number(number, ignored, kNumberMax, 1, tolerances);
      wrong != ErrorCode::none) {
    error_ = {wrong, number.offset};
  }
  at_ = arguments.row().data() + 1;
  last_ = at_ + arguments.front().span - 1;
  end_ = arguments.row().data() + arguments.row().size();
  // msg-att = "(" (msg-att-dynamic / msg-att-static) *(SP (msg-att-dynamic / msg-att-static)) ")"
  const bool has_items = at_ != last_ || tolerances.has(tolerate::empty_fetch);
  if (!has_items && !error_) error_ = {ErrorCode::wrong_shape, arguments.front().offset};
}

bool FetchItems::next(FetchItem& item) noexcept {
  while (at_ != last_ || leave_list()) {
    item.name = at_;
    item.value = at_ + at_->span;
    if (is_name(*at_) && item.value != last_) {
      item.attribute = attribute_of(*at_);
      item.error = check_section(*at_);
      if (!item.error) item.error = check(item.attribute, *item.value, tolerances_);
      if (!item.error) {
        at_ = item.value + item.value->span;
        return true;
      }
    } else if (enter_list()) {
      continue;
    }
    take_odd(item);
    if (!error_) error_ = item.error;
    return true;
  }
  return false;
}

// At the end of a list of items inside the items, or of the items. False if that was all.
bool FetchItems::leave_list() noexcept {
  if (outer_ != nullptr) {
    last_ = std::exchange(outer_, nullptr);
    if (at_ != last_) return true;
  }
  if (last_ != end_ && !error_) error_ = {ErrorCode::wrong_shape, last_->offset};
  return false;
}

// A list where an item's name should be: its elements are items, if that is tolerated. In such a
// list another one only at its end, so that one place to return to is enough.
bool FetchItems::enter_list() noexcept {
  if (!tolerances_.has(tolerate::nested_items) || !at_->is_list() || at_->span == 1) return false;
  const Token* const list_end = at_ + at_->span;
  if (list_end != last_) {
    if (outer_ != nullptr) return false;
    outer_ = std::exchange(last_, list_end);
  }
  ++at_;
  return true;
}

// What is not a name and a value of the forms that belong to its attribute. Goes on where the next
// item is likely to begin.
void FetchItems::take_odd(FetchItem& item) noexcept {
  const Error wrong_value = item.error;
  const Token* const name = std::exchange(at_, at_ + at_->span);
  item.attribute = FetchAttribute::invalid;
  item.value = item.name;
  item.error = {ErrorCode::wrong_shape, name->offset};
  if (!is_name(*name)) {
    if (name->is_list() && name->span > 1 && is_name(name[1])) item.name = name + 1;
    const bool is_pair = !name->is_list() && at_ != last_ && !at_->is_list() && !is_name(*at_);
    if (is_pair) item.value = std::exchange(at_, at_ + at_->span);
    return;
  }
  const FetchAttribute attribute = attribute_of(*name);
  const auto names_item = [](const Token& token) {
    return is_name(token) && attribute_of(token) != FetchAttribute::other;
  };
  if (at_ == last_ || value_is_missing(*at_, last_, attribute != FetchAttribute::other, names_item)) {
    item.value = &detail::no_token;
    if (!may_be_nil(attribute) || !tolerances_.has(tolerate::missing_values)) return;
    item.error = check_section(*name);
    if (!item.error) item.attribute = attribute;
    return;
  }
  item.value = std::exchange(at_, at_ + at_->span);
  if (attribute == FetchAttribute::other) {
    item.attribute = attribute;
    item.error = {};
  } else {
    item.error = wrong_value;
  }
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
