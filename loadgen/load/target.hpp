// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The addresses of the server that a run may load.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "net/endpoint.hpp"
#include "net/url.hpp"
#include "workload/load_options.hpp"

namespace backtalk::load {

struct TargetAddresses {
  std::vector<net::Endpoint> loaded;  ///< at least one
  /// The name has these too, but this machine has no address from which it could send there.
  std::vector<net::Endpoint> unreachable;
};

/// The addresses of the options, or else those of the URL's host, which is looked up. Returns a
/// sentence for the user if there are none, or if one is neither loopback nor private and
/// may not be loaded.
[[nodiscard]] std::variant<TargetAddresses, std::string> find_target(const workload::LoadOptions& options,
                                                                     bool far_targets, const net::Url& url);

}  // namespace backtalk::load
