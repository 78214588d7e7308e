// SPDX-License-Identifier: Apache-2.0 OR MIT
/// How to make such a run again.
#pragma once

#include <cstddef>
#include <string>

#include "result/run_result.hpp"

namespace backtalk::html {

/// The longest command, in octets, without the comment.
inline constexpr std::size_t kCommandMax = 16'000;

/// "backtalk load smtp://127.0.0.1:2525 --connections 20 --rate 500", with every option whose value
/// is not the default, as a shell takes it. Options with secrets are not in a result, and so not
/// here: users and passwords. Queries of URLs and values of a request's fields are "…", but for
/// fields of which none is a secret. What goes beyond kCommandMax is left out, whole arguments at a
/// time, and a comment at the end says so. A target that is not a
/// valid URL is shown as the word URL.
[[nodiscard]] std::string command_line_of(const result::RunResult& result);

}  // namespace backtalk::html
