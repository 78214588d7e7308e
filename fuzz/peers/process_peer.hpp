// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A mail client in another language: a process of its own that reads one stream after the other,
/// started once. What it is asked and what it answers is told in clients/README.md.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

/// The client's process. It starts with the first question, and anew after some thousands, so that
/// what a language's heap keeps of them does not add up.
class ClientProcess {
 public:
  explicit ClientProcess(std::vector<std::string> command) : command_(std::move(command)) {}
  ~ClientProcess() { stop(); }
  ClientProcess(const ClientProcess&) = delete;
  ClientProcess& operator=(const ClientProcess&) = delete;

  /// False where no answer comes in time, or the process has ended; the next question goes to
  /// another.
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
  /// Debian's interpreter, the program and the protocol: one command a program, whose adapters
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
