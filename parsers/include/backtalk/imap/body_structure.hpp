// SPDX-License-Identifier: Apache-2.0 OR MIT
/// BODY and BODYSTRUCTURE (RFC 3501 7.4.2, RFC 9051 7.5.2): the MIME structure of a message.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "backtalk/detail/attributes.hpp"
#include "backtalk/error.hpp"
#include "backtalk/imap/envelope.hpp"
#include "backtalk/imap/nstring.hpp"
#include "backtalk/result.hpp"
#include "backtalk/tolerate.hpp"

namespace backtalk::imap {

/// One part of a message. All members are views of the response.
struct BodyPart {
  static constexpr std::uint32_t kNoParent = 0xFFFFFFFF;

  const Token* token = nullptr;      ///< the list that it was read from
  std::uint32_t parent = kNoParent;  ///< index of the multipart or message that it is in
  std::uint32_t position = 0;        ///< among the parent's parts, from 1, as in section numbers
  std::uint32_t parts = 0;           ///< of a multipart; 1 for an enclosed message
  NString type;                      ///< "TEXT"; NIL for a multipart
  NString subtype;                   ///< "PLAIN", "MIXED"
  Siblings parameters;               ///< names and values alternating
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
  const Token* language = nullptr;  ///< a string, a list of strings, or NIL
  NString location;
  Siblings extensions;  ///< any further data, as sent

  [[nodiscard]] bool is_multipart() const noexcept { return type.token() == nullptr; }
};

/// Reads the value of a BODY or BODYSTRUCTURE item into `room`, which the result views. Every part
/// precedes the parts inside it; the outermost comes first. Pass the same vector again to avoid
/// allocation once it has grown. Linear in the tokens, without recursion.
[[nodiscard]] Result<std::span<const BodyPart>> read_body_structure(
    const Token& value, std::vector<BodyPart>& room BACKTALK_LIFETIMEBOUND, Tolerances tolerances = {});

}  // namespace backtalk::imap
