// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/http_target.hpp"

#include <cstdint>

#include "backtalk/http/write.hpp"
#include "backtalk/output.hpp"

namespace backtalk::workload {

std::string target_of(const net::Url& url) {
  if (url.unix_socket) return "/";
  const std::string path = url.path.substr(0, url.path.find('#'));
  return path.starts_with('/') ? path : "/" + path;
}

std::string authority_of(const net::Url& url) {
  const std::string host = url.unix_socket ? "localhost" : url.host.substr(0, url.host.find('%'));
  std::string text;
  Output out(text);
  static_cast<void>(http::write_authority(out, host, url.port_given ? url.port : std::uint16_t{0}));
  return text;
}

}  // namespace backtalk::workload
