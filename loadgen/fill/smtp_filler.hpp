// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Fills a mailbox by delivery: its user is the recipient of each message.
#pragma once

#include <cstdint>

#include "fill/filler.hpp"
#include "session/smtp_plan.hpp"
#include "session/smtp_session.hpp"

namespace backtalk::fill {

class SmtpFiller final : public Filler, private session::MessageSource {
 public:
  SmtpFiller(const FillPlan& plan, std::uint64_t user);
  [[nodiscard]] session::Session& session() override { return session_; }

 private:
  bool prepare(session::Nanoseconds) override { return true; }
  void preparation_ended(const session::TransactionEnd&) override {}
  void hand_over(std::uint64_t number, MadeMessage&& made) override { add(number, made.text); }
  [[nodiscard]] std::string_view name_of_command(unsigned command) const override;
  [[nodiscard]] const session::WireMessage& message(std::uint64_t number) const override {
    return made(number).message;
  }

  [[nodiscard]] session::SmtpPlan make_plan(std::uint64_t user) const;

  const session::SmtpPlan session_plan_;
  session::SmtpSession session_;
};

}  // namespace backtalk::fill
