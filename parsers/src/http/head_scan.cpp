// Whole lines of a head at once, where they are plain: what the SIMD scan marks, checked and turned into
// fields. Whatever is not plain is left where it is, for the machine of head_reader.cpp to read and to judge.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "backtalk/http/head_reader.hpp"
#include "http/octets.hpp"
#include "simd/kernels.hpp"
#include "work.hpp"

namespace backtalk::http {
namespace {

constexpr std::size_t kMarks = 512;

// Bit n is set where a name of n bytes, or 32 more, 64 more and so on, may be one that frames the body.
constexpr std::uint32_t kFramingLengths = 1U << 14 | 1U << 17;
static_assert(FramingFields::may_frame(14) && FramingFields::may_frame(17));

bool starts_with_version(const char* text) {
  return std::memcmp(text, "HTTP/1.", 7) == 0 && (text[7] | 1) == '1';
}

// field-name ":" SP field-content, without white space at its end: by far the most frequent form.
bool is_plain(const char* colon, const char* line_feed) {
  std::uint16_t pair = 0;  // ": " at once
  std::memcpy(&pair, colon, sizeof pair);
  constexpr auto kPair = std::bit_cast<std::uint16_t>(std::array{':', ' '});
  return pair == kPair && static_cast<unsigned char>(colon[2]) > ' ' &&
         static_cast<unsigned char>(line_feed[-2]) > ' ';
}

std::string_view trimmed(const char* begin, const char* end) {
  while (begin < end && is_space(*begin)) ++begin;
  while (begin < end && is_space(end[-1])) --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

// Reads whole lines of base[done_, size) as far as they are plain. True where the section ended with them.
[[gnu::flatten]] bool HeadReader::scan(const char* base, std::size_t size) {
  std::array<std::uint16_t, kMarks> marks;
  const std::size_t stop = std::min({size, octets_max_, simd::kFieldScanMax});
  if (stop <= done_) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(base);
  const simd::FieldScan found = kernels_->scan_fields(bytes, done_, stop, marks.data(), marks.size());
  work::examined((found.ended ? marks[found.marks - 1] + std::size_t{1} : stop) - done_);
  scan_pays_ = found.clean;
  if (!found.clean) return false;
  std::span<const std::uint16_t> lines{marks.data(), found.marks & ~std::size_t{1}};
  if (at_ == At::first) {
    if (lines.empty() || !take_start_line(base, lines[0], lines[1])) return false;
    lines = lines.subspan(2);
  }
  if (!found.ended) {
    scan_pays_ = take_field_lines(base, lines);
    return false;
  }
  // The empty line that ended the section is the last of them: it is no start line.
  scan_pays_ = take_field_lines(base, lines.first(lines.size() - 2));
  if (!scan_pays_) return false;
  done_ = lines.back() + std::size_t{1};
  return true;
}

bool HeadReader::take_start_line(const char* base, std::size_t mark, std::size_t line_feed) {
  const std::size_t octets = line_feed + 1 - line_begin_;
  if (octets > limits_.line_octets_max) return false;
  const char* line = base + line_begin_;
  const bool taken = section_ == Section::response_head ? take_status_line(line, octets)
                                                        : take_request_line(line, mark - line_begin_, octets);
  if (!taken) return false;
  done_ = line_begin_ = line_feed + 1;
  at_ = At::line_begin;
  return true;
}

// "HTTP/1.1 200 OK" CRLF
bool HeadReader::take_status_line(const char* line, std::size_t octets) {
  constexpr std::size_t kReason = 13;
  if (octets < kReason + 2 || !starts_with_version(line) || line[8] != ' ' || line[12] != ' ') return false;
  const unsigned hundreds = static_cast<unsigned char>(line[9]) - unsigned{'0'};
  const unsigned tens = static_cast<unsigned char>(line[10]) - unsigned{'0'};
  const unsigned ones = static_cast<unsigned char>(line[11]) - unsigned{'0'};
  if (hundreds - 1 > 4 || tens > 9 || ones > 9) return false;
  start_line_.minor = static_cast<std::uint8_t>(line[7] - '0');
  start_line_.status = static_cast<std::uint16_t>(hundreds * 100 + tens * 10 + ones);
  start_begin_ = line_begin_ + kReason;
  start_end_ = line_begin_ + octets - 2;
  return true;
}

// "GET /path HTTP/1.1" CRLF
bool HeadReader::take_request_line(const char* line, std::size_t method_octets, std::size_t octets) {
  constexpr std::size_t kTail = 11;  // SP HTTP/1.1 CRLF
  if (method_octets == 0 || line[method_octets] != ' ' || octets < method_octets + 2 + kTail) return false;
  const std::size_t target_end = octets - kTail;
  const std::size_t target_begin = method_octets + 1;
  if (line[target_end] != ' ' || !starts_with_version(line + target_end + 1)) return false;
  if (!all_visible({line + target_begin, target_end - target_begin})) return false;
  start_line_.minor = static_cast<std::uint8_t>(line[target_end + 8] - '0');
  method_end_ = line_begin_ + method_octets;
  start_begin_ = line_begin_ + target_begin;
  start_end_ = line_begin_ + target_end;
  return true;
}

// Takes the field lines that the marks are about, in order. False where it stops before the last of them.
bool HeadReader::take_field_lines(const char* base, std::span<const std::uint16_t> marks) {
  if (marks.empty()) return true;
  // Where all lines together are not too long none of them is; otherwise the machine is to say which.
  if (marks.back() >= line_begin_ + limits_.line_octets_max) return false;
  const std::size_t first = field_count_;
  const std::size_t wanted = std::min(marks.size() / 2, limits_.fields_max - first);
  need_fields(first + wanted);
  Field* field = fields_.data() + first;
  const std::uint16_t* mark = marks.data();
  std::size_t line = line_begin_;
  std::size_t framing = 0;       // how many of the fields could frame the body, by the length of their names
  std::size_t last_framing = 0;  // the last of them
  std::size_t taken = 0;
  for (; taken < wanted; ++taken, ++field, mark += 2) {
    const std::size_t colon = mark[0];
    const std::size_t line_feed = mark[1];
    if (colon == line) break;
    if (is_plain(base + colon, base + line_feed)) [[likely]] {
      field->value = {base + colon + 2, line_feed - colon - 3};
    } else if (base[colon] == ':') {
      field->value = trimmed(base + colon + 1, base + line_feed - 1);
    } else {
      break;
    }
    field->name = {base + line, colon - line};
    const std::uint32_t frames = kFramingLengths >> ((colon - line) & 31) & 1;
    framing += frames;
    last_framing = frames != 0 ? taken : last_framing;
    line = line_feed + 1;
  }
  field_count_ = first + taken;
  done_ = line_begin_ = line;
  if (framing != 0) {
    const std::size_t from = framing == 1 ? first + last_framing : first;
    if (!check_framing(base, from, first + last_framing)) return false;
  }
  return taken == marks.size() / 2;
}

// Has the fields from `first` to `last` say how the body is framed. Where one of them is wrong the machine is
// to find that out: everything from its line on is given back, and the result is false.
[[gnu::flatten]] bool HeadReader::check_framing(const char* base, std::size_t first, std::size_t last) {
  for (std::size_t i = first; i <= last; ++i) {
    const Field& field = fields_[i];
    if (!FramingFields::may_frame(field.name.size())) continue;
    const auto at = static_cast<std::size_t>(field.name.data() - base);
    if (framing_.take(field, offset_ + at, start_line_.minor)) {
      done_ = line_begin_ = at;
      field_count_ = i;
      return false;
    }
  }
  return true;
}

}  // namespace backtalk::http
