// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The corpora that come with the program.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace backtalk::differ {

/// Their names: "eod".
[[nodiscard]] std::vector<std::string> shipped_corpora();

/// The text of one; nullopt if there is none of that name. Static storage.
[[nodiscard]] std::optional<std::string_view> find_corpus(std::string_view name);

}  // namespace backtalk::differ
