// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The start line and field lines of an HTTP message, or the field lines of a trailer section, read
/// as they arrive. The layer below ResponseParser and RequestParser.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/http/framing_fields.hpp"
#include "backtalk/error.hpp"
#include "backtalk/http/field.hpp"
#include "backtalk/http/head.hpp"
#include "backtalk/http/limits.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::simd {
struct FieldScan;
struct Kernels;
}  // namespace backtalk::simd

namespace backtalk::http::detail {

/// The parts of the start line.
struct StartLine {
  std::uint8_t minor = 1;    ///< of HTTP/1.minor; 0 with "ICY"
  std::uint16_t status = 0;  ///< of a response
  std::string_view reason;   ///< of a response
  std::string_view method;   ///< of a request
  std::string_view target;   ///< of a request
};

/// Reads one section at a time.
///
/// Two engines share the work. A state machine, which takes one byte at a time, knows the whole
/// grammar and finds every error. A SIMD scan takes as many complete, plain lines at once as it can
/// and leaves everything else to the machine, so the code and offset of an error depend neither on
/// the cuts nor on the SIMD target.
///
/// Errors are reported in the order in which a reader that takes one byte at a time meets them: an
/// unexpected byte at that byte; a CR without LF at the byte after it; a limit at the first byte
/// beyond it, whatever that byte is; a field that breaks the framing rules at the byte after its
/// line, when it is known that the line is not folded; a line that is dropped unless it could be a
/// framing field, at its LF.
///
/// Memory: a section that is cut between feeds is buffered: at most its limit of octets, twice that
/// while the buffer grows, and 32 bytes for each of `fields_max` fields, twice that while they
/// grow. A section that lies within one feed is not copied (except with tolerances that change its
/// bytes: obs_fold, bare_cr, control_bytes). Time: linear, however the stream is cut.
class HeadReader {
 public:
  enum class Section : std::uint8_t { response_head, request_head, trailers };
  enum class Status : std::uint8_t {
    more,  // these two first: MessageReader::next_head()
    whole,
    error,
    empty_line,  ///< one precedes the start line, and many are tolerated: call begin_again()
  };

  /// `heads` says whether it reads requests or responses.
  HeadReader(const Limits& limits, Tolerances tolerances, Section heads = Section::response_head);

  /// Starts a section at `offset` of the stream.
  void begin(Section section, std::uint64_t offset) noexcept {
    const bool trailers = section == Section::trailers;
    section_ = section;
    at_ = trailers ? At::line_begin : At::first;
    octets_max_ = trailers ? limits_.trailer_octets_max : limits_.head_octets_max;
    untouched_ = plain_helps_ && !trailers;
    scan_pays_ = scan_helps_ && !trailers;
    field_pending_ = folded_ = overlooks_ = dropped_last_ = dropped_any_ = start_dropped_ = false;
    offset_ = offset;
    done_ = leading_ = line_begin_ = part_begin_ = field_count_ = held_size_ = absorb_until_ = 0;
    framing_.begin();
    error_ = {};
  }

  /// Call it after read() has returned Status::empty_line. Restarts the section at `offset`,
  /// which is behind one or more empty lines. They count towards neither the limit nor the buffer.
  void begin_again(std::uint64_t offset) noexcept {
    if (offset_ == empty_until_) empty_until_ = offset;
    begin(section_, offset);
  }

  /// How many octets at the front of `window` are empty lines. Linear in that number.
  [[nodiscard]] std::size_t empty_lines(std::string_view window) const noexcept;

  /// The next section begins a stream.
  void forget_stream() noexcept {
    empty_until_ = absorb_until_ = 0;
    plain_helps_ = scan_octets_max_ > 0;
  }

  /// Continues with the front of `window` and sets `used` to how much of it belongs to the section.
  /// With Status::whole, `start_line` and `fields` are views of `window` or of the reader, valid
  /// until the next `begin`.
  [[nodiscard]] Status read(std::string_view window, std::size_t& used);

