// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What a page leaves out because it may be a secret: pages are mailed.
#pragma once

#include <string>
#include <string_view>

namespace backtalk::html {

/// Without the query, which may have a key: "http://127.0.0.1/?…".
[[nodiscard]] std::string without_query(std::string_view url);

/// "Name: value" of a request's field as it is if no value of that field is a secret, such as
/// Accept; of all others, whose meaning nobody knows, "Name: …".
[[nodiscard]] std::string without_value(std::string_view field);

}  // namespace backtalk::html
