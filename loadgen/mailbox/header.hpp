// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The fields of a header (RFC 5322 2.2), as IMAP takes messages apart.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace backtalk::mailbox {

/// Walks the fields of a header, which has CRLF line ends:
///
///     HeaderFields fields(header);
///     for (HeaderField field; fields.next(field);) ...
struct HeaderField {
  std::string_view name;
  std::string_view value;  ///< as it lies there, with its folding and without the last line end
  std::string_view all;    ///< with its name and its line end
};

class HeaderFields {
 public:
  explicit HeaderFields(std::string_view header) : rest_(header) {}

  /// False at the end of the header. A line that is no field is passed over.
  bool next(HeaderField& field);

 private:
  std::string_view rest_;
};

/// ASCII only, as in names of fields.
[[nodiscard]] bool equals_ignoring_case(std::string_view a, std::string_view b);

/// The value of the first field of that name: on one line, without space around it; nullopt if
/// there is none.
[[nodiscard]] std::optional<std::string> find_field(std::string_view header, std::string_view name);

/// Appends the fields that have one of these names (`wanted`), or none of them, as they lie there,
/// and an empty line.
void append_fields(std::string& out, std::string_view header, std::span<const std::string> names,
                   bool wanted);

}  // namespace backtalk::mailbox
