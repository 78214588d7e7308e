// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A protocol for tests of the engines: a transaction is "?", and its answer is ".". The server
/// does not greet.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "session/server_session.hpp"
#include "session/session_context.hpp"

namespace backtalk::engine {

class PingSession : public session::Session {
 public:
  explicit PingSession(session::Observer& observer) : observer_(observer) {}

  void restart(session::Nanoseconds /*now*/) override {
    open_ = true;
    finishing_ = leaving_ = false;
  }
  void consume(std::string_view bytes, session::Nanoseconds now) override {
    for (const char octet : bytes) {
      if (octet == '!' && leaving_) {
        open_ = false;
        return;
      }
      if (octet != '.' || asked_at_ == 0) {
        end(session::Ending::failed, "protocol-unexpected", now);
        return;
      }
      observer_.command_answered({.ok = true, .latency = now - asked_at_});
      conclude(session::Ending::completed, {}, now);
    }
  }
  std::size_t produce(std::span<char> out, session::Nanoseconds now) override {
    if (finishing_ && !ticket_ && !leaving_ && open_) {
      leaving_ = true;
      out[0] = 'q';
      return 1;
    }
    if (!ticket_ || asked_at_ != 0) return 0;
    out[0] = '?';
    asked_at_ = now;
    observer_.command_sent(0, ticket_->measured);
    return 1;
  }
  [[nodiscard]] unsigned room() const override { return ready() && !ticket_ ? 1 : 0; }
  void begin(const session::Ticket& ticket) override { ticket_ = ticket; }
  void finish() override { finishing_ = true; }
  void end(session::Ending ending, std::string_view reason, session::Nanoseconds now) override {
    if (ticket_) {
      conclude(ending, reason, now);
    } else if (ending == session::Ending::failed && open_ && !leaving_) {
      observer_.connection_failed(reason);
    }
    open_ = false;
  }
  [[nodiscard]] bool ready() const override { return open_ && !finishing_; }
  [[nodiscard]] bool over() const override { return !open_; }
  [[nodiscard]] session::Nanoseconds waiting_since() const override { return asked_at_; }

 private:
  void conclude(session::Ending ending, std::string_view reason, session::Nanoseconds now) {
    const session::TransactionEnd ended{
        .ticket = *ticket_, .begun = asked_at_, .ended = now, .ending = ending, .reason = reason};
    ticket_.reset();
    asked_at_ = 0;
    observer_.transaction_ended(ended);
  }

  session::Observer& observer_;
  std::optional<session::Ticket> ticket_;
  session::Nanoseconds asked_at_ = 0;
  bool open_ = false;
  bool finishing_ = false;
  bool leaving_ = false;
};

class PingServer : public session::ServerSession {
 public:
  void restart() override { closing_ = session::Closing::not_yet; }
  std::size_t consume(std::string_view bytes) override {
    for (const char octet : bytes) {
      output_ += octet == 'q' ? '!' : '.';
      if (octet == 'q') closing_ = session::Closing::when_client_ends;
    }
    return bytes.size();
  }
  void finish_work() override {}
  [[nodiscard]] bool has_more() const override { return false; }
  [[nodiscard]] session::Closing closing() const override { return closing_; }

 private:
  session::Closing closing_ = session::Closing::not_yet;
};

}  // namespace backtalk::engine
