// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A server that a comparison starts for a round and ends after it.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "net/endpoint.hpp"

namespace backtalk::compare {

/// A command of the shell, which runs the server or (as `systemctl restart` does) lets somebody
/// else start it and ends. It has a process group of its own, so that Ctrl-C does not reach it.
///
/// All are started and ended by one thread, which has no other children meanwhile; there are
/// `kSidesMax` at most.
class ServerProcess {
 public:
  ServerProcess() = default;
  ServerProcess(const ServerProcess&) = delete;
  ServerProcess& operator=(const ServerProcess&) = delete;
  ~ServerProcess() { end(); }

  /// Starts the command, and waits until one of the endpoints accepts a connection. Returns a
  /// sentence if the command fails, or if that takes too long; then nothing is left running. `stop`
  /// is asked several times a second whether to give up, which is no failure.
  ///
  /// Where a server listens before the command runs, it has to be replaced: then the command must
  /// end by itself, and nobody could tell otherwise which of the two answers.
  [[nodiscard]] std::optional<std::string> start(const std::string& command,
                                                 std::span<const net::Endpoint> endpoints,
                                                 const std::function<bool()>& stop);

  /// The process of the command, which is the server or its ancestor; nullopt if there is none, or
  /// if it has ended and left the server elsewhere.
  [[nodiscard]] std::optional<pid_t> process() const;

  /// Asks the process group to end, kills it if it does not within some seconds, and waits for it.
  /// Nothing happens if there is none.
  void end();

  /// How long a server may take to accept connections.
  static constexpr auto kStartMax = std::chrono::seconds(60);
  /// How long it may take to end.
  static constexpr auto kEndMax = std::chrono::seconds(10);

 private:
  // True as long as anyone is in the group, whether or not the shell has ended.
  [[nodiscard]] bool is_left() const;
  void wait_for_end() const;

  pid_t group_ = 0;  // 0: none
};

/// Kills all that were started and have not been ended, for a program that ends at once. A signal
/// handler may call it.
void kill_servers();

/// True if a connection to one of the endpoints is accepted.
[[nodiscard]] bool accepts(std::span<const net::Endpoint> endpoints);

}  // namespace backtalk::compare
