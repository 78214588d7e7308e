// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <string>

namespace backtalk::tls {

// True for an IPv4 or IPv6 address as text, without brackets or a zone: certificates list these
// apart from names.
[[nodiscard]] bool is_numeric_address(const std::string& host) noexcept;

}  // namespace backtalk::tls
