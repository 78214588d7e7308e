// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The beginning of a page: what was loaded, whether the result holds, its main figures, and the
/// limits that it was to keep.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "html/load_page.hpp"
#include "result/run_result.hpp"
#include "result/verdict.hpp"

namespace backtalk::html {

[[nodiscard]] std::string heading_of(const Loaded& loaded);
/// "Valid", "INVALID", "FAILED" or "MISSED".
[[nodiscard]] std::string_view word_of(const result::Verdict& verdict, std::span<const Limit> limits);
[[nodiscard]] std::string verdict_of(const result::Verdict& verdict, std::span<const Limit> limits);
[[nodiscard]] std::string headline_of(const result::RunResult& result);
/// Empty if there were none.
[[nodiscard]] std::string limits_of(const result::Verdict& verdict, std::span<const Limit> limits);
[[nodiscard]] std::string notes_of(const result::Verdict& verdict);

}  // namespace backtalk::html
