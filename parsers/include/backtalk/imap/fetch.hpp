// SPDX-License-Identifier: Apache-2.0 OR MIT
/// FETCH responses (RFC 3501 7.4.2, RFC 9051 7.5.2), item by item.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "backtalk/error.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/imap/response.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// What a FETCH item is about. Items that this library has no decoder for are `other`: X-GM-LABELS,
/// EMAILID, PREVIEW, ...
enum class FetchAttribute : std::uint8_t {
  other,
  flags,          ///< a list of flags: `read_flags`
  uid,            ///< a number
  rfc822_size,    ///< a number
  internaldate,   ///< a quoted string: `read_internal_date`
  envelope,       ///< `read_envelope`
  body,           ///< `read_body_structure`
  bodystructure,  ///< `read_body_structure`
  body_section,   ///< BODY[...]: a string or NIL
  binary,         ///< BINARY[...]: a string or NIL
  binary_size,    ///< BINARY.SIZE[...]: a number
  modseq,         ///< a list of one number
  rfc822,         ///< RFC822, RFC822.HEADER, RFC822.TEXT: a string or NIL
};

/// One item: a name, and a value of the form given at its attribute.
struct FetchItem {
  FetchAttribute attribute = FetchAttribute::other;
  const Token* name = nullptr;
  const Token* value = nullptr;

  /// The value of uid, rfc822_size, binary_size and modseq; 0 for a tolerated negative number.
  [[nodiscard]] std::uint64_t number() const noexcept;
};

/// Walks the items of a FETCH response:
///
///     FetchItems items{*response};
///     for (FetchItem item; items.next(item);) ...
///     if (items.error()) ...
class FetchItems {
 public:
  explicit FetchItems(const Response& response, Tolerances tolerances = {}) noexcept;

  /// Reads the next item; false at the end, or if `error()` is set.
  bool next(FetchItem& item) noexcept;
  /// `wrong_shape` or `number_out_of_range` if `next` met something other than an item.
  [[nodiscard]] Error error() const noexcept { return error_; }

 private:
  const Token* at_ = nullptr;
  const Token* last_ = nullptr;
  Tolerances tolerances_;
  Error error_;
};

/// The parts of a section's name: BODY[1.2.HEADER.FIELDS (FROM TO)]<0>.
struct Section {
  std::string_view part;                ///< "1.2"; empty for the message itself
  std::string_view text;                ///< "HEADER.FIELDS", "TEXT", "MIME", ...; empty for all
  Siblings fields;                      ///< of HEADER.FIELDS and HEADER.FIELDS.NOT
  std::optional<std::uint64_t> origin;  ///< the first octet of a partial answer
};
/// Reads the name of a `body_section`, `binary` or `binary_size` item. `wrong_shape` if the
/// brackets hold anything else, `number_out_of_range` for an origin of more than 63 bits.
[[nodiscard]] Result<Section> read_section(const Token& name) noexcept;

/// date-time = DQUOTE date-day-fixed "-" date-month "-" date-year SP time SP zone DQUOTE
struct InternalDate {
  int year = 0;
  int month = 0;  ///< 1 to 12
  int day = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int zone_minutes = 0;  ///< east of Greenwich

  /// Seconds since 1970-01-01 00:00:00 UTC.
  [[nodiscard]] std::int64_t unix_seconds() const noexcept;
};
/// Reads a date-time of exactly this form and length. The day must exist in the calendar.
[[nodiscard]] Result<InternalDate> read_internal_date(std::string_view text) noexcept;

}  // namespace backtalk::imap
