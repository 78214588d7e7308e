// SPDX-License-Identifier: Apache-2.0 OR MIT
/// BODY and BODYSTRUCTURE (RFC 3501 7.4.2, RFC 9051 7.5.2): the MIME structure of a message.
///
/// A field that is not as the grammar says costs itself alone: the others are read, and the parts
/// around it.
///
///     std::vector<BodyPart> room;  // use it again and again
///     const auto read = read_body_structure(*item.value, room);
///     for (const BodyPart& part : read.partial()) {
///       if (part.error) report(section(room, part), word(part.error_field), part.error.offset);
///       ...
///     }
///
/// Texts are as the server sent them: encoded words (RFC 2047) in descriptions and parameters, and
/// the continuations of RFC 2231 ("filename*0"), are not decoded.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/detail/expect.hpp"
#include "backtalk/error.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// The fields of a body part.
enum class BodyField : std::uint8_t {
  none,
  type,
  subtype,
  parameters,
  id,
  description,
  encoding,
  octets,
  lines,
  envelope,
  parts,  ///< the parts of a multipart, the body of a message: they are missing, or spaced wrongly
  md5,
  disposition,
  language,
  location
};

/// The name of a field: "encoding". Static storage; "none" for none.
[[nodiscard]] std::string_view word(BodyField field) noexcept;

/// One part of a message. All members are views of the response.
struct BodyPart {
  static constexpr std::uint32_t kNoParent = 0xFFFFFFFF;

  const Token* token = nullptr;  ///< the list that it was read from; NIL if a body is missing
  /// The index of the multipart or message that it is in. The outermost part has none: kNoParent.
  /// See `is_outermost` and `parent_of`.
  std::uint32_t parent = kNoParent;
  std::uint32_t position = 0;  ///< among the parent's parts, from 1
  std::uint32_t parts = 0;     ///< of a multipart; 1 for an enclosed message
  /// The first field with an error, and all of them: one bit each, see `is_wrong`.
  BodyField error_field = BodyField::none;
  std::uint16_t wrong_fields = 0;
  NString type;         ///< "TEXT"; NIL for a multipart
  NString subtype;      ///< "PLAIN", "MIXED"
  Siblings parameters;  ///< names and values alternating
  NString id;
  NString description;
  NString encoding;
  std::uint64_t octets = 0;
  std::uint64_t lines = 0;          ///< of text and messages
  const Token* envelope = nullptr;  ///< of a message: see `read_envelope`
  // Extension data: only in BODYSTRUCTURE, and a server may leave out the last ones or all of them.
  NString md5;
  NString disposition;              ///< "attachment"
  Siblings disposition_parameters;  ///< names and values alternating
  const Token* language = nullptr;  ///< a string, a list of strings, or NIL; null without one
  NString location;
  Siblings extensions;  ///< any further data, as sent
  /// The first thing that is wrong with this part, without the parts inside it. A field that is
  /// wrong has what could be read of it; it is empty if there is nothing.
  Error error;

  /// A part that consists of others, even if the server says nothing about them. (In the form of
  /// other parts a type "multipart" is a type like any.)
  [[nodiscard]] bool is_multipart() const noexcept { return type.token() == nullptr; }
  [[nodiscard]] bool is_outermost() const noexcept { return parent == kNoParent; }
  /// True if this field of the part has an error.
  [[nodiscard]] bool is_wrong(BodyField field) const noexcept {
    return (wrong_fields >> static_cast<unsigned>(field) & 1U) != 0;
  }
};

/// Reads the value of a BODY or BODYSTRUCTURE item into `room`, which the result views. Every part
/// precedes the parts inside it; the outermost comes first. Pass the same vector again to avoid
/// allocation once it has grown. Linear in the tokens, without recursion.
///
/// The error is the first of all parts. With an error, `partial()` has every part all the same,
/// each with its own; it is empty only if the value is no list.
[[nodiscard]] Result<std::span<const BodyPart>> read_body_structure(
    const Token& value, std::vector<BodyPart>& room BACKTALK_LIFETIMEBOUND, Tolerances tolerances = {});

/// The multipart or message that a part of `structure` is in; null for the outermost.
[[nodiscard]] inline const BodyPart* parent_of(std::span<const BodyPart> structure BACKTALK_LIFETIMEBOUND,
                                               const BodyPart& part) noexcept {
  if (part.is_outermost()) return nullptr;
  BACKTALK_EXPECT(part.parent < structure.size());
  return &structure[part.parent];
}

/// The section that FETCH BODY[section] needs for a part of `structure` (RFC 3501 6.4.5): "1.2". A
/// multipart that is the whole body of a message has no number; its section is "TEXT", or "3.TEXT"
/// inside of part 3.
[[nodiscard]] std::string section(std::span<const BodyPart> structure, const BodyPart& part);

/// Appends the section, so that the memory of a string can be used again.
void append_section(std::span<const BodyPart> structure, const BodyPart& part, std::string& out);

}  // namespace backtalk::imap
