// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Fills a mailbox by APPEND (RFC 9051 6.3.12), with flags and INTERNALDATE; the folders are made
/// by CREATE first, and looked into by SELECT for messages that are there already.
#pragma once

#include <cstdint>
#include <string>

#include "fill/filler.hpp"
#include "session/imap_plan.hpp"
#include "session/imap_session.hpp"

namespace backtalk::fill {

/// The names under which a mailbox fails.
/// It has messages, and is to be left alone then.
inline constexpr std::string_view kMailboxNotEmpty = "mailbox-not-empty";
/// The server has not said how many it has.
inline constexpr std::string_view kMailboxSizeUnknown = "mailbox-size-unknown";

class ImapFiller final : public Filler, private session::ImapPassSource {
 public:
  ImapFiller(const FillPlan& plan, std::uint64_t user);
  [[nodiscard]] session::Session& session() override { return session_; }

 private:
  // What is done to a folder next.
  enum class Step : std::uint8_t { create, select, look, remove, close, next };

  bool prepare(session::Nanoseconds now) override;
  void preparation_ended(const session::TransactionEnd& end) override;
  void hand_over(std::uint64_t number, MadeMessage&& made) override;
  [[nodiscard]] std::string_view name_of_command(unsigned command) const override;
  [[nodiscard]] const session::ImapScript::Pass& pass(std::uint64_t number) const override;

  [[nodiscard]] session::ImapPlan make_plan(std::uint64_t user) const;
  [[nodiscard]] bool takes_turn();
  [[nodiscard]] const std::string& folder() const { return plan().shape.folders[folder_].name; }

  const session::ImapPlan session_plan_;
  session::ImapSession session_;
  session::ImapScript::Pass preparation_;  // the one in flight
  bool preparing_ = false;
  std::uint64_t removing_ = 0;  // messages of the folder that are marked to be expunged
  std::size_t folder_ = 0;
  Step step_ = Step::create;
};

}  // namespace backtalk::fill
