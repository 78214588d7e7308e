// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What of a URL is in an HTTP request: {path} and {host} of scripts.
#pragma once

#include <string>

#include "net/url.hpp"

namespace backtalk::workload {

/// The path and the query; a fragment is not sent (RFC 9110 7.1).
[[nodiscard]] std::string target_of(const net::Url& url);

/// What Host says: the host without a zone, and the port if the URL has one.
[[nodiscard]] std::string authority_of(const net::Url& url);

}  // namespace backtalk::workload
