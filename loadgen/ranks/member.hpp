// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The side of every other rank: it finds rank 0, does what it is told, and sends its result.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "load/load_run.hpp"
#include "net/endpoint.hpp"
#include "ranks/channel.hpp"
#include "ranks/hello.hpp"

namespace backtalk::ranks {

class Member {
 public:
  /// Tries the places ("HOST:PORT") in turn, and says `hello`, until rank 0 welcomes it at one:
  /// anybody may listen there. A sentence for the user if it is turned away, if nobody answers
  /// until `deadline`, or if `stop` says so.
  [[nodiscard]] std::optional<std::string> connect(std::span<const std::string> places, const Hello& hello,
                                                   std::uint64_t deadline, const std::function<bool()>& stop);

  /// Carries out this rank's part; `stop` ends the load early, or the run if it has not begun to
  /// open its sessions. A sentence for the user if rank 0 is lost; what this rank itself cannot do,
  /// rank 0 says.
  [[nodiscard]] std::optional<std::string> follow(load::LoadRun& run, const std::function<bool()>& stop);

  /// Waits until rank 0 has heard why this one cannot take part, or `stop` says so.
  void wait_for_end(const std::function<bool()>& stop);

 private:
  enum class Step { waiting, opening, opened, running, over };

  // What somebody at that place says to `hello`.
  struct Answer {
    bool is_welcome = false;
    bool is_refusal = false;
    std::string why_not;
  };
  [[nodiscard]] Answer greet(const net::Endpoint& to, const Hello& hello, std::uint64_t deadline,
                             const std::function<bool()>& stop);
  void end_early(load::LoadRun& run);
  void obey(const Frame& frame, load::LoadRun& run);
  void step(load::LoadRun& run);
  void send_result(load::LoadRun& run);
  void say_alive(std::uint64_t completed);

  std::unique_ptr<Channel> channel_;
  Step step_ = Step::waiting;
  std::uint64_t alive_at_ = 0;
  std::uint64_t heard_at_ = 0;
  bool stopped_ = false;
  bool done_ = false;
};

}  // namespace backtalk::ranks
