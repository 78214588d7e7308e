/// A mail client in another language: a process of its own that reads one stream after the other, started
/// once. What it is asked and what it answers is told in clients/README.md.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"

namespace backtalk::fuzz {

class ProcessPeer : public Adapter {
 public:
  /// Debian's interpreter, the program and the protocol.
  explicit ProcessPeer(std::vector<std::string> command) : command_(std::move(command)) {}
  ~ProcessPeer() override { stop(); }
  ProcessPeer(const ProcessPeer&) = delete;
  ProcessPeer& operator=(const ProcessPeer&) = delete;

  void begin(const Settings& settings) override;
  void feed(std::string_view bytes, Report& report) override;
  void finish(Report& report) override;

 private:
  void start();
  void stop();
  bool ask(std::string_view request);
  /// False where the answer does not come in time or at all.
  bool take(void* into, std::size_t size);

  std::vector<std::string> command_;
  std::vector<std::string> pieces_;
  unsigned variant_ = 0;
  pid_t process_ = -1;
  int to_ = -1;
  int from_ = -1;
};

}  // namespace backtalk::fuzz
