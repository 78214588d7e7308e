// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A field line of an HTTP head or trailer section (RFC 9110 5, RFC 9112 5).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "backtalk/detail/attributes.hpp"

namespace backtalk::http {

/// field-line = field-name ":" OWS field-value OWS. Views live until the next call on the parser that gave
/// them.
struct Field {
  std::string_view name;   ///< a token, as it was sent: names do not regard case
  std::string_view value;  ///< without the white space around it; may be empty
};

/// The value of the first field of that name, without regard to case; nothing where there is none.
[[nodiscard]] std::optional<std::string_view> find_field(std::span<const Field> fields BACKTALK_LIFETIMEBOUND,
                                                         std::string_view name) noexcept;

/// True where a field of that name lists `element`, both without regard to case: Connection: keep-alive,
/// Upgrade. The elements of all fields of that name are one list (RFC 9110 5.6.1); parameters are part of an
/// element.
[[nodiscard]] bool field_lists(std::span<const Field> fields, std::string_view name,
                               std::string_view element) noexcept;

}  // namespace backtalk::http
