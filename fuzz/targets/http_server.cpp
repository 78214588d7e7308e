// SPDX-License-Identifier: Apache-2.0 OR MIT
// The built-in HTTP server against a hostile client: serve::HttpServer.
#include <algorithm>
#include <cstddef>
#include <optional>
#include <string_view>

#include "backtalk/fuzz/adapter.hpp"
#include "serve/http_server.hpp"

namespace {

using backtalk::fuzz::Report;
using backtalk::fuzz::Settings;
using namespace backtalk::serve;

class BuiltInServer final : public backtalk::fuzz::Adapter {
 public:
  void begin(const Settings& settings) override {
    faults_ = {};
    if ((settings.variant & 1U) != 0) faults_.service = {.kind = ServicePlan::Kind::constant, .ns = 1};
    server_.emplace(faults_, counts_);
    open();
  }
  bool reset() override {
    open();
    return true;
  }
  void feed(std::string_view bytes, Report& report) override {
    while (!ended_ && !server_->over()) {
      const std::size_t taken = server_->consume(bytes);
      bytes.remove_prefix(taken);
      if (server_->work_ns() > 0) server_->finish_work();
      take_output(report);
      if (bytes.empty() && !server_->has_more()) break;
    }
  }
  void finish(Report& report) override {
    if (ended_) {  // how much it had counted by then depends on the cuts
      report.event("much");
      return;
    }
    report.event("counts").number(counts_.requests).number(counts_.octets_received);
    report.number(counts_.protocol_errors);
    report.event(server_->over() ? "over" : "open");
  }

 private:
  static constexpr std::size_t kSaidMax = std::size_t{1} << 20;

  void open() {
    counts_ = {};
    said_ = 0;
    ended_ = false;
    server_->restart();
  }

  void take_output(Report& report) {
    const std::string_view output = server_->output();
    if (output.size() > 2 * backtalk::session::ServerSession::kOutputEnough)
      report.broken("the server queues more than enough");
    report.octets(output.substr(0, kSaidMax - said_));
    said_ = std::min(kSaidMax, said_ + output.size());
    ended_ = said_ == kSaidMax;  // it would go on for as long as it was asked to
    server_->output().clear();
  }

  Faults faults_;
  HttpCounts counts_;
  std::optional<HttpServer> server_;
  std::size_t said_ = 0;
  bool ended_ = false;
};

}  // namespace

BACKTALK_FUZZ_TARGET(BuiltInServer, .name = "http_server", .protocol = "http", .variants = 2, .simd = true)
