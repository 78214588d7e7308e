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
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  constexpr auto kOld = std::bit_cast<std::uint64_t>(std::array{'H', 'T', 'T', 'P', '/', '1', '.', '0'});
  constexpr auto kNew = std::bit_cast<std::uint64_t>(std::array{'H', 'T', 'T', 'P', '/', '1', '.', '1'});
  return (word & ~(kOld ^ kNew)) == kOld;
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
  alignas(64) std::array<std::uint16_t, kMarks> marks;
  const std::size_t stop = std::min(size, scan_octets_max_);
  if (stop <= done_) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(base);
  const simd::FieldScan found = kernels_->scan_fields(bytes, done_, stop, marks.data(), marks.size());
  work::examined((found.ended ? marks[found.marks - 1] + std::size_t{1} : stop) - done_);
  scan_pays_ = found.clean;
  if (!found.clean) return false;
  std::span<const std::uint16_t> lines{marks.data(), found.marks & ~std::size_t{1}};
  // Where all lines together are not too long none of them is; otherwise the machine is to say which.
  if (!lines.empty() && lines.back() >= line_begin_ + limits_.line_octets_max) {
    scan_pays_ = false;
    return false;
  }
  if (at_ == At::first) {
    if (lines.empty() || !take_start_line(base, lines[0], lines[1])) return false;
    lines = lines.subspan(2);
  }
  // The empty line that ended the section is the last of them.
  scan_pays_ = take_field_lines(base, lines.first(lines.size() - (found.ended ? 2 : 0)));
  if (!scan_pays_) return false;
  if (found.ended) {
    done_ = lines.back() + std::size_t{1};
    return true;
  }
  // With fewer marks all was scanned.
  if (stop == size && found.marks + simd::kFieldMarksSpare <= marks.size()) {
    take_cut_line(base, size, {marks.data(), found.marks});
  }
  return false;
}

// Has the machine go on at the end of base[0, size), of which all was scanned: the field line that is cut
// there is plain so far. Where it is not, or a limit is near, the machine is to read it from its beginning.
void HeadReader::take_cut_line(const char* base, std::size_t size,
                               std::span<const std::uint16_t> marks) noexcept {
  if (line_begin_ == size || field_count_ == limits_.fields_max) return;
  if (size >= octets_max_ || size - line_begin_ >= limits_.line_octets_max) return;
  if (marks.size() % 2 == 0) {
    at_ = At::name;
  } else {
    name_end_ = marks.back();
    if (name_end_ == line_begin_ || base[name_end_] != ':') return;
    value_begin_ = name_end_ + 1;
    at_ = base[size - 1] == '\r' ? At::value_cr : At::value;
  }
  done_ = size;
}

bool HeadReader::take_start_line(const char* base, std::size_t mark, std::size_t line_feed) {
  const std::size_t octets = line_feed + 1 - line_begin_;
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
  const auto digit = [line](std::size_t at) { return static_cast<unsigned char>(line[at]) - unsigned{'0'}; };
  const unsigned hundreds = digit(9);
  const unsigned tens = digit(10);
  const unsigned ones = digit(11);
  if (hundreds - 1 > 4) return false;
  if (tens > 9) return false;
  if (ones > 9) return false;
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
  const std::size_t first = field_count_;
  std::size_t wanted = marks.size() / 2;
  if (first + wanted > field_room_) [[unlikely]] {
    wanted = std::min(wanted, limits_.fields_max - first);
    need_fields(first + wanted);
  }
  Field* const begin = fields_.data() + first;
  Field* const end = begin + wanted;
  Field* field = begin;
  // Those that could frame the body, by the lengths of their names.
  std::array<std::uint16_t, kMarks / 2> framing;
  std::size_t framing_count = 0;
  const char* line = base + line_begin_;
  for (const std::uint16_t* mark = marks.data(); field != end; ++field, mark += 2) {
    const char* const colon = base + mark[0];
    const char* const line_feed = base + mark[1];
    const auto name_octets = static_cast<std::size_t>(colon - line);
    if (name_octets == 0) break;
    if (is_plain(colon, line_feed)) [[likely]] {
      field->value = {colon + 2, static_cast<std::size_t>(line_feed - colon - 3)};
    } else if (*colon == ':') {
      field->value = trimmed(colon + 1, line_feed - 1);
    } else {
      break;
    }
    field->name = {line, name_octets};
    framing[framing_count] = static_cast<std::uint16_t>(field - begin);
    framing_count += kFramingLengths >> (name_octets & 31) & 1;
    line = line_feed + 1;
  }
  field_count_ = static_cast<std::size_t>(field - fields_.data());
  done_ = line_begin_ = static_cast<std::size_t>(line - base);
  for (std::size_t i = 0; i < framing_count; ++i) {
    if (!framing_.take_first_length(begin[framing[i]]) && !check_framing(base, first + framing[i]))
      return false;
  }
  return static_cast<std::size_t>(field - begin) == marks.size() / 2;
}

// Has a field say how the body is framed. Where it is wrong the machine is to find that out: everything from
// its line on is given back, and the result is false.
bool HeadReader::check_framing(const char* base, std::size_t index) {
  const Field& field = fields_[index];
  const auto at = static_cast<std::size_t>(field.name.data() - base);
  if (!FramingFields::may_frame(field.name.size()) ||
      !framing_.take(field, offset_ + at, start_line_.minor)) {
    return true;
  }
  done_ = line_begin_ = at;
  field_count_ = index;
  return false;
}

}  // namespace backtalk::http
