// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The names under which failures of connections are counted (docs/load-json.md). Static storage.
#pragma once

#include <string_view>

#include "net/endpoint.hpp"

namespace backtalk::net {

/// Names the failure to open a connection to that address, by its errno.
[[nodiscard]] std::string_view connect_failure(int error, const Endpoint& to);

/// Names the failure of a transfer on an open connection, by its errno.
[[nodiscard]] std::string_view transfer_failure(int error);

}  // namespace backtalk::net
