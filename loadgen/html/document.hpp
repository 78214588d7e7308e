// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The file around a page: its style and script are in it, and a policy by which nothing else is
/// loaded or run, whatever the result contains.
#pragma once

#include <string>
#include <string_view>

namespace backtalk::html {

/// `title` is text, `body` HTML.
[[nodiscard]] std::string document(std::string_view title, std::string_view body);

}  // namespace backtalk::html
