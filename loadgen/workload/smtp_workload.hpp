// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load smtp://...` and `lmtp://...`: from options to what SmtpSession does.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "workload/protocols.hpp"

namespace backtalk::workload {

[[nodiscard]] std::variant<Workload, std::string> prepare_smtp(const LoadOptions& options,
                                                               std::string_view scheme);

}  // namespace backtalk::workload
