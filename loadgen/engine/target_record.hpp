// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the sessions of one target report, where a run has several.
#pragma once

#include <string_view>

#include "session/forwarding_observer.hpp"
#include "session/session.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// Hears what the session of one connection reports, counts it for its target, and passes it on.
class TargetRecord final : public session::ForwardingObserver {
 public:
  /// Both outlive it.
  TargetRecord(stats::TargetTally& target, session::Observer& next)
      : ForwardingObserver(next), target_(target) {}

  /// A transaction begins.
  void started(const session::Ticket& ticket) { target_.counted.started += ticket.measured ? 1 : 0; }

  /// Something that the next observer has heard of already.
  void add_error(std::string_view name) { target_.errors.add(name); }

  void transaction_ended(const session::TransactionEnd& end) override {
    target_.ended(end);
    next().transaction_ended(end);
  }
  void connection_failed(std::string_view name) override {
    target_.errors.add(name);
    next().connection_failed(name);
  }

 private:
  stats::TargetTally& target_;
};

}  // namespace backtalk::engine
