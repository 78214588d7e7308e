// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Text of --help as roff, with the macros of man(7).
#pragma once

#include <string>
#include <string_view>

namespace backtalk::cli {

/// One line as roff shows it unchanged: in ASCII, to be copied, and not taken for a request.
[[nodiscard]] std::string roff_line(std::string_view text);

/// A paragraph, with a line end behind it. What stands in backticks is bold. Behind its first line
/// come the items of a list, "NAME: text"; a line that ends with a colon begins another list.
[[nodiscard]] std::string roff_paragraph(std::string_view text);

}  // namespace backtalk::cli
