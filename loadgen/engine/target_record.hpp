// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What the sessions of one target report, where a run has several.
#pragma once

#include <string_view>

#include "session/session.hpp"
#include "stats/tally.hpp"

namespace backtalk::engine {

/// Hears what the session of one connection reports, counts it for its target, and passes it on.
class TargetRecord final : public session::Observer {
 public:
  /// Both outlive it.
  TargetRecord(stats::TargetTally& target, session::Observer& next) : target_(target), next_(next) {}

  /// A transaction begins.
  void started(const session::Ticket& ticket) { target_.counted.started += ticket.measured ? 1 : 0; }

  /// Something that the next observer has heard of already.
  void add_error(std::string_view name) { target_.errors.add(name); }

  void transaction_ended(const session::TransactionEnd& end) override {
    target_.ended(end);
    next_.transaction_ended(end);
  }
  void connection_failed(std::string_view name) override {
    target_.errors.add(name);
    next_.connection_failed(name);
  }
  void command_sent(unsigned command, bool measured) override { next_.command_sent(command, measured); }
  void command_answered(const session::CommandAnswer& answer) override { next_.command_answered(answer); }
  void command_given_up(const session::CommandGivenUp& end) override { next_.command_given_up(end); }
  void server_said(const session::ServerWords& words) override { next_.server_said(words); }
  void unsolicited() override { next_.unsolicited(); }
  void delivered(session::Nanoseconds ns) override { next_.delivered(ns); }
  void verified(bool checkable) override { next_.verified(checkable); }
  void note(std::string_view sentence) override { next_.note(sentence); }

 private:
  stats::TargetTally& target_;
  session::Observer& next_;
};

}  // namespace backtalk::engine
