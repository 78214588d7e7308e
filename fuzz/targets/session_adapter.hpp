// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The client's side of a protocol against a hostile server: any `session::Session` as a fuzz
/// target.
///
/// The stream is what the server says. The client speaks at fixed places of it (first, and after
/// each line or each `SessionAdapter::kBurst` octets), so that what it says does not depend on the
/// cuts. Whatever the server says has to keep these promises:
///
/// - every transaction that begins ends exactly once, and a failed one has a reason;
/// - no command is answered that was not sent, and no more wait than the session has room for;
/// - the client does not say more than its transactions need;
/// - after its end the session is over, waits for nothing and has nothing to say.
///
/// A protocol supplies `make_session`; smtp_session.cpp is an example.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "backtalk/fuzz/adapter.hpp"
#include "session/session_context.hpp"

namespace backtalk::fuzz {

/// A session, and what it promises.
struct SessionUnderTest {
  std::unique_ptr<session::Session> session;
  /// The names of the commands, by the indices that the observer receives. Static storage.
  std::span<const std::string_view> command_names;
  std::size_t commands_waiting_max = 0;  ///< commands that can wait for their replies
  std::size_t output_max_once = 0;       ///< octets of a connection without any transaction
  std::size_t output_max_each = 0;       ///< octets that a transaction adds
  /// Speak after each `kBurst` octets instead of after each line: replies arrive together, and cut.
  bool bursts = false;
  /// What the server did on one connection changes what the session does on the next.
  bool learns = false;
};

/// The plans of all variants of a target, made once and shared by its sessions.
template <class Plan>
[[nodiscard]] std::vector<Plan> plans_of(unsigned variants, Plan (*plan_of)(unsigned variant)) {
  std::vector<Plan> all;
  all.reserve(variants);
  for (unsigned i = 0; i < variants; ++i) all.push_back(plan_of(i));
  return all;
}

/// Counts what the session reports, and writes it into the report of the stream.
class SessionObserver final : public session::Observer {
 public:
  static constexpr unsigned kTransactions = 12;

  /// A new connection of this session.
  void open(const SessionUnderTest& tested);
  void write_to(Report* report) { report_ = report; }
  /// How many octets the client has said: the offset of the events from here on.
  void at(std::uint64_t offset) { offset_ = offset; }
  void begin(std::uint64_t number);
  [[nodiscard]] bool all_ended() const { return begun_ == ended_; }

  void command_sent(unsigned command, bool measured) override;
  void command_answered(const session::CommandAnswer& answer) override;
  void transaction_ended(const session::TransactionEnd& end) override;
  void connection_failed(std::string_view name) override;
  void server_said(const session::ServerWords& words) override;
  void note(std::string_view sentence) override;

 private:
  [[nodiscard]] std::string_view name_of(unsigned command) const;

  Report* report_ = nullptr;
  std::uint64_t offset_ = 0;
  std::span<const std::string_view> command_names_;
  std::size_t waiting_ = 0;
  std::size_t waiting_max_ = 0;
  unsigned begun_ = 0;
  unsigned ended_ = 0;
  std::array<bool, kTransactions> in_flight_{};
};

class SessionAdapter : public Adapter {
 public:
  /// Between the client's turns, if it speaks in bursts.
  static constexpr std::uint64_t kBurst = 64;

  void begin(const Settings& settings) final;
  bool reset() final;
  void feed(std::string_view bytes, Report& report) final;
  void finish(Report& report) final;

 protected:
  /// The session of a variant, below `Target::variants`. The observer outlives it.
  [[nodiscard]] virtual SessionUnderTest make_session(unsigned variant, session::Observer& observer) = 0;

 private:
  void open();
  void connect(Report& report);
  [[nodiscard]] std::size_t until_client_speaks(std::string_view bytes) const;
  void take_turn(Report& report);
  void speak(Report& report);
  void begin_transactions();
  bool say(Report& report);

  SessionObserver observer_;
  SessionUnderTest tested_;
  bool connected_ = false;
  bool finishing_ = false;
  session::Nanoseconds now_ = 1;
  std::uint64_t consumed_ = 0;
  std::size_t said_ = 0;
  std::size_t output_max_ = 0;
  std::uint64_t supplied_ = 0;
};

}  // namespace backtalk::fuzz
