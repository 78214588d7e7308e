// SPDX-License-Identifier: Apache-2.0 OR MIT
/// --metrics-listen: the counters of a run at http://ADDRESS:PORT/metrics while it goes on.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <variant>

#include "report/metrics.hpp"
#include "serve/page_server.hpp"
#include "serve/server.hpp"

namespace backtalk::cli {

/// A thread of its own serves the last page that was shown; it never waits for the run, nor the run
/// for it.
class MetricsListener {
 public:
  /// `where` is a port, of 127.0.0.1, or an address and a port, as those of a URL: "[::1]:9100".
  /// Port 0 picks a free one. Or a sentence for the user.
  [[nodiscard]] static std::variant<std::unique_ptr<MetricsListener>, std::string> listen(
      const std::string& where);

  MetricsListener(const MetricsListener&) = delete;
  MetricsListener& operator=(const MetricsListener&) = delete;
  ~MetricsListener();

  /// "http://127.0.0.1:9100/metrics": the address that it listens on, which for "*" is 0.0.0.0.
  [[nodiscard]] const std::string& url() const { return url_; }
  /// True if only this machine can reach it.
  [[nodiscard]] bool is_local() const { return is_local_; }

  /// What is served from now on.
  void show(const report::RunSoFar& run);

 private:
  explicit MetricsListener(serve::ServerPlan plan);
  [[nodiscard]] serve::Page find(std::string_view path, std::string_view accept);

  std::mutex lock_;
  std::string open_metrics_;  // the page, in both formats
  std::string prometheus_;
  serve::PageFinder finder_;
  serve::Server server_;
  std::string url_;
  bool is_local_ = true;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace backtalk::cli
