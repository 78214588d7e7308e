// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/pop3_verify.hpp"

#include <algorithm>
#include <charconv>

#include "backtalk/pop3/listing.hpp"

namespace backtalk::session {
namespace {

// FNV-1a, of unique-ids: short, and only to be told apart.
std::uint64_t hash_of(std::string_view text) {
  std::uint64_t hash = 0xCBF29CE484222325;
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001B3;
  return hash;
}

}  // namespace

Pop3Verify::Asked Pop3Verify::asked(Pop3Command command, std::string_view line) noexcept {
  Asked asked{.command = command};
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos) return asked;
  const std::size_t begin = std::min(line.find_first_not_of(' ', space), line.size());
  std::from_chars(line.data() + begin, line.data() + line.size(), asked.message);
  return asked;
}

void Pop3Verify::restart() noexcept {
  messages_.clear();
  count_.reset();
  octets_.reset();
  deleted_ = 0;
  message_.stop();
  found_.reset();
}

// Null if it is beyond what is kept.
Pop3Verify::Message* Pop3Verify::find(std::uint32_t number) {
  if (number == 0 || number > kMessagesMax) return nullptr;
  if (number > messages_.size()) messages_.resize(number);
  return &messages_[number - 1];
}

void Pop3Verify::find_violation(std::string_view name, std::string text) {
  if (!found_) found_ = Violation{.name = name, .text = std::move(text)};
}

void Pop3Verify::begin_answer(const Asked& asked, const pop3::Status& status) {
  asked_ = asked;
  ok_ = status.ok();
  found_.reset();
  is_listing_ = was_message_ = was_checkable_ = has_new_uids_ = false;
  message_.stop();
  if (!ok_) return;
  switch (asked.command) {
    case Pop3Command::stat: read_stat(status); break;
    case Pop3Command::list:
    case Pop3Command::uidl:
      if (status.multi_line) {
        is_listing_ = true;
        listed_ = listed_octets_ = 0;
        last_listed_ = 0;
      } else {
        read_listed(status.text);
      }
      break;
    case Pop3Command::retr:
    case Pop3Command::top:
      if (status.multi_line) message_.begin();
      break;
    case Pop3Command::dele: delete_message(); break;
    case Pop3Command::rset: undelete_all(); break;
    default: break;
  }
}

void Pop3Verify::read_line(std::string_view line) {
  if (is_listing_) read_listed(line);
}

std::optional<Violation> Pop3Verify::end_answer() {
  if (is_listing_) end_listing();
  if (message_.is_reading()) end_message();
  message_.stop();
  is_listing_ = false;
  return std::exchange(found_, std::nullopt);
}

// --- Listings

void Pop3Verify::check_count(std::uint64_t count, std::string_view what) {
  if (count_ && *count_ != count)
    find_violation(kListingsDisagree, ViolationText()
                                          .add(what)
                                          .add(" has ")
                                          .add(count)
                                          .add(" messages, and there are ")
                                          .add(*count_)
                                          .take());
  count_ = count;
}

void Pop3Verify::check_octets(std::uint64_t octets, std::string_view what) {
  if (octets_ && *octets_ != octets)
    find_violation(kListingsDisagree, ViolationText()
                                          .add(what)
                                          .add(" has ")
                                          .add(octets)
                                          .add(" octets, and there are ")
                                          .add(*octets_)
                                          .take());
  octets_ = octets;
}

void Pop3Verify::read_stat(const pop3::Status& status) {
  const Result<pop3::DropListing> found = pop3::read_drop_listing(status.text, tolerances_);
  if (!found) return find_violation(kListingsDisagree, "STAT does not say how many messages there are");
  check_count(found->messages, "STAT");
  check_octets(found->octets, "STAT");
}

