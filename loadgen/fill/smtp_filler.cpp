// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/smtp_filler.hpp"

#include "session/smtp_commands.hpp"

namespace backtalk::fill {

SmtpFiller::SmtpFiller(const FillPlan& plan, std::uint64_t user)
    : Filler(plan, user),
      session_plan_(make_plan(user)),
      session_(session_plan_, {.index = 0, .seed = 0, .observer = *this}) {}

session::SmtpPlan SmtpFiller::make_plan(std::uint64_t user) const {
  session::SmtpPlan made;
  made.lmtp = plan().protocol == Protocol::lmtp;
  made.starttls = plan().starttls;
  made.login = {
      .way = plan().login.way, .users = {plan().login.users[user]}, .mechanism = plan().login.mechanism};
  made.depth = plan().depth;
  made.from = plan().from;
  made.recipients.emplace_back().append(plan().recipients[user]);
  made.utf8_addresses = plan().utf8_addresses;
  made.messages = this;
  return made;
}

std::string_view SmtpFiller::name_of_command(unsigned command) const {
  return session::kSmtpCommandNames[command];
}

}  // namespace backtalk::fill
