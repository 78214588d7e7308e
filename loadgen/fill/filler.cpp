// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "fill/filler.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "fill/imap_filler.hpp"
#include "fill/smtp_filler.hpp"

namespace backtalk::fill {
namespace {

// Of messages in flight on one connection, unless there is only one.
constexpr std::uint64_t kOctetsInFlightMax = std::uint64_t{8} << 20;

// Under these names servers end a connection in good order, which they may have had enough of:
// another may take what is left. "service-closing" is SMTP's 421, "closed-bye" IMAP's BYE.
constexpr std::array<std::string_view, 3> kPartings{"service-closing", "closed-bye", session::kServerClosed};

bool is_parting(std::string_view name) {
  return std::ranges::find(kPartings, name) != kPartings.end();
}

}  // namespace

Filler::Filler(const FillPlan& plan, std::uint64_t user) : plan_(plan), user_(user) {
  result_.mailboxes.asked = 1;
  result_.messages.asked = plan.shape.messages;
}

void Filler::begin(session::Nanoseconds now) {
  ++result_.connections;
  stored_here_ = 0;
  session().restart(now);
}

void Filler::advance(session::Nanoseconds now) {
  ended_.clear();
  if (!session().ready()) return;
  if (!prepared_ && !failed_ && !stopped_) {
    prepared_ = prepare(now);
    if (!prepared_ && !failed_) return;
  }
  while (!failed_ && !stopped_ && has_more() && session().room() > 0 &&
         (in_flight_.empty() || octets_in_flight_ < kOctetsInFlightMax)) {
    const std::uint64_t number = take_next();
    hand_over(number, make_message(plan_.shape, user_, number));
    session().begin(ticket(number, now));
  }
  if (failed_ || stopped_ || !has_more()) session().finish();
}

std::uint64_t Filler::take_next() {
  return again_.empty() ? next_++ : again_.extract(again_.begin()).key();
}

Filler::Made& Filler::add(std::uint64_t number, std::string_view text) {
  auto made = std::make_unique<Made>();
  made->message = session::make_wire_message(text);
  made->octets = text.size();
  octets_in_flight_ += made->octets;
  return *(in_flight_[number] = std::move(made));
}

void Filler::fail_mailbox(std::string_view name) {
  failed_ = true;
  ++result_.errors[std::string(name)];
}

void Filler::transaction_ended(const session::TransactionEnd& end) {
  const auto found = in_flight_.find(end.ticket.number);
  if (found == in_flight_.end()) return preparation_ended(end);
  const std::uint64_t octets = found->second->octets;
  octets_in_flight_ -= octets;
  ended_.push_back(std::move(found->second));
  in_flight_.erase(found);
  if (end.in_doubt) ++result_.in_doubt;
  switch (end.ending) {
    case session::Ending::completed:
      ++result_.messages.done;
      ++stored_here_;
      result_.octets += octets;
      break;
    case session::Ending::failed:
      if (is_parting(end.reason) && !end.in_doubt) {
        again_[end.ticket.number] = end.reason;
        break;
      }
      ++result_.messages.failed;
      ++result_.errors[std::string(end.reason)];
      // It may be there or not, and so may those behind it: what the mailbox has is not known.
      failed_ = failed_ || end.in_doubt;
      break;
    case session::Ending::unfinished: break;
  }
}

void Filler::connection_failed(std::string_view name) {
  if (is_parting(name) && wants_another_connection()) return;
  fail_mailbox(name);
}

void Filler::server_said(const session::ServerWords& words) {
  const std::string_view command =
      words.command == session::kNoCommand ? std::string_view() : name_of_command(words.command);
  result_.examples.try_emplace(std::string(words.name), Said{.user = plan_.login.users[user_].user,
                                                             .command = std::string(command),
                                                             .text = std::string(words.text)});
}

FillResult Filler::finish() {
  Ended& messages = result_.messages;
  // No other connection brought them further.
  for (const auto& [number, name] : stopped_ ? decltype(again_){} : again_) {
    ++messages.failed;
    ++result_.errors[std::string(name)];
  }
  messages.unfinished = messages.asked - messages.done - messages.failed;
  const bool filled = messages.done == messages.asked;
  const bool interrupted = stopped_ && !failed_ && messages.failed == 0;
  Ended& mailboxes = result_.mailboxes;
  (filled ? mailboxes.done : interrupted ? mailboxes.unfinished : mailboxes.failed) = 1;
  result_.interrupted = stopped_ && !filled;
  return std::move(result_);
}

std::unique_ptr<Filler> make_filler(const FillPlan& plan, std::uint64_t user) {
  if (plan.protocol == Protocol::imap) return std::make_unique<ImapFiller>(plan, user);
  return std::make_unique<SmtpFiller>(plan, user);
}

}  // namespace backtalk::fill
