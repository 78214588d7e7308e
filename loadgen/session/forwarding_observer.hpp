// SPDX-License-Identifier: Apache-2.0 OR MIT
/// An observer that stands between a session and the observer that counts.
#pragma once

#include <string_view>

#include "session/session.hpp"

namespace backtalk::session {

/// Passes every report on to the next observer. A class that derives from it overrides what it
/// wants to see, and calls the same function of `next` to pass it on.
class ForwardingObserver : public Observer {
 public:
  void command_sent(unsigned command, bool measured) override { next_.command_sent(command, measured); }
  void command_answered(const CommandAnswer& answer) override { next_.command_answered(answer); }
  void command_given_up(const CommandGivenUp& end) override { next_.command_given_up(end); }
  void transaction_ended(const TransactionEnd& end) override { next_.transaction_ended(end); }
  void connection_failed(std::string_view name) override { next_.connection_failed(name); }
  void server_said(const ServerWords& words) override { next_.server_said(words); }
  void unsolicited() override { next_.unsolicited(); }
  void delivered(Nanoseconds ns) override { next_.delivered(ns); }
  void verified(bool checkable) override { next_.verified(checkable); }
  void note(std::string_view sentence) override { next_.note(sentence); }

 protected:
  /// The next observer outlives this one.
  explicit ForwardingObserver(Observer& next) : next_(next) {}
  [[nodiscard]] Observer& next() { return next_; }

 private:
  Observer& next_;
};

}  // namespace backtalk::session
