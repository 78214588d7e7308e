// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A mail client in another language. It runs in a separate process that reads many streams, one
/// after the other. clients/README.md describes the requests and answers.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// The client's process. It is started by the first request and restarted after some thousands, so
/// that memory that the language runtime keeps does not accumulate.
class ClientProcess {
 public:
  explicit ClientProcess(std::vector<std::string> command) : command_(std::move(command)) {}
  ~ClientProcess() { stop(); }
  ClientProcess(const ClientProcess&) = delete;
  ClientProcess& operator=(const ClientProcess&) = delete;

  /// Returns false if the answer does not arrive in time or the process has ended. The next request
  /// then starts a new process.
  bool ask(std::string_view request, std::string& answer);

 private:
  void start();
  void stop();
  bool put(std::string_view request);
  bool take(void* into, std::size_t size);

  std::vector<std::string> command_;
  unsigned asked_ = 0;
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
};

class ProcessPeer : public Adapter {
 public:
  /// The command: Debian's interpreter, the script and the protocol. All adapters of a program
  /// share the process.
  explicit ProcessPeer(std::vector<std::string> command) : client_(shared(std::move(command))) {}

  void begin(const Settings& settings) override;
  void feed(std::string_view bytes, Report& report) override;
  void finish(Report& report) override;

 private:
  static ClientProcess& shared(std::vector<std::string> command);

  ClientProcess& client_;
  std::vector<std::string> pieces_;
  unsigned variant_ = 0;
};

}  // namespace backtalk::fuzz
