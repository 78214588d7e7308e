// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A port of the loopback at which nothing listens.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <variant>

#include "net/endpoint.hpp"
#include "net/url.hpp"

namespace backtalk::engine {

/// Refuses connections for as long as this lives. The port is bound, so that neither another test
/// nor a client gets it meanwhile.
class ClosedPort {
 public:
  ClosedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const auto url = net::read_url("smtp://127.0.0.1:0");
    at_ = std::get<net::Endpoint>(net::resolve(std::get<net::Url>(url)));
    EXPECT_EQ(::bind(socket_, at_.get(), at_.octets), 0);
    EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&at_.address), &at_.octets), 0);
  }
  ~ClosedPort() { ::close(socket_); }
  ClosedPort(const ClosedPort&) = delete;
  ClosedPort& operator=(const ClosedPort&) = delete;

  [[nodiscard]] const net::Endpoint& at() const { return at_; }

 private:
  int socket_;
  net::Endpoint at_;
};

}  // namespace backtalk::engine
