// SPDX-License-Identifier: Apache-2.0 OR MIT
/// `backtalk serve` as a process of its own, on loopback, for as long as this lives.
#pragma once

#include <sys/types.h>

#include <string>
#include <string_view>
#include <variant>

namespace backtalk::cli {

class OwnServer {
 public:
  /// Serves that scheme on a free port; or a sentence about what went wrong.
  [[nodiscard]] static std::variant<OwnServer, std::string> start(std::string_view scheme);

  OwnServer(OwnServer&& other) noexcept;
  OwnServer& operator=(OwnServer&&) = delete;
  OwnServer(const OwnServer&) = delete;
  OwnServer& operator=(const OwnServer&) = delete;
  ~OwnServer();

  [[nodiscard]] const std::string& url() const { return url_; }

 private:
  OwnServer(pid_t process, int output) : process_(process), output_(output) {}

  pid_t process_;
  int output_;  // its standard output, which it goes on writing to
  std::string url_;
};

}  // namespace backtalk::cli
