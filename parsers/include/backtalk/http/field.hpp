// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A field line of an HTTP head or trailer section (RFC 9110 5, RFC 9112 5).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk::http {

/// field-line = field-name ":" OWS field-value OWS
///
/// Views are valid until the next call on the parser that returned them.
struct Field {
  std::string_view name;   ///< a token, as sent; compare ignoring case
  std::string_view value;  ///< without the white space around it; may be empty
};

/// The value of the first field with this name, ignoring case; nullopt if there is none.
[[nodiscard]] std::optional<std::string_view> find_field(std::span<const Field> fields BACKTALK_LIFETIMEBOUND,
                                                         std::string_view name) noexcept;

/// True if a field with this name lists `element`, ignoring case in both: "Connection: keep-alive,
/// Upgrade" lists "upgrade". The elements of all fields with that name form one list (RFC 9110
/// 5.6.1); parameters are part of an element.
[[nodiscard]] bool field_lists(std::span<const Field> fields, std::string_view name,
                               std::string_view element) noexcept;

}  // namespace backtalk::http
