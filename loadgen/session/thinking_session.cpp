// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/thinking_session.hpp"

#include <algorithm>

namespace backtalk::session {
namespace {

// Sets the pauses apart from what the session itself draws.
constexpr std::uint64_t kThinking = 0x7468696E6B;

}  // namespace

ThinkingSession::ThinkingSession(const SessionFactory& make, const SessionContext& context,
                                 const ThinkTime& think, Who who)
    : ForwardingObserver(context.observer),
      think_(think),
      who_(who),
      random_(SplitMix64::nth(context.seed, kThinking)),
      inner_(make({.index = context.index, .seed = context.seed, .observer = *this})) {}

void ThinkingSession::follow() {
  next_wake_ = std::min(until_, inner_->next_wake());
  wants_tls_ = inner_->wants_tls();
}

void ThinkingSession::restart(Nanoseconds now) {
  in_flight_ = finishing_ = false;
  if (who_ == Who::connection) until_ = kNever;
  inner_->restart(now);
  follow();
}

void ThinkingSession::consume(std::string_view bytes, Nanoseconds now) {
  inner_->consume(bytes, now);
  follow();
}

std::size_t ThinkingSession::produce(std::span<char> out, Nanoseconds now) {
  const std::size_t octets = inner_->produce(out, now);
  follow();
  return octets;
}

unsigned ThinkingSession::room() const {
  return until_ != kNever || in_flight_ ? 0 : std::min(inner_->room(), 1U);
}

void ThinkingSession::begin(const Ticket& ticket) {
  in_flight_ = true;
  inner_->begin(ticket);
  follow();
}

void ThinkingSession::finish() {
  finishing_ = true;
  // Of a user who comes back the pause goes on; it keeps nothing from the goodbye.
  if (who_ == Who::connection) until_ = kNever;
  inner_->finish();
  follow();
}

void ThinkingSession::end(Ending ending, std::string_view reason, Nanoseconds now) {
  inner_->end(ending, reason, now);
  follow();
}

void ThinkingSession::wake(Nanoseconds now) {
  if (now >= until_) until_ = kNever;
  if (now >= inner_->next_wake()) inner_->wake(now);
  follow();
}

void ThinkingSession::tls_established(Nanoseconds now) {
  inner_->tls_established(now);
  follow();
}

void ThinkingSession::transaction_ended(const TransactionEnd& end) {
  in_flight_ = false;
  const bool goes_on = who_ == Who::user || !finishing_;
  const Nanoseconds pause = goes_on ? think_.draw(random_) : 0;
  until_ = pause > 0 ? end.ended + pause : kNever;
  next().transaction_ended(end);
}

}  // namespace backtalk::session
