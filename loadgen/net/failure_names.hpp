// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The names under which failures of connections are counted (docs/load-json.md). Static storage.
#pragma once

#include <string_view>

namespace backtalk::net {

/// Of a connection that could not be opened, by its errno.
[[nodiscard]] std::string_view connect_failure(int error);

/// Of one that broke while bytes went over it.
[[nodiscard]] std::string_view transfer_failure(int error);

}  // namespace backtalk::net
