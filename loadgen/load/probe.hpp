// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A lone session beside a load, with the protocol's cheapest command: how long does the server
/// take for someone who asks for next to nothing? It has a thread, a ring and a connection of its
/// own, so that what waits in the load's own sessions does not wait here.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "engine/client.hpp"
#include "load/job.hpp"
#include "load/plan_run.hpp"
#include "net/url.hpp"
#include "result/run_result.hpp"
#include "workload/protocols.hpp"

namespace backtalk::load {

/// Used by one thread, as LoadRun is.
class Probe {
 public:
  /// Commands a second, at equal intervals, one at a time.
  static constexpr double kRate = 100;

  /// The probe of that job, for as long as `stop` does not end it; a sentence if there can be none.
  [[nodiscard]] static std::variant<std::unique_ptr<Probe>, std::string> prepare(
      const Job& job, const Terms& terms, const workload::Protocol& protocol, const net::Url& url);

  [[nodiscard]] std::optional<std::string> open() { return client_.prepare(); }
  [[nodiscard]] const engine::ClientPlan& plan() const { return client_.plan(); }
  /// Lets its clock start if it has not: to be called once the load's sessions are open.
  void begin(std::uint64_t at);
  void stop();

  /// Ends it. The counts, or what ended it early.
  [[nodiscard]] std::variant<result::Probe, std::string> finish();

 private:
  Probe(std::string_view command, workload::Workload workload, const engine::ClientPlan& plan)
      : command_(command), workload_(std::move(workload)), client_(plan, workload_.make_session) {}

  std::string_view command_;
  workload::Workload workload_;
  engine::ClientRun client_;
  bool begun_ = false;
};

}  // namespace backtalk::load
