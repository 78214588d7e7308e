// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk load http://...` and `https://...`: from options to what HttpSession does.
#pragma once

#include <string>
#include <variant>

#include "workload/protocols.hpp"

namespace backtalk::workload {

[[nodiscard]] std::variant<Workload, std::string> prepare_http(const LoadOptions& common,
                                                               const options::Values& own,
                                                               const net::Url& url);

}  // namespace backtalk::workload
