// SPDX-License-Identifier: Apache-2.0 OR MIT
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "files.hpp"
#include "tls/certificate.hpp"
#include "tls/settings.hpp"

namespace backtalk::tls {

inline std::string read_all(net::Transport& transport, std::size_t at_once = 16384) {
  std::string plain;
  std::vector<char> buffer(at_once);
  while (const std::size_t octets = transport.read(buffer)) plain.append(buffer.data(), octets);
  return plain;
}

/// The plan, or a failed test that says what is wrong with the settings.
inline net::TransportPlan plan_of(const ClientSettings& settings) {
  auto made = client_transport(settings, net::TransportStart::at_once);
  if (const auto* problem = std::get_if<std::string>(&made)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<ClientTransport>(std::move(made)).plan;
}
inline net::TransportPlan plan_of(const ServerSettings& settings) {
  auto made = server_transport(settings, net::TransportStart::at_once);
  if (const auto* problem = std::get_if<std::string>(&made)) {
    ADD_FAILURE() << *problem;
    return {};
  }
  return std::get<net::TransportPlan>(std::move(made));
}

/// The two sides of a connection, and the wire between them.
struct TlsPair {
  TlsPair(const net::TransportPlan& client_plan, const net::TransportPlan& server_plan)
      : client(client_plan.make()), server(server_plan.make()) {
    restart();
  }

  void restart() {
    server->restart();
    client->restart();
  }

  /// Passes everything that waits on one side to the other, `piece` octets at a time; what the
  /// other reads.
  static std::string pass(net::Transport& from, net::Transport& to, std::size_t piece = 65536) {
    std::string plain;
    std::string wire(from.output());
    for (std::size_t at = 0; at < wire.size(); at += piece) {
      to.receive(std::string_view(wire).substr(at, piece));
      plain += read_all(to);
    }
    return plain;
  }

  /// Lets both sides speak until neither has anything to say.
  void shake_hands(std::size_t piece = 65536) {
    for (int turn = 0; turn < 5; ++turn) {
      client_read += pass(*server, *client, piece);
      server_read += pass(*client, *server, piece);
    }
  }

  std::unique_ptr<net::Transport> client;
  std::unique_ptr<net::Transport> server;
  std::string client_read;
  std::string server_read;
};

/// A server with a certificate of its own, and a client that trusts it.
struct Trusting {
  explicit Trusting(const CertificateSettings& certificate = {}) : own(make_certificate(certificate)) {
    server.certificate = own.with_key;
    client.server_name = "localhost";
    client.authorities_file = files.write("trusted.pem", own.certificate);
  }

  [[nodiscard]] TlsPair pair() const { return {plan_of(client), plan_of(server)}; }

  TemporaryFiles files;
  OwnCertificate own;
  ClientSettings client;
  ServerSettings server;
};

}  // namespace backtalk::tls
