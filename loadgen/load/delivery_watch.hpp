// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Sessions beside a load that watch the mailboxes into which its messages are delivered. They
/// have a thread, a ring and connections of their own, one for each mailbox.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/client.hpp"
#include "load/delivery_wait.hpp"
#include "load/job.hpp"
#include "load/plan_run.hpp"
#include "result/deliveries.hpp"
#include "result/run_result.hpp"
#include "workload/smtp_options.hpp"
#include "workload/watch_workload.hpp"

namespace backtalk::load {

/// Used by one thread, as LoadRun is.
class DeliveryWatch {
 public:
  /// Of that job, whose protocol is SMTP or LMTP, and of its messages; or a sentence if there can
  /// be none.
  [[nodiscard]] static std::variant<std::unique_ptr<DeliveryWatch>, std::string> prepare(
      const Job& job, const Terms& terms, std::shared_ptr<stats::DeliveryBook> deliveries);

  /// Opens the sessions and waits until every mailbox is watched, for as long as sessions may take
  /// to open. A sentence if one is not by then.
  [[nodiscard]] std::optional<std::string> open();

  [[nodiscard]] const engine::ClientPlan& plan() const { return client_.plan(); }

  /// True once no message is waited for any more. To be asked when no message will be sent.
  [[nodiscard]] bool settled(std::uint64_t now);
  /// Waits for messages no longer.
  void stop() { stopped_ = true; }

  /// Ends the sessions. What became of the messages, or what ended the watch early.
  [[nodiscard]] std::variant<result::Deliveries, std::string> finish();
  /// Adds what was wrong with the messages, if they were read whole (--verify), and how many were
  /// compared. After `finish`.
  void add_verification(result::RunResult& out) const;
  /// What a reader of the result must know. After `finish`.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  DeliveryWatch(const workload::SmtpOptions& options, workload::WatchWorkload watch, std::string url,
                const engine::ClientPlan& plan, std::shared_ptr<stats::DeliveryBook> deliveries);

  [[nodiscard]] std::string why_unwatched();

  std::string url_;
  workload::WatchWorkload watch_;
  std::shared_ptr<stats::DeliveryBook> deliveries_;
  engine::ClientRun client_;
  std::uint64_t patience_ns_;
  DeliveryWait wait_;
  bool stopped_ = false;
  std::vector<result::NamedCount> violations_;
  std::vector<result::Example> examples_;  // of these
  result::Verification verification_;
  std::vector<std::string> notes_;
};

}  // namespace backtalk::load
