// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "serve/protocols.hpp"

#include <algorithm>
#include <array>

#include "serve/smtp_server.hpp"
#include "serve/smtp_service.hpp"

namespace backtalk::serve {
namespace {

template <bool kLmtp>
std::unique_ptr<Service> make_sink(const Faults& faults) {
  return std::make_unique<SmtpService>(kLmtp, faults);
}

constexpr std::array kProtocols{
    Protocol{"smtp", SmtpServer::kTooMany, &smtp_faults, &make_sink<false>},
    Protocol{"lmtp", SmtpServer::kTooMany, &smtp_faults, &make_sink<true>},
};

}  // namespace

std::span<const Protocol> protocols() {
  return kProtocols;
}

const Protocol* find_protocol(std::string_view scheme) {
  const auto* const found = std::ranges::find(kProtocols, scheme, &Protocol::scheme);
  return found == kProtocols.end() ? nullptr : found;
}

}  // namespace backtalk::serve
