// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load smtp://...`, `smtps://...` and `lmtp://...`: from options to what SmtpSession does.
#pragma once

#include <string>
#include <variant>

#include "workload/protocols.hpp"

namespace backtalk::workload {

[[nodiscard]] std::variant<Workload, std::string> prepare_smtp(const LoadOptions& common,
                                                               const options::Values& own,
                                                               const net::Url& url);

}  // namespace backtalk::workload