  /// A fast path for feeds of one byte: takes it if it only continues the current part of a line,
  /// for which read() would return Status::more. Otherwise returns false and takes nothing.
  [[nodiscard]] bool absorb(char byte) noexcept {
    if (held_size_ >= absorb_until_ || !absorbable_[static_cast<unsigned char>(byte)]) return false;
    held_[held_size_] = byte;
    done_ = ++held_size_;
    return true;
  }

  /// Until the next read(), absorb() takes no single octet.
  void stop_absorbing() noexcept;

  /// A fast path for other short feeds, whose octets are all plain and do not end the section.
  /// Returns false for any other feed, which then goes to read().
  [[nodiscard]] bool absorb(std::string_view piece);

  /// True for sizes that absorb() is made for: shorter feeds are read faster octet by octet, longer
  /// ones as lines.
  [[nodiscard]] static constexpr bool is_piece(std::size_t octets) noexcept {
    constexpr std::size_t kMin = 8;
    constexpr std::size_t kMax = 63;
    return octets - kMin <= kMax - kMin;
  }

  [[nodiscard]] const StartLine& start_line() const noexcept BACKTALK_LIFETIMEBOUND { return start_line_; }
  [[nodiscard]] std::span<const Field> fields() const noexcept BACKTALK_LIFETIMEBOUND {
    return {fields_.data(), field_count_};
  }
  [[nodiscard]] const FramingFields& framing() const noexcept BACKTALK_LIFETIMEBOUND { return framing_; }
  [[nodiscard]] Error error() const noexcept { return error_; }

  /// Call it when read() has returned Status::error with an error of FramingFields, and no body
  /// follows whatever the fields say. Clears the error, and ignores framing fields in the rest of
  /// the section. `window` is that of the last read(); octets() then tells how much of it was used.
  /// Continue with read().
  void overlook_framing(std::string_view window);

  /// The lines of the section that tolerances made it drop.
  [[nodiscard]] DroppedLines dropped_lines() const noexcept {
    return dropped_any_ ? dropped_ : DroppedLines{};
  }

  /// True if one of them has a status line in it.
  [[nodiscard]] bool start_dropped() const noexcept { return start_dropped_; }

  /// The stream offset of the section.
  [[nodiscard]] std::uint64_t offset() const noexcept { return offset_; }

  /// The octets of the section read so far, and how many of them are empty lines before the start
  /// line.
  [[nodiscard]] std::size_t octets() const noexcept { return done_; }
  [[nodiscard]] std::size_t leading_octets() const noexcept { return leading_; }

 private:
  // The state of the machine: what the next byte may be. The grammar is in head_reader.cpp.
  enum class At : std::uint8_t {
    first,
    leading_cr,     // before the start line
    leading_space,  // tolerate::status_line_spaces
    icy,            // tolerate::icy_status
    version,
    version_space,
    status,
    status_end,
    reason,  // status-line
    method,
    target,
    request_version,
    request_end,  // request-line
    start_cr,     // CR of a start line was read
    line_begin,
    line_pending,  // the same, after a field that is invalid unless it continues here
    name,
    name_space,
    value,
    value_cr,  // field-line
    dropped,
    dropped_cr,  // tolerate::junk_field_lines
    end_cr,      // CR of the empty line was read
  };

  // Sets of states, one bit each: those in which absorb() may take a piece, and subsets of these.
  static constexpr unsigned kPlacesOfStartLine =
      1U << static_cast<unsigned>(At::reason) | 1U << static_cast<unsigned>(At::start_cr);
  static constexpr unsigned kPlacesAfterCr =
      1U << static_cast<unsigned>(At::start_cr) | 1U << static_cast<unsigned>(At::value_cr);
  static constexpr unsigned kPlaces =
      kPlacesOfStartLine | kPlacesAfterCr | 1U << static_cast<unsigned>(At::line_begin) |
      1U << static_cast<unsigned>(At::name) | 1U << static_cast<unsigned>(At::value);
  [[nodiscard]] bool is_at(unsigned places) const noexcept {
    return (places >> static_cast<unsigned>(at_) & 1) != 0;
  }

