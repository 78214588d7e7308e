// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Rank 0's side of a run that ranks share: it hears of all others, has them begin at one instant,
/// and gathers their results.
///
///     Coordinator ranks(4);
///     ranks.listen(0) ...                       // and the others hear of the port
///     ranks.gather(deadline) ...                // all are there
///     ranks.tell_all(Kind::open);
///     while (!ranks.all_opened()) ranks.wait(20ms);
///     ranks.compare_clocks();
///     ranks.begin(at);
///     while (running) ranks.wait(20ms);         // who is lost is noticed here
///     ranks.gather_results(deadline);
///
/// A rank whose connection ends, or that says nothing for `kSilentNs`, is lost; the others go on.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "net/polled_listener.hpp"
#include "ranks/channel.hpp"
#include "ranks/clock_offset.hpp"

namespace backtalk::ranks {

/// Ranks say every second that they are alive, rank 0 too. After so long without a word one is
/// lost: if its machine is, that ends no connection.
inline constexpr std::uint64_t kSilentNs = 20'000'000'000;
inline constexpr std::uint64_t kAliveEveryNs = 1'000'000'000;
/// How often a waiting rank looks at its own run.
inline constexpr std::uint64_t kLookNs = 20'000'000;

/// What rank 0 knows of another rank.
struct Other {
  std::unique_ptr<Channel> channel;  ///< null: it has not come, or is lost
  std::string host;
  bool lost = false;
  std::string why_lost;
  std::string problem;  ///< why it cannot take part; empty: it can
  bool opened = false;
  std::uint64_t completed = 0;  ///< as of its last word
  std::uint64_t heard_at = 0;
  ClockOffset clock;
  std::optional<std::uint64_t> begun_at;  ///< on this machine's clock
  std::string result;                     ///< as JSON; empty: it has not come
};

class Coordinator {
 public:
  /// `ranks` with rank 0. Who connects must know the token.
  Coordinator(unsigned ranks, std::string token) : token_(std::move(token)), others_(ranks) {}

  /// Returns an errno; 0 for success.
  [[nodiscard]] int listen(std::uint16_t port) { return listener_.listen(port); }
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

  /// Waits until all ranks are there, `deadline` is over or `stop` says so. Returns those that are
  /// missing.
  [[nodiscard]] std::vector<unsigned> gather(std::uint64_t deadline, const std::function<bool()>& stop);
  /// Handles what comes, for at most that long.
  void wait(std::uint64_t timeout_ns);
  void tell_all(Kind kind, std::string_view body = {});
  /// The first rank that cannot take part; nullopt: all can.
  [[nodiscard]] std::optional<unsigned> first_refusal() const;
  /// All but the lost have opened their sessions.
  [[nodiscard]] bool all_opened() const;
  /// Asks each for its time, several times.
  void compare_clocks();
  /// The longest that a clock's answer took to come.
  [[nodiscard]] std::uint64_t clock_error_max() const;
  /// Has all begin at that instant of this machine's clock.
  void begin(std::uint64_t at);
  /// Waits for the results of all but the lost. Those that do not come in time are lost. Once
  /// `stop` says so, all are told to end.
  void gather_results(std::uint64_t deadline, const std::function<bool()>& stop);

  /// By rank; of rank 0 itself nothing is known.
  [[nodiscard]] const std::vector<Other>& others() const { return others_; }
  /// What all others have completed, as of their last words.
  [[nodiscard]] std::uint64_t completed() const;

 private:
  void take_new();
  void admit();
  void hear(Other& other);
  void obey(Other& other, const Frame& frame);
  void lose(Other& other, std::string why);
  template <class Predicate>
  [[nodiscard]] bool all_present(Predicate predicate) const;

  std::string token_;
  net::PolledListener listener_;
  std::vector<std::unique_ptr<Channel>> strangers_;  // that have not said who they are
  std::vector<Other> others_;
  std::vector<std::uint64_t> asked_at_;
  std::uint64_t alive_at_ = 0;  // when this rank last said so
};

}  // namespace backtalk::ranks