// "3 120" or "3 xy", as asked for.
void Pop3Verify::read_listed(std::string_view line) {
  std::uint32_t number = 0;
  if (asked_.command == Pop3Command::list) {
    const Result<pop3::ScanListing> found = pop3::read_scan_listing(line, tolerances_);
    if (!found) return find_violation(kListingsDisagree, "a line of LIST is none");
    number = found->message;
    listed_octets_ += found->octets;
    if (Message* const message = find(number)) {
      if (message->has_size && message->size != found->octets)
        find_violation(kListingsDisagree, ViolationText()
                                              .add("message ")
                                              .add(number)
                                              .add(" had ")
                                              .add(message->size)
                                              .add(" octets, and has ")
                                              .add(found->octets)
                                              .take());
      message->size = found->octets;
      message->has_size = true;
    }
  } else {
    const Result<pop3::UniqueIdListing> found = pop3::read_unique_id_listing(line, tolerances_);
    if (!found) return find_violation(kListingsDisagree, "a line of UIDL is none");
    number = found->message;
    if (Message* const message = find(number)) {
      const std::uint64_t uid = hash_of(found->id);
      if (message->has_uid && message->uid != uid)
        find_violation(
            kListingsDisagree,
            ViolationText().add("message ").add(number).add(" has another unique-id than before").take());
      has_new_uids_ |= !message->has_uid || message->uid != uid;
      message->uid = uid;
      message->has_uid = true;
    }
  }
  if (!is_listing_) {
    if (number != asked_.message)
      find_violation(kOtherMessage, ViolationText()
                                        .add("message ")
                                        .add(asked_.message)
                                        .add(" was asked for, and ")
                                        .add(number)
                                        .add(" came")
                                        .take());
    return;
  }
  ++listed_;
  if (number <= last_listed_)
    find_violation(
        kListingsDisagree,
        ViolationText().add("message ").add(number).add(" is listed behind ").add(last_listed_).take());
  last_listed_ = number;
}

void Pop3Verify::end_listing() {
  const bool sizes = asked_.command == Pop3Command::list;
  check_count(listed_, sizes ? "LIST" : "UIDL");
  if (sizes) check_octets(listed_octets_, "LIST");
  if (!sizes && has_new_uids_) check_uids();
}

// Messages that are deleted keep theirs.
void Pop3Verify::check_uids() {
  uids_.clear();
  for (const Message& one : messages_) {
    if (one.has_uid) uids_.push_back(one.uid);
  }
  std::ranges::sort(uids_);
  const auto twice = std::ranges::adjacent_find(uids_);
  if (twice == uids_.end()) return;
  ViolationText text;
  text.add("messages");
  for (std::size_t i = 0; i < messages_.size(); ++i) {
    if (messages_[i].has_uid && messages_[i].uid == *twice) text.add(" ").add(std::uint64_t{i} + 1);
  }
  find_violation(kUidReused, text.add(" have the same unique-id").take());
}

// --- Messages

void Pop3Verify::end_message() {
  using Finding = MessageChecksum::Finding;
  was_message_ = true;
  Message* const message = find(asked_.message);
  const bool has_size = message != nullptr && message->has_size;
  // What TOP gives is compared if it can be seen to be all of it.
  const bool is_whole = asked_.command == Pop3Command::retr ||
                        (has_size && message->size == message_.octets()) ||
                        message_.finding() == Finding::right;
  if (!is_whole) return;
  // POP3 cannot show that a message's last line has no end: it gets one.
  constexpr std::uint64_t kLineEnd = 2;
  const bool is_longer = has_size && message->size + kLineEnd == message_.octets();
  if (is_longer && message_.finding() != Finding::right) return;
  was_checkable_ = message_.finding() != Finding::unknown;
  if (message_.finding() == Finding::wrong) {
    find_violation(kWrongChecksum, ViolationText()
                                       .add("message ")
                                       .add(asked_.message)
                                       .add(": the body has ")
                                       .add(ChecksumValue(message_.body()).text())
                                       .add(", its header says ")
                                       .add(ChecksumValue(*message_.expected()).text())
                                       .take());
    return;
  }
  if (message == nullptr) return;
  if (message->has_identity && message->identity != message_.identity()) {
    find_violation(
        kOtherMessage,
        ViolationText().add("message ").add(asked_.message).add(" is another one than before").take());
  } else if (has_size && message->size != message_.octets()) {
    find_violation(kWrongSize, ViolationText()
                                   .add("message ")
                                   .add(asked_.message)
                                   .add(" has ")
                                   .add(message_.octets())
                                   .add(" octets, LIST says ")
                                   .add(message->size)
                                   .take());
  }
  if (!message->has_identity) message->identity = message_.identity();
  message->has_identity = true;
}

// --- What the session itself changes

void Pop3Verify::delete_message() {
  Message* const message = find(asked_.message);
  if (message == nullptr) {  // it is not known which messages are left
    count_.reset();
    octets_.reset();
    return;
  }
  if (message->deleted) return;
  message->deleted = true;
  ++deleted_;
  if (count_) *count_ -= std::min<std::uint64_t>(*count_, 1);
  if (octets_ && message->has_size) {
    *octets_ -= std::min(*octets_, message->size);
  } else {
    octets_.reset();
  }
}

void Pop3Verify::undelete_all() {
  for (Message& one : messages_) one.deleted = false;
  if (count_) *count_ += deleted_;
  if (deleted_ > 0) octets_.reset();
  deleted_ = 0;
}

}  // namespace backtalk::session
