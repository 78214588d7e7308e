// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `smtp` and `lmtp` alone.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "options/choice.hpp"
#include "options/option_spec.hpp"
#include "session/smtp_plan.hpp"
#include "workload/script_options.hpp"

namespace backtalk::workload {

inline constexpr std::array kSubmissions{options::Choice{"data", session::SmtpPlan::Submission::data},
                                         options::Choice{"bdat", session::SmtpPlan::Submission::bdat}};
inline constexpr std::array kNexts{options::Choice{"with-dot", session::SmtpPlan::Next::with_dot},
                                   options::Choice{"after-reply", session::SmtpPlan::Next::after_reply}};
inline constexpr std::array kExercises{options::Choice{"message", session::SmtpPlan::Exercise::message},
                                       options::Choice{"noop", session::SmtpPlan::Exercise::noop},
                                       options::Choice{"rset", session::SmtpPlan::Exercise::rset}};

struct SmtpOptions : ScriptOptions {
  std::string hello = "localhost";
  std::string from = "sender@backtalk.invalid";
  std::vector<std::string> to{"recipient@backtalk.invalid"};
  std::string xclient;
  session::SmtpPlan::Submission submission = session::SmtpPlan::Submission::data;
  session::SmtpPlan::Next next = session::SmtpPlan::Next::with_dot;
  session::SmtpPlan::Exercise exercise = session::SmtpPlan::Exercise::message;
  /// How often the mailboxes are looked into; nullopt: IDLE, if there is one.
  std::optional<std::uint64_t> poll_ns;
  std::uint64_t patience_ns = 10'000'000'000;  ///< how long a message is waited for

  [[nodiscard]] bool follows_script() const { return !script.empty(); }
  /// Not with --exercise, nor with a script that comes with the program and has no {message}.
  [[nodiscard]] bool sends_messages() const override;
};

[[nodiscard]] std::span<const options::OptionGroup> smtp_option_groups();

}  // namespace backtalk::workload
