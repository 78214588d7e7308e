// SPDX-License-Identifier: Apache-2.0 OR MIT
/// A session between whose transactions the client thinks, whatever the protocol: as the user of a
/// mail client does who reads a message before asking for the next.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>

#include "session/forwarding_observer.hpp"
#include "session/session.hpp"
#include "session/session_context.hpp"
#include "session/split_mix64.hpp"
#include "session/think_time.hpp"

namespace backtalk::session {

/// Passes everything on to the session that it makes. It has one transaction at a time, and no room
/// for the next before it has thought. A pause begins with the end of a transaction; nobody thinks
/// before the first. `finish` and `end` cut it short.
class ThinkingSession final : public Session, private ForwardingObserver {
 public:
  /// Who thinks.
  enum class Who : std::uint8_t {
    user,       ///< of the connection, closed and opened again: the pause goes on meanwhile
    connection  ///< each has a user of its own, who thinks no more once it has ended
  };

  /// The pauses are decided by the context's seed. Its observer outlives the session.
  ThinkingSession(const SessionFactory& make, const SessionContext& context, const ThinkTime& think, Who who);

  void restart(Nanoseconds now) override;
  void consume(std::string_view bytes, Nanoseconds now) override;
  std::size_t produce(std::span<char> out, Nanoseconds now) override;
  [[nodiscard]] unsigned room() const override;
  void begin(const Ticket& ticket) override;
  void finish() override;
  void end(Ending ending, std::string_view reason, Nanoseconds now) override;
  [[nodiscard]] bool ready() const override { return inner_->ready(); }
  [[nodiscard]] bool over() const override { return inner_->over(); }
  [[nodiscard]] Nanoseconds waiting_since() const override { return inner_->waiting_since(); }
  [[nodiscard]] Nanoseconds asked_since() const override { return inner_->asked_since(); }
  [[nodiscard]] Nanoseconds absent_until() const override {
    return who_ == Who::user && until_ != kNever ? until_ : 0;
  }
  void wake(Nanoseconds now) override;
  void tls_established(Nanoseconds now) override;

 private:
  void transaction_ended(const TransactionEnd& end) override;

  // What the driver may ask for at any time.
  void follow();

  const ThinkTime think_;
  const Who who_;
  SplitMix64 random_;
  std::unique_ptr<Session> inner_;
  Nanoseconds until_ = kNever;  // kNever: nobody thinks
  bool in_flight_ = false;
  bool finishing_ = false;
};

}  // namespace backtalk::session
