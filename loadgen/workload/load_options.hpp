// SPDX-License-Identifier: Apache-2.0 OR MIT
/// What can be asked of a load: the command line of `backtalk load`, in one struct for all protocols.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "session/smtp_plan.hpp"
#include "workload/choice.hpp"

namespace backtalk::workload {

/// How transactions are spaced in open loop.
enum class Arrival : std::uint8_t { constant, poisson };

inline constexpr std::array kArrivals{Choice{"constant", Arrival::constant},
                                      Choice{"poisson", Arrival::poisson}};
inline constexpr std::array kSubmissions{Choice{"data", session::SmtpPlan::Submission::data},
                                         Choice{"bdat", session::SmtpPlan::Submission::bdat}};
inline constexpr std::array kNexts{Choice{"with-dot", session::SmtpPlan::Next::with_dot},
                                   Choice{"after-reply", session::SmtpPlan::Next::after_reply}};
inline constexpr std::array kExercises{Choice{"message", session::SmtpPlan::Exercise::message},
                                       Choice{"noop", session::SmtpPlan::Exercise::noop},
                                       Choice{"rset", session::SmtpPlan::Exercise::rset}};

/// One thread a ring, and rings are memory: nobody means more than this.
inline constexpr unsigned kThreadsMax = 1024;

struct LoadOptions {
  std::string url;
  unsigned connections = 10;
  unsigned threads = 1;
  unsigned pipeline = 1;
  std::optional<std::uint64_t> duration_ns;
  std::optional<std::uint64_t> transactions;
  std::uint64_t warmup_ns = 0;
  std::uint64_t timeout_ns = 10'000'000'000;
  std::uint64_t ramp_ns = 0;
  double allow_failures = 0.01;  ///< of what was started; more of them fail the run
  std::uint64_t per_connection = 0;
  std::optional<double> rate;
  Arrival arrival = Arrival::constant;
  std::uint64_t seed = 1;
  std::uint64_t batch_ns = 1'000'000;
  bool quick_ack = false;
  bool far_target = false;  ///< load an address that is neither loopback nor private

  // results
  std::string json_file;
  std::string hdr_file;
  std::vector<std::string> fail_if;
  bool quiet = false;

  // smtp, lmtp
  std::string hello = "localhost";
  std::string from = "sender@backtalk.invalid";
  std::vector<std::string> to{"recipient@backtalk.invalid"};
  std::uint64_t size_octets = 1024;
  std::string message_file;
  session::SmtpPlan::Submission submission = session::SmtpPlan::Submission::data;
  session::SmtpPlan::Next next = session::SmtpPlan::Next::with_dot;
  session::SmtpPlan::Exercise exercise = session::SmtpPlan::Exercise::message;
};

}  // namespace backtalk::workload
