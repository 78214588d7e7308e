// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "tls/numeric_address.hpp"

#include <arpa/inet.h>

#include <array>

namespace backtalk::tls {

bool is_numeric_address(const std::string& host) noexcept {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

}  // namespace backtalk::tls
