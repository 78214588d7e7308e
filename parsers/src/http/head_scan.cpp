// SPDX-License-Identifier: Apache-2.0 OR MIT
// Takes complete, plain lines of a head at once: checks what the SIMD scan marked and turns it into
// fields. Anything that is not plain is left untouched for the state machine of head_reader.cpp.
#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "backtalk/detail/http/head_reader.hpp"
#include "http/octets.hpp"
#include "simd/kernels.hpp"
#include "work.hpp"

namespace backtalk::http::detail {
namespace {

constexpr std::size_t kMarks = 512;
constexpr std::size_t kStatusOctets = 13;                    // HTTP-version SP status-code SP
constexpr std::size_t kPieceLinesMax = simd::kPieceMax / 4;  // "A:" CRLF

// One bit for each length of the names of framing fields.
consteval std::uint64_t framing_bits() {
  std::uint64_t bits = 0;
  for (unsigned octets = 0; octets < 64; ++octets) {
    bits |= std::uint64_t{FramingFields::may_frame(octets)} << octets;
  }
  return bits;
}
constexpr std::uint64_t kFramingBits = framing_bits();

bool starts_with_version(const char* text) {
  std::uint64_t word = 0;
  std::memcpy(&word, text, sizeof word);
  constexpr auto kOld = std::bit_cast<std::uint64_t>(std::array{'H', 'T', 'T', 'P', '/', '1', '.', '0'});
  constexpr auto kNew = std::bit_cast<std::uint64_t>(std::array{'H', 'T', 'T', 'P', '/', '1', '.', '1'});
  return (word & ~(kOld ^ kNew)) == kOld;
}

// field-name ":" SP field-content, without white space at its end: by far the most frequent form.
// Three octets after the colon are read, however short the line is.
bool is_plain(const char* colon, const char* line_feed) {
  // ": x" at once, with the least possible "x" and any octet after it.
  constexpr std::uint32_t kFirst = 0x3A202100;
  constexpr std::uint32_t kLast = 0x3A20FFFF;
  std::uint32_t word = 0;
  std::memcpy(&word, colon, sizeof word);
  if constexpr (std::endian::native == std::endian::little) word = __builtin_bswap32(word);
  return word - kFirst <= kLast - kFirst && static_cast<unsigned char>(line_feed[-2]) > ' ';
}

// The result of take_plain_lines().
struct PlainLines {
  const std::uint16_t* mark;  // of the first line that is not plain; the end if all are
  std::size_t framing;        // the number of fields that may frame the body
};

// Makes fields of the plain field lines with the marks [mark, end), the first of which begins at
// base[line]. A line that ends less than three octets after its colon must have two more readable
// octets behind it. `framing` receives the fields that may frame the body, by the lengths of their
// names, and those without a name. A separate function, because its loop runs out of registers when
// it is inlined.
[[gnu::noinline]] PlainLines take_plain_lines(const char* base, std::size_t line, const std::uint16_t* mark,
                                              const std::uint16_t* end, Field* field, const Field** framing) {
  std::size_t count = 0;
  const char* name = base + line;
  while (mark != end) {
    const char* const colon = base + mark[0];
    const char* const line_feed = base + mark[1];
    if (!is_plain(colon, line_feed)) [[unlikely]] {
      break;
    }
    const auto name_octets = static_cast<std::size_t>(colon - name);
    field->name = {name, name_octets};
    field->value = {colon + 2, static_cast<std::size_t>(line_feed - colon - 3)};
    framing[count] = field;
    count += (kFramingBits | 1) >> (name_octets % 64) & 1;
    name = line_feed + 1;
    mark += 2;
    ++field;
    asm("" : "+r"(mark), "+r"(field),
             "+r"(name));  // keeps Clang from merging both counters
  }
  return {mark, count};
}

std::string_view trimmed(const char* begin, const char* end) {
  while (begin < end && is_space(*begin)) ++begin;
  while (begin < end && is_space(end[-1])) --end;
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

// Reads complete lines of base[done_, size) as far as they are plain. True if the section ended
// with them.
[[gnu::flatten]] bool HeadReader::scan(const char* base, std::size_t size) {
  return scan_from(base, size, done_, at_ == At::first);
}

// Reads a window in which the section begins: usually it also ends there, and all its lines are
// plain. Anything else falls through to `read_scanned`, unchanged.
[[gnu::flatten]] HeadReader::Status HeadReader::read_whole(std::string_view window, std::size_t& used) {
  std::array<std::uint16_t, kMarks> marks;
  const char* const base = window.data();
  const std::size_t stop = std::min(window.size(), scan_octets_max_);
  const auto* bytes = reinterpret_cast<const unsigned char*>(base);
  const simd::FieldScan found = kernels_->scan_fields(bytes, 0, stop, marks.data(), kMarks);
  if (!found.clean || !found.ended || !take_plain_head(base, {marks.data(), found.marks})) [[unlikely]] {
    return read_scanned(window, used, found, marks.data());
  }
  used = done_;
  return Status::whole;
}

// With tolerances that the scan does not know, it says only whether all lines are plain. A server
// that has sent others is likely to do so again: each of its sections would be scanned in vain, and
// without CRLF the scan does not even find their ends. One that is cut may be plain.
HeadReader::Status HeadReader::read_not_plain(std::string_view window, std::size_t& used,
                                              const simd::FieldScan& found, const std::uint16_t* marks) {
  plain_helps_ = found.clean && !found.ended && found.marks + simd::kFieldMarksSpare <= kMarks;
  const bool whole = found.clean && found.ended;
  work::examined(whole ? marks[found.marks - 1] + std::size_t{1} : std::min(window.size(), scan_octets_max_));
  return read_on(window, used, false);
}

[[gnu::noinline]] HeadReader::Status HeadReader::read_scanned(std::string_view window, std::size_t& used,
                                                              const simd::FieldScan& found,
                                                              const std::uint16_t* marks) {
  if (!scan_helps_) return read_not_plain(window, used, found, marks);
  if (!take_scanned(window.data(), window.size(), 0, true, found, marks)) {
    return read_on(window, used, true);
  }
  used = done_;
  return end_section(window.data());
}

// Reads the whole section if every line of it is plain. Otherwise returns false; the only state
// touched is rewritten before it is read.
[[gnu::always_inline]] inline bool HeadReader::take_plain_head(const char* base,
                                                               std::span<const std::uint16_t> marks) {
  const std::size_t last = marks.back();
  const std::size_t lines = marks.size() / 2 - 2;  // except the first and the empty one
  if (last >= limits_.line_octets_max || lines > field_room_) return false;
  const std::size_t line_feed = marks[1];
  if (section_ == Section::response_head) {
    if (line_feed < kStatusOctets + 1 || !take_status(base)) return false;
    start_line_.reason = {base + kStatusOctets, line_feed - 1 - kStatusOctets};
  } else {
    if (!take_request_line(base, 0, marks[0], line_feed + 1)) return false;
    start_line_.method = {base, method_end_};
    start_line_.target = {base + start_begin_, start_end_ - start_begin_};
  }
  std::array<const Field*, kMarks / 2> framing;
  const std::uint16_t* const lines_end = marks.data() + 2 + 2 * lines;
  const PlainLines plain =
      take_plain_lines(base, line_feed + 1, marks.data() + 2, lines_end, fields_.data(), framing.data());
  if (plain.mark != lines_end) return false;
  if (!take_framing(base, {framing.data(), plain.framing})) [[unlikely]] {
    framing_.begin();
    return false;
  }
  field_count_ = lines;
  done_ = last + 1;
  work::examined(done_);
  return true;
}

// Applies Content-Length and Transfer-Encoding fields to the framing state. False if one of them is
// invalid, or if a field has no name.
[[gnu::always_inline]] inline bool HeadReader::take_framing(const char* base,
                                                            std::span<const Field* const> fields) {
  if (fields.empty()) return true;
  std::size_t taken = framing_.take_sole_length(*fields.front()) ? 1 : 0;
  for (; taken < fields.size(); ++taken) {
    if (!take_framing_field(base, *fields[taken])) return false;
  }
  return true;
}

// False if the field is invalid or has no name.
[[gnu::always_inline]] inline bool HeadReader::take_framing_field(const char* base, const Field& field) {
  const auto at = static_cast<std::size_t>(field.name.data() - base);
  return !field.name.empty() && !framing_.take(field, offset_ + at, start_line_.minor);
}

// The same for a window that continues the buffered section at the beginning of a line. Fields are
// views of the window.
[[gnu::flatten]] bool HeadReader::scan_behind(std::string_view window) {
  const std::size_t begin = held_size_;
  offset_ += begin;
  octets_max_ -= begin;
  done_ = line_begin_ = 0;
  const bool ended = scan_from(window.data(), std::min(window.size(), octets_max_), 0, false);
  offset_ -= begin;
  octets_max_ += begin;
  done_ += begin;
  line_begin_ += begin;
  name_end_ += begin;
  value_begin_ += begin;
  return ended;
}

[[gnu::always_inline]] inline bool HeadReader::scan_from(const char* base, std::size_t size,
                                                         std::size_t begin, bool start_line) {
  std::array<std::uint16_t, kMarks> room;
  std::uint16_t* const marks = room.data();
  const std::size_t stop = std::min(size, scan_octets_max_);
  if (stop <= begin) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(base);
  const simd::FieldScan found = kernels_->scan_fields(bytes, begin, stop, marks, kMarks);
  return take_scanned(base, size, begin, start_line, found, marks);
}

// Takes what the scan found in base[begin, size), or in as much of it as one scan covers, as far as
// it is plain.
[[gnu::always_inline]] inline bool HeadReader::take_scanned(const char* base, std::size_t size,
                                                            std::size_t begin, bool start_line,
                                                            const simd::FieldScan& found,
                                                            const std::uint16_t* marks) {
  const std::size_t stop = std::min(size, scan_octets_max_);
  work::examined((found.ended ? marks[found.marks - 1] + std::size_t{1} : stop) - begin);
  scan_pays_ = false;
  if (!found.clean) return false;
  const std::size_t count = found.marks & ~std::size_t{1};
  // If all lines together are not too long, none of them is; otherwise the machine finds out which
  // one.
  const std::size_t last = count == 0 ? begin : marks[count - 1];
  if (last - begin >= limits_.line_octets_max) return false;
  std::size_t first = 0;
  if (start_line) {
    if (count == 0 || !take_start_line(base, begin, marks[0], marks[1])) {
      scan_pays_ = true;
      return false;
    }
    first = 2;
  }
  // The last one is the empty line that ended the section.
  const std::size_t end = found.ended ? count - 2 : count;
  if (!take_field_lines(base, {marks + first, end - first})) return false;
  scan_pays_ = true;
  if (found.ended) {
    done_ = last + 1;
    return true;
  }
  // With fewer marks, everything was scanned.
  if (stop == size && found.marks + simd::kFieldMarksSpare <= kMarks) {
    take_cut_line(base, size, {marks, found.marks});
  }
  return false;
}

// Makes the machine continue at the end of base[0, size), all of which was scanned, if the field
// line that is cut there is plain so far. If it is not, or a limit is near, the machine reads it
// from its beginning.
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

// The kernel classifies the octets of a short piece while it copies them. Whatever is not plain is
// buffered with the rest and left to the machine.
bool HeadReader::absorb(std::string_view piece) {
  const std::size_t octets = piece.size();
  if (!is_piece(octets) || !copy_helps_ || error_ || !fits_piece(octets)) return false;
  if (field_count_ + kPieceLinesMax >= limits_.fields_max) return false;
  if (at_ == At::first && section_ == Section::response_head && octets >= kStatusOctets + 3 &&
      take_status(piece.data())) {
    start_begin_ = done_ = held_size_ + kStatusOctets;
    at_ = At::reason;
  }
  if (!is_at(kPlaces)) return false;
  stop_absorbing();
  const std::size_t begin = held_size_;
  const simd::PieceScan found =
      kernels_->copy_piece(reinterpret_cast<const unsigned char*>(piece.data()), octets,
                           is_at(kPlacesAfterCr), reinterpret_cast<unsigned char*>(held_.get() + begin));
  held_size_ = begin + octets;
  work::examined(2 * octets);
  return found.clean() && take_piece(piece, begin, found.token, found.line_feed);
}

// Takes the piece at held_[begin] as far as it is plain; `token` and `line_feed` have one bit for
// each of its octets. True if all of it is plain.
[[gnu::always_inline]] inline bool HeadReader::take_piece(std::string_view piece, std::size_t begin,
                                                          std::uint64_t token, std::uint64_t line_feed) {
  // As in the scan, a carry runs through each name and stops after it.
  const std::uint64_t there = (std::uint64_t{1} << piece.size()) - 1;
  const std::uint64_t lines = line_feed << 1 | (at_ == At::line_begin ? 1 : 0);
  const std::uint64_t run = token + (lines | (at_ == At::name ? 1 : 0));
  std::uint64_t names = run & ~token & there;
  // Where a line that is not plain begins (most often the empty line), or a name ends without a
  // colon.
  std::uint64_t odd = lines & ~token & there;
  for (std::uint64_t ends = names; ends != 0; ends &= ends - 1) {
    if (piece[static_cast<std::size_t>(std::countr_zero(ends))] != ':') odd |= ends & (~ends + 1);
  }
  const std::uint64_t plain = odd == 0 ? there : (odd & (~odd + 1)) - 1;
  names &= plain;
  for (std::uint64_t ends = line_feed & plain; ends != 0; ends &= ends - 1) {
    const auto end = static_cast<std::size_t>(std::countr_zero(ends));
    const std::uint64_t behind = ~std::uint64_t{0} << end;
    done_ = begin + end;
    if (is_at(kPlacesOfStartLine)) {
      if (at_ == At::reason) start_end_ = done_ - 1;
      ++done_;
      (void)end_start_line();
    } else {
      take_name_end(names & ~behind, begin);
      if (end_field_line(held_.get(), done_ - 1) == Status::error) [[unlikely]] {
        wait_for_fold();
        return done_ == held_size_;
      }
    }
    names &= behind;
  }
  if (odd == 0) {
    take_name_end(names, begin);
    stop_behind(piece.back() == '\r', (run >> piece.size() & 1) != 0);
    return true;
  }
  // A name without a colon continues at its end.
  done_ = begin + static_cast<std::size_t>(std::countr_zero(odd));
  if (done_ != line_begin_) at_ = At::name;
  return false;
}

// The name of the current line ends at the first of these positions, if there is one.
[[gnu::always_inline]] inline void HeadReader::take_name_end(std::uint64_t ends, std::size_t begin) noexcept {
  if (ends == 0) return;
  name_end_ = begin + static_cast<std::size_t>(std::countr_zero(ends));
  value_begin_ = name_end_ + 1;
}

// Moves to the end of the buffer.
[[gnu::always_inline]] inline void HeadReader::stop_behind(bool after_cr, bool in_name) noexcept {
  done_ = held_size_;
  if (!is_at(kPlacesOfStartLine)) {
    const At name = line_begin_ == done_ ? At::line_begin : At::name;
    const At value = after_cr ? At::value_cr : At::value;
    at_ = in_name ? name : value;
  } else if (after_cr) {
    start_end_ = done_ - 1;
    at_ = At::start_cr;
  }
}

[[gnu::always_inline]] inline bool HeadReader::take_start_line(const char* base, std::size_t begin,
                                                               std::size_t mark, std::size_t line_feed) {
  const std::size_t octets = line_feed + 1 - begin;
  const char* line = base + begin;
  const bool taken = section_ == Section::response_head
                         ? take_status_line(line, begin, octets)
                         : take_request_line(line, begin, mark - begin, octets);
  if (!taken) return false;
  done_ = line_begin_ = line_feed + 1;
  at_ = At::line_begin;
  return true;
}

// "HTTP/1.1 200 OK" CRLF
[[gnu::always_inline]] inline bool HeadReader::take_status_line(const char* line, std::size_t begin,
                                                                std::size_t octets) {
  if (octets < kStatusOctets + 2 || !take_status(line)) return false;
  start_begin_ = begin + kStatusOctets;
  start_end_ = begin + octets - 2;
  return true;
}

// "HTTP/1.1 200 ", which is kStatusOctets long; three more octets are readable.
[[gnu::always_inline]] inline bool HeadReader::take_status(const char* line) {
  if (std::endian::native != std::endian::little || !starts_with_version(line)) return false;
  // SP 3DIGIT SP: XOR with " 000 " leaves the values of the digits.
  constexpr std::uint64_t kForm = 0x20'3030'3020;
  constexpr std::uint64_t kTooMuch = 0x7F'7676'767F;  // brings the rest of an invalid octet to 0x80
  std::uint64_t word = 0;
  std::memcpy(&word, line + 8, sizeof word);
  word = (word & 0xFF'FFFF'FFFF) ^ kForm;
  if ((((word + kTooMuch) | word) & 0x80'8080'8080) != 0) return false;
  const auto digit = [word](unsigned at) { return static_cast<unsigned>(word >> (8 * at)) & 0xFF; };
  const unsigned status = digit(1) * 100 + digit(2) * 10 + digit(3);
  if (status - 100 >= 500) return false;
  start_line_.minor = static_cast<std::uint8_t>(line[7] - '0');
  start_line_.status = static_cast<std::uint16_t>(status);
  return true;
}

// "GET /path HTTP/1.1" CRLF
inline bool HeadReader::take_request_line(const char* line, std::size_t begin, std::size_t method_octets,
                                          std::size_t octets) {
  constexpr std::size_t kTail = 11;  // SP HTTP/1.1 CRLF
  if (method_octets == 0 || line[method_octets] != ' ' || octets < method_octets + 2 + kTail) return false;
  const std::size_t target_end = octets - kTail;
  const std::size_t target_begin = method_octets + 1;
  if (line[target_end] != ' ' || !starts_with_version(line + target_end + 1)) return false;
  if (!all_visible({line + target_begin, target_end - target_begin})) return false;
  start_line_.minor = static_cast<std::uint8_t>(line[target_end + 8] - '0');
  method_end_ = begin + method_octets;
  start_begin_ = begin + target_begin;
  start_end_ = begin + target_end;
  return true;
}

// Takes the field lines with these marks, in order. False if it stops before the last one.
[[gnu::always_inline]] inline bool HeadReader::take_field_lines(const char* base,
                                                                std::span<const std::uint16_t> marks) {
  const std::size_t first = field_count_;
  std::size_t wanted = marks.size() / 2;
  if (first + wanted > field_room_) [[unlikely]] {
    wanted = std::min(wanted, limits_.fields_max - first);
    need_fields(first + wanted);
  }
  Field* field = fields_.data() + first;
  std::array<const Field*, kMarks / 2> framing;
  std::size_t framing_count = 0;
  const std::uint16_t* mark = marks.data();
  const std::uint16_t* const end = mark + 2 * wanted;
  // Nothing may be readable after the last line.
  const std::uint16_t* const plain_end = mark != end && end[-1] - end[-2] < 3 ? end - 2 : end;
  while (mark != end) {
    if (mark != plain_end) {
      const PlainLines plain =
          take_plain_lines(base, line_begin_, mark, plain_end, field, framing.data() + framing_count);
      framing_count += plain.framing;
      field += (plain.mark - mark) / 2;
      if (plain.mark != mark) line_begin_ = plain.mark[-1] + std::size_t{1};
      mark = plain.mark;
      if (mark == end) break;
    }
    if (!take_odd_line(base, mark, *field)) break;
    framing[framing_count] = field;
    framing_count += kFramingBits >> (field->name.size() % 64) & 1;
    ++field;
    line_begin_ = mark[1] + std::size_t{1};
    mark += 2;
  }
  field_count_ = static_cast<std::size_t>(field - fields_.data());
  done_ = line_begin_;
  for (std::size_t i = 0; i < framing_count; ++i) {
    if (!check_framing(base, static_cast<std::size_t>(framing[i] - fields_.data()))) return false;
  }
  return field_count_ - first == marks.size() / 2;
}

// field-name ":" OWS field-value OWS
bool HeadReader::take_odd_line(const char* base, const std::uint16_t* mark, Field& field) const noexcept {
  const char* const colon = base + mark[0];
  const auto name_octets = mark[0] - line_begin_;
  if (name_octets == 0 || *colon != ':') return false;
  field.name = {base + line_begin_, name_octets};
  field.value = trimmed(colon + 1, base + mark[1] - 1);
  return true;
}

// Applies a field to the framing state. If it is invalid or has no name, everything from its line
// on is given back for the machine to report, and the result is false.
[[gnu::always_inline]] inline bool HeadReader::check_framing(const char* base, std::size_t index) {
  const Field& field = fields_[index];
  if (framing_.take_first_length(field) || take_framing_field(base, field)) return true;
  done_ = line_begin_ = static_cast<std::size_t>(field.name.data() - base);
  field_count_ = index;
  return false;
}

}  // namespace backtalk::http::detail
