// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `imap` and `imaps` alone.
#pragma once

#include <span>
#include <string_view>

#include "options/option_spec.hpp"
#include "workload/script_options.hpp"

namespace backtalk::workload {

/// The script that goes without `--script`.
inline constexpr std::string_view kImapPreset = "read";

struct ImapOptions : ScriptOptions {
  /// Only a script of the user's own, or the one that appends.
  [[nodiscard]] bool sends_messages() const override;
};

[[nodiscard]] std::span<const options::OptionGroup> imap_option_groups();

}  // namespace backtalk::workload