  [[nodiscard]] Status read_on(std::string_view window, std::size_t& used, bool scanned);
  [[nodiscard]] Status read_behind(std::string_view window, std::size_t& used);
  [[nodiscard]] bool fits_piece(std::size_t octets) const noexcept;
  [[nodiscard]] Status read_piece(std::string_view piece, std::size_t& used);
  [[nodiscard]] Status read_held(std::size_t octets, std::size_t& used);
  [[nodiscard]] std::size_t readable(const char* base, std::size_t stop) const noexcept;
  [[nodiscard]] Status parse(const char* base, std::size_t size, bool scanned);
  [[nodiscard]] Status step(const char* base, std::size_t stop);
  [[nodiscard]] Status step_leading(const char* base, std::size_t stop);
  [[nodiscard]] Status step_response_line(const char* base, std::size_t stop);
  [[nodiscard]] Status match_icy(const char* base, std::size_t stop);
  [[nodiscard]] Status step_request_line(const char* base, std::size_t stop);
  [[nodiscard]] Status step_field_lines(const char* base, std::size_t stop);
  [[nodiscard]] Status match_version(const char* base, std::size_t stop, At then);
  [[nodiscard]] Status end_start_line();
  [[nodiscard]] Status read_odd_start_end(const char* base) noexcept;
  [[nodiscard]] Status read_odd_name(const char* base, std::size_t stop);
  [[nodiscard]] Status read_odd_value(const char* base);
  [[nodiscard]] Status begin_field_line(const char* base);
  [[nodiscard]] Status fold(const char* base);
  [[nodiscard]] Status end_field_line(const char* base, std::size_t text_end);
  void wait_for_fold() noexcept;
  [[nodiscard]] Status take_last_field(const char* base);
  [[nodiscard]] Status take_pending_field(const char* base);
  void replace_in_value(const char* base, std::size_t at) noexcept;
  [[nodiscard]] bool may_drop_lines() const noexcept;
  [[nodiscard]] Status refuse_line(const char* base, ErrorCode code) noexcept;
  [[nodiscard]] Status step_dropped_line(const char* base, std::size_t stop);
  [[nodiscard]] Status drop_line(const char* base, std::size_t text_end);
  [[nodiscard]] Status end_section(const char* base);

  [[nodiscard]] bool scan(const char* base, std::size_t size);
  [[nodiscard]] bool scan_behind(std::string_view window);
  [[nodiscard]] Status read_whole(std::string_view window, std::size_t& used);
  [[nodiscard]] bool scan_from(const char* base, std::size_t size, std::size_t begin, bool start_line);
  [[nodiscard]] Status read_scanned(std::string_view window, std::size_t& used, const simd::FieldScan& found,
                                    const std::uint16_t* marks);
  [[nodiscard]] Status read_not_plain(std::string_view window, std::size_t& used,
                                      const simd::FieldScan& found, const std::uint16_t* marks);
  [[nodiscard]] bool take_plain_head(const char* base, std::span<const std::uint16_t> marks);
  [[nodiscard]] bool take_framing(const char* base, std::span<const Field* const> fields);
  [[nodiscard]] bool take_framing_field(const char* base, const Field& field);
  [[nodiscard]] bool take_scanned(const char* base, std::size_t size, std::size_t begin, bool start_line,
                                  const simd::FieldScan& found, const std::uint16_t* marks);
  [[nodiscard]] bool take_start_line(const char* base, std::size_t begin, std::size_t mark,
                                     std::size_t line_feed);
  [[nodiscard]] bool take_status_line(const char* line, std::size_t begin, std::size_t octets);
  [[nodiscard]] bool take_status(const char* line);
  [[nodiscard]] bool take_piece(std::string_view piece, std::size_t begin, std::uint64_t token,
                                std::uint64_t line_feed);
  void take_name_end(std::uint64_t ends, std::size_t begin) noexcept;
  void stop_behind(bool after_cr, bool in_name) noexcept;
  [[nodiscard]] bool take_request_line(const char* line, std::size_t begin, std::size_t method_octets,
                                       std::size_t octets);
  [[nodiscard]] bool take_field_lines(const char* base, std::span<const std::uint16_t> marks);
  [[nodiscard]] bool take_odd_line(const char* base, const std::uint16_t* mark, Field& field) const noexcept;
  [[nodiscard]] bool check_framing(const char* base, std::size_t index);
  void take_cut_line(const char* base, std::size_t size, std::span<const std::uint16_t> marks) noexcept;

