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
///     ranks.gather_results(patience, stop);
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
  std::uint64_t heard_at = 0;   ///< when anything of it came
  ClockOffset clock;
  std::optional<std::uint64_t> begun_at;  ///< on this machine's clock
  std::string result;                     ///< as JSON; empty: it has not come
};

/// How long results are waited for.
struct Patience {
  std::uint64_t until = 0;          ///< an instant
  std::uint64_t after_stop_ns = 0;  ///< once the user has ended the load, if that is earlier
};

class Coordinator {
 public:
  /// `ranks` counts rank 0 too. Only a process that knows the token is admitted.
  Coordinator(unsigned ranks, std::string token) : token_(std::move(token)), others_(ranks) {}

  /// Returns an errno; 0 for success.
  [[nodiscard]] int listen(std::uint16_t port) { return listener_.listen(port); }
  [[nodiscard]] std::uint16_t port() const { return listener_.port(); }

  /// Waits until all ranks are there, `deadline` is over or `stop` says so. Returns those that are
  /// missing.
  /// Looks at least once. Once all are there, nobody else can connect.
  [[nodiscard]] std::vector<unsigned> gather(std::uint64_t deadline, const std::function<bool()>& stop);
  /// Why the last of those who were not admitted was not: "its token is another"; empty: nobody.
  [[nodiscard]] const std::string& turned_away() const { return turned_away_; }
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
  /// Waits for the results of all but the lost. Those that do not come in time are lost, except one
  /// that is on its way: it is waited for while more of it comes. Once `stop` says so, all are told
  /// to end. Results that come before `begin` do not count.
  void gather_results(const Patience& patience, const std::function<bool()>& stop);

  /// By rank; of rank 0 itself nothing is known.
  [[nodiscard]] const std::vector<Other>& others() const { return others_; }
  /// What all others have completed, as of their last words.
  [[nodiscard]] std::uint64_t completed() const;

 private:
  // Has connected, and not said who it is.
  struct Stranger {
    std::unique_ptr<Channel> channel;
    std::uint64_t until = 0;  // when it must have
  };
  // A question for a clock, which has not been answered; 0: there is none.
  struct Asked {
    std::uint64_t number = 0;
    std::uint64_t at = 0;
  };

  void take_new();
  void admit_all();
  void admit(Stranger& stranger, const Frame& frame);
  void turn_away(Stranger& stranger, std::string why);
  void hear(Other& other);
  void hear_answer(Other& other, std::string_view answer);
  void ask_clocks(std::size_t from, std::size_t until, std::uint64_t timeout_ns);
  void note_ends();
  void obey(Other& other, Frame frame);
  static void lose(Other& other, std::string why);
  template <class Predicate>
  [[nodiscard]] bool all_present(Predicate predicate) const;

  std::string token_;
  net::PolledListener listener_;
  std::uint64_t listens_from_ = 0;  // later than now: there was no descriptor left
  std::vector<Stranger> strangers_;
  std::string turned_away_;
  std::vector<Other> others_;
  std::vector<Asked> asked_;  // by rank
  std::uint64_t questions_ = 0;
  bool has_begun_ = false;
  std::uint64_t alive_at_ = 0;  // when this rank last said so
};

}  // namespace backtalk::ranks
