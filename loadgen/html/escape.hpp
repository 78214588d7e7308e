// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Text in a page. Much of it was written by servers, or comes from files that others wrote.
#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <string>
#include <string_view>

namespace backtalk::html {

/// The most octets of one text that a page shows; what is longer ends with "…".
inline constexpr std::size_t kTextMax = 2000;

/// Text for an element, or for an attribute in quotation marks: it can neither end them nor begin a
/// tag. Control characters, and those that reverse the direction of what follows, become U+FFFD.
/// Octets that are not UTF-8 are taken for code points. What is longer than `most` octets is cut.
[[nodiscard]] std::string escaped(std::string_view text, std::size_t most = kTextMax);

/// JSON for a script element, which it can neither end nor turn into a comment.
[[nodiscard]] std::string escaped_json(const boost::json::value& value);

}  // namespace backtalk::html
