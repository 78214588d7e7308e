// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_watch.hpp"

#include <algorithm>
#include <limits>

#include "backtalk/imap/fetch.hpp"
#include "backtalk/imap/response_code.hpp"
#include "session/delivery_field.hpp"

namespace backtalk::session {
namespace {

constexpr std::uint64_t kUidMax = std::numeric_limits<std::uint32_t>::max();

}  // namespace

void ImapWatch::restart() noexcept {
  forget_shown();
  messages_ = passed_ = through_ = 0;
  news_ = again_ = false;
  says_validity_ = says_next_ = 0;
  selects_ = true;
  reader_ = {};
}

void ImapWatch::begin() {
  selects_ = false;
  const bool other = validity_ != 0 && says_validity_ != 0 && says_validity_ != validity_;
  if (knows_uid_ && (other || (says_next_ != 0 && says_next_ < next_uid_))) {
    next_uid_ = 1;
    told_.clear();
    rereading_ = news_ = true;
  }
  // Where the mailbox ends before the run. After a new connection it is known where to go on.
  if (!knows_uid_ && says_next_ != 0) {
    knows_uid_ = true;
    next_uid_ = says_next_;
  }
  if (says_validity_ != 0) validity_ = says_validity_;
  log_->watching(mailbox_);
}

void ImapWatch::told_all(Nanoseconds now) {
  if (has_news()) {
    through_ = now;
  } else {
    log_->looked_through(mailbox_, now);
  }
}

void ImapWatch::fetching() noexcept {
  news_ = again_ = false;
  highest_ = {};
  untold_ = 0;
}

void ImapWatch::fetched(bool ok) {
  if (!ok || untold_ != 0) again_ = true;
  if (!ok) return;
  // A message that came unasked may have any UID.
  if (highest_.number > 0 && highest_.number >= passed_) {
    passed_ = highest_.number;
    next_uid_ = highest_.uid + 1;
    while (first_ != end_ && shown_[first_ % kShownMax].messages <= passed_) ++first_;
  }
  if (untold_ != 0) {
    next_uid_ = std::min(next_uid_, untold_);
    passed_ = 0;
  } else {
    rereading_ = false;
    if (through_ != 0) log_->looked_through(mailbox_, through_);
  }
  through_ = 0;
  told_.forget_below(next_uid_);
}

void ImapWatch::read(ImapData kind, const imap::Response& response, Tolerances tolerances, Nanoseconds now) {
  switch (kind) {
    case ImapData::ok: read_code(response, tolerances); break;
    case ImapData::exists:
      if (response.number() < messages_) forget_shown();  // which EXPUNGE should have told
      if (response.number() > messages_) {
        news_ = true;
        if (end_ - first_ < kShownMax)
          shown_[end_++ % kShownMax] = {.messages = response.number(), .at = now};
      }
      messages_ = response.number();
      break;
    case ImapData::expunge:
    case ImapData::vanished:
      messages_ -= messages_ > 0 ? 1 : 0;
      passed_ = 0;
      highest_ = {};
      forget_shown();
      break;
    case ImapData::fetch: read_fetch(response, tolerances, now); break;
    default: break;
  }
}

void ImapWatch::read_code(const imap::Response& response, Tolerances tolerances) {
  if (!selects_) return;
  const auto code = imap::read_response_code(response.code, tolerances);
  if (!code || !code->number || *code->number == 0 || *code->number > kUidMax) return;
  if (code->code == imap::Code::uidnext) says_next_ = static_cast<std::uint32_t>(*code->number);
  if (code->code == imap::Code::uidvalidity) says_validity_ = static_cast<std::uint32_t>(*code->number);
}

void ImapWatch::read_piece(const imap::Response& response) noexcept {
  const bool first = response.literal.size() + response.literal_left == response.literal_octets;
  if (first) reader_.begin();
  reader_.feed(response.literal);
}

// Data about flags, which a server may send at any time, has no header.
void ImapWatch::read_fetch(const imap::Response& response, Tolerances tolerances, Nanoseconds now) {
  imap::FetchItems items(response, tolerances);
  std::uint64_t uid = 0;
  const imap::Token* header = nullptr;
  for (imap::FetchItem item; items.next(item);) {
    if (item.attribute == imap::FetchAttribute::uid) uid = item.number();
    if (item.attribute == imap::FetchAttribute::body_section) header = item.value;
  }
  if (header == nullptr || uid < next_uid_ || uid >= kUidMax) return;
  const Highest one{.number = response.number(), .uid = static_cast<std::uint32_t>(uid)};
  const bool higher =
      one.number > highest_.number || (one.number == highest_.number && one.uid < highest_.uid);
  if (higher) highest_ = one;
  knows_uid_ = true;
  if (!header->streamed) {
    reader_.begin();
    reader_.feed(header->text);
  }
  const auto id = reader_.found();
  reader_ = {};
  if (!id || id->run != log_->run()) return;
  switch (told_.add(one.uid)) {
    case UidSet::Added::was_there: return;
    case UidSet::Added::no_room: untold_ = untold_ == 0 ? one.uid : std::min(untold_, one.uid); return;
    case UidSet::Added::added: break;
  }
  const Nanoseconds shown = shown_at(one.number, now);
  if (rereading_) {
    log_->found(mailbox_, id->number, shown);
  } else {
    log_->seen(mailbox_, id->number, shown);
  }
}

// By the first EXISTS that counted it.
Nanoseconds ImapWatch::shown_at(std::uint64_t message, Nanoseconds now) const noexcept {
  for (std::size_t i = first_; i != end_; ++i) {
    if (shown_[i % kShownMax].messages >= message) return shown_[i % kShownMax].at;
  }
  return now;
}

}  // namespace backtalk::session
