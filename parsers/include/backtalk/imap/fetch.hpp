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
  invalid         ///< not an item, or its value does not have the form of its attribute
};

/// One item: a name, and a value of the form given at its attribute.
struct FetchItem {
  FetchAttribute attribute = FetchAttribute::other;
  const Token* name = nullptr;   ///< of an `invalid` item, the token where it begins
  const Token* value = nullptr;  ///< never null; NIL if there is none, `name` for a single token
  Error error;                   ///< what is wrong with an `invalid` item, and where; else none

  /// The value of uid, rfc822_size, binary_size and modseq; 0 for a tolerated negative number and
  /// for any other attribute.
  [[nodiscard]] std::uint64_t number() const noexcept;
};

/// Walks the items of a FETCH response:
///
///     FetchItems items{*response};
///     for (FetchItem item; items.next(item);) ...
///     if (items.error()) ...
///
/// An item that is wrong costs itself alone: it is returned as `invalid`, and those behind it are
/// read. A value is taken for missing if what stands in its place cannot be a value of this
/// attribute, and is the name of an item: in "(BODY[2] UID 9)" the UID is read.
class FetchItems {
 public:
  explicit FetchItems(const Response& response, Tolerances tolerances = {}) noexcept;

  /// Reads the next item; false at the end.
  bool next(FetchItem& item) noexcept;
  /// The first error so far: of the response's number, of an item, or, once `next` has returned
  /// false, of what stands behind the items. Without a list of items, or with an empty one, it is
  /// set from the beginning.
  [[nodiscard]] Error error() const noexcept { return error_; }

 private:
  bool leave_list() noexcept;
  bool enter_list() noexcept;
  void take_odd(FetchItem& item) noexcept;

  const Token* at_ = nullptr;
  const Token* last_ = nullptr;   // the end of the items, or of the list of them that at_ is in
  const Token* outer_ = nullptr;  // in such a list: the end of the items
  const Token* end_ = nullptr;    // of the response
  Tolerances tolerances_;
  Error error_;
};

/// The parts of a section's name: BODY[1.2.HEADER.FIELDS (FROM TO)]<0>.
struct Section {
  std::string_view part;  ///< "1.2"; empty for the message itself
  /// "HEADER", "HEADER.FIELDS", "HEADER.FIELDS.NOT", "TEXT" or "MIME", as sent; empty for all.
  std::string_view text;
  Siblings fields;                      ///< of HEADER.FIELDS and HEADER.FIELDS.NOT
  std::optional<std::uint64_t> origin;  ///< the first octet of a partial answer
};
/// Reads the name of a `body_section`, `binary` or `binary_size` item. `wrong_shape` if the
/// brackets hold anything but a section-spec (of BINARY: a section-part), `number_out_of_range` for
/// an origin of more than 63 bits; the offset is that of the token within the name. An item that
/// `FetchItems` returns with one of these attributes has passed this check.
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