  [[nodiscard]] bool ends_line(char byte) const noexcept;
  [[nodiscard]] bool is_status_space(char byte) const noexcept;
  Status go(At at) noexcept;
  Status refuse(ErrorCode code, std::size_t at) noexcept;
  Status refuse_byte(char byte, ErrorCode expected) noexcept;
  void hold(std::string_view bytes);
  void may_absorb() noexcept;
  void read_line_again() noexcept;
  void hold_window(std::string_view window);
  void grow(std::size_t capacity);
  void move_fields(std::size_t first, const char* from, const char* to) noexcept;
  void need_fields(std::size_t count);

  const simd::Kernels* kernels_;
  std::size_t scan_octets_max_ = 0;
  Limits limits_;
  Tolerances tolerances_;
  Section section_ = Section::response_head;
  At at_ = At::first;
  bool untouched_ = false;      // nothing of this section was read, so the scan may begin
  bool scan_helps_ = true;      // with these tolerances
  bool plain_helps_ = true;     // with these, unless a section of this stream was not plain
  bool copy_helps_ = true;      // with these, and with these kernels
  bool scan_pays_ = true;       // false once the scan left a line of this section to the machine
  bool folds_ = false;          // tolerate::obs_fold: a field ends when the next line begins
  bool edits_ = false;          // with these tolerances, bytes of held_ are replaced
  bool field_pending_ = false;  // with folds_: the last field is still incomplete
  bool folded_ = false;         // the line being read continues the last field
  bool overlooks_ = false;      // overlook_framing() was called
  bool dropped_last_ = false;   // the line before was dropped: so is what continues it
  bool dropped_any_ = false;    // dropped_ is set
  bool start_dropped_ = false;
  std::uint64_t offset_ = 0;       // of the section in the stream; all below count from there
  std::uint64_t empty_until_ = 0;  // so far, the stream has only empty lines
  std::size_t octets_max_ = 0;
  // What begin() sets to zero is in one place, which takes fewer stores.
  std::size_t done_ = 0;
  std::size_t leading_ = 0;
  std::size_t line_begin_ = 0;
  std::size_t part_begin_ = 0;  // of the version or the status being read
  std::size_t field_count_ = 0;
  std::size_t held_size_ = 0;
  std::size_t absorb_until_ = 0;  // absorb() is allowed up to here; 0 if it is not allowed
  std::size_t method_end_ = 0;    // the method begins where the line does, after leading_
  std::size_t start_begin_ = 0;   // of the reason or the target
  std::size_t start_end_ = 0;
  std::size_t name_end_ = 0;     // of a field name; it begins where its line does
  std::size_t value_begin_ = 0;  // of a field value, white space included
  StartLine start_line_;
  FramingFields framing_;
  Error error_;
  Error line_error_;  // of the line being dropped, if it must not be
  DroppedLines dropped_;
  std::size_t field_room_ = 0;    // fields_.size()
  std::vector<Field> fields_;     // the first field_count_ are the section's
  std::unique_ptr<char[]> held_;  // the section so far, if it is cut between feeds
  std::size_t held_capacity_ = 0;
  std::size_t absorb_from_ = 0;       // and was from here on
  const bool* absorbable_ = nullptr;  // by the byte
};

}  // namespace backtalk::http::detail
