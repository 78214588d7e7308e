// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load pop3://...` and `pop3s://...`: from options to what Pop3Session does.
#pragma once

#include <string>
#include <variant>

#include "workload/protocols.hpp"

namespace backtalk::workload {

[[nodiscard]] std::variant<Workload, std::string> prepare_pop3(const LoadOptions& common,
                                                               const options::Values& own,
                                                               const net::Url& url);

}  // namespace backtalk::workload
