// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/imap_verify.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <string>

#include "backtalk/imap/flags.hpp"
#include "backtalk/imap/response_code.hpp"
#include "session/crc32.hpp"
#include "session/imap_commands.hpp"

namespace backtalk::session {
namespace {

constexpr std::array<std::string_view, 5> kSystemFlags{"\\SEEN", "\\ANSWERED", "\\FLAGGED", "\\DELETED",
                                                       "\\DRAFT"};
constexpr FlagWord kSeen = 1;
constexpr FlagWord kSystem = (1U << kSystemFlags.size()) - 1;
constexpr FlagWord kFlagsKnown = 1U << 31U;
constexpr FlagWord kKeywords = ~(kSystem | kFlagsKnown);

std::string upper(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return out;
}

// Keywords add up, in whatever order they come.
FlagWord flag_word(const imap::Flags& flags) {
  FlagWord word = kFlagsKnown;
  word |= flags.seen ? 1U : 0U;
  word |= flags.answered ? 2U : 0U;
  word |= flags.flagged ? 4U : 0U;
  word |= flags.deleted ? 8U : 0U;
  word |= flags.draft ? 16U : 0U;
  FlagWord keywords = 0;
  for (const imap::Token& one : flags.all) {
    if (one.kind == imap::Token::Kind::flag) continue;
    keywords += crc32_of(one.text) | 1U;
  }
  return word | ((keywords << kSystemFlags.size()) & kKeywords);
}

FlagWord flags_changed_by(const ScriptCommand& command) {
  std::string line;
  bool has_fields = false;
  command.line.each_piece([&](std::string_view text, const CommandTemplate::Placeholder* behind) {
    line.append(upper(text));
    if (behind == nullptr) return;
    line.push_back('0');
    has_fields |= behind->field == CommandTemplate::Field::captured;
  });
  switch (static_cast<ImapCommand>(command.command)) {
    case ImapCommand::fetch:
    case ImapCommand::uid_fetch: {
      const bool reads =
          line.find("BODY[") != std::string::npos || line.find("BINARY[") != std::string::npos ||
          line.find("RFC822 ") != std::string::npos || line.find("RFC822)") != std::string::npos ||
          line.ends_with("RFC822") || line.find("RFC822.TEXT") != std::string::npos;
      return reads || has_fields ? kSeen : 0;
    }
    case ImapCommand::store:
    case ImapCommand::uid_store: break;
    default: return 0;
  }
  const std::size_t begin = line.find("FLAGS");
  if (has_fields || begin == std::string::npos || !command.literals.empty()) return kSystem | kKeywords;
  // FLAGS without a sign replaces those that there are.
  const bool replaces = begin == 0 || (line[begin - 1] != '+' && line[begin - 1] != '-');
  if (replaces) return kSystem | kKeywords;
  FlagWord word = 0;
  std::size_t known = 0;
  for (std::size_t i = 0; i < kSystemFlags.size(); ++i) {
    if (line.find(kSystemFlags[i], begin) == std::string::npos) continue;
    word |= 1U << i;
    ++known;
  }
  // What is no system flag is a keyword.
  const std::size_t arguments = std::min(line.find(' ', begin), line.size());
  std::size_t words = 0;
  for (std::size_t at = arguments; at < line.size();) {
    const std::size_t first = line.find_first_not_of(" ()", at);
    if (first == std::string::npos) break;
    ++words;
    at = std::min(line.find_first_of(" ()", first), line.size());
  }
  return words > known ? word | kKeywords : word;
}

// All of a message, or what would have been if it were: nothing of a part or a header.
enum class Section : std::uint8_t { none, whole, part };

Section section_of(const imap::Token& name) {
  if (name.is_word("RFC822")) return Section::whole;
  if (name.is_word("RFC822.TEXT")) return Section::part;
  if (name.kind != imap::Token::Kind::section) return Section::none;
  const Result<imap::Section> section = imap::read_section(name);
  if (!section) return Section::none;
  if (section->text.empty())
    return section->part.empty() && !section->origin ? Section::whole : Section::part;
  return section->text.size() == std::string_view("TEXT").size() && upper(section->text) == "TEXT"
             ? Section::part
             : Section::none;
}

}  // namespace

FlagWord flags_changed_by(const Script& script) {
  FlagWord word = 0;
  const auto add = [&word](const std::vector<ScriptCommand>& commands) {
    for (const ScriptCommand& one : commands) word |= flags_changed_by(one);
  };
  add(script.once);
  for (const ScriptPass& pass : script.passes) add(pass.commands);
  add(script.end);
  return word;
}

void ImapVerify::restart() noexcept {
  leave();
  body_.stop();
  has_streamed_ = was_message_ = was_checkable_ = false;
  found_.reset();
}

void ImapVerify::select(std::string_view line) noexcept {
  leave();
  selecting_ = selected_ = true;
  told_validity_ = told_next_ = 0;
  // "EXAMINE INBOX" and "SELECT INBOX" are the same mailbox.
  const std::uint64_t name = crc32_of(line.substr(std::min(line.find(' '), line.size())));
  if (name == mailbox_) return;
  mailbox_ = name;
  validity_ = uid_next_ = uid_highest_ = 0;
}

void ImapVerify::leave() noexcept {
  messages_.clear();
  exists_ = 0;
  selecting_ = selected_ = has_vanished_ = false;
}

void ImapVerify::find_violation(std::string_view name, std::string text) {
  if (!found_) found_ = Violation{.name = name, .text = std::move(text)};
}

// Null if there is none, or if it is beyond what is kept.
ImapVerify::Message* ImapVerify::find(std::uint32_t number) noexcept {
  return number == 0 || number > messages_.size() ? nullptr : &messages_[number - 1];
}

void ImapVerify::read_code(std::span<const imap::Token> code) {
  if (!selecting_ || code.empty()) return;
  const Result<imap::ResponseCode> read = imap::read_response_code(code, tolerances_);
  if (!read || !read->number) return;
  if (read->code == imap::Code::uidvalidity) told_validity_ = *read->number;
  if (read->code == imap::Code::uidnext) told_next_ = *read->number;
}

// The two come in either order.
void ImapVerify::selected(bool ok) {
  if (!ok) return leave();
  selecting_ = false;
  if (told_validity_ != validity_) uid_next_ = uid_highest_ = 0;
  validity_ = told_validity_;
  if (told_next_ == 0) return;
  const std::uint64_t least = std::max(uid_next_, uid_highest_ + 1);
  if (told_next_ < least)
    find_violation(kUidReused, ViolationText()
                                   .add("the next UID is to be ")
                                   .add(told_next_)
                                   .add(", and it was to be ")
                                   .add(least)
                                   .add(" before")
                                   .take());
  uid_next_ = told_next_;
}

ImapVerify::Fetched ImapVerify::read(ImapData kind, const imap::Response& response, bool expunge_allowed) {
  was_message_ = was_checkable_ = false;
  bool has_text = std::exchange(has_streamed_, false);
  if (!selected_) return {};
  switch (kind) {
    case ImapData::ok: read_code(response.code); return {};
    case ImapData::exists: read_exists(response.number()); return {};
    case ImapData::expunge: read_expunge(response.number(), expunge_allowed); return {};
    case ImapData::vanished: forget_numbers(); return {};
    case ImapData::fetch: break;
    default: return {};
  }
  if (response.number() == 0 || response.number() > exists_) {
    find_violation(kExistsShrank, ViolationText()
                                      .add("FETCH of message ")
                                      .add(response.number())
                                      .add(", and there are ")
                                      .add(exists_)
                                      .take());
    return {};
  }
  Fetched fetched{.number = static_cast<std::uint32_t>(response.number())};
  Message* const message = find(fetched.number);
  // A UID says first whether the number belongs to another message: what it had is then forgotten.
  const imap::Token* flags = nullptr;
  std::optional<std::uint64_t> size;
  imap::FetchItems items(response, tolerances_);
  for (imap::FetchItem item; items.next(item);) {
    using Attribute = imap::FetchAttribute;
    if (item.attribute == Attribute::body_section || item.attribute == Attribute::rfc822 ||
        item.attribute == Attribute::binary) {
      fetched.has_body = true;
      has_text |= read_body(item);
    }
    if (message == nullptr) continue;
    if (item.attribute == Attribute::uid) read_uid(fetched.number, *message, item.number());
    if (item.attribute == Attribute::flags) flags = item.value;
    if (item.attribute == Attribute::rfc822_size) size = item.number();
  }
  if (flags != nullptr) read_flags(fetched.number, *message, *flags);
  if (size) read_size(fetched.number, *message, *size);
  if (has_text) end_body(fetched.number, message);
  if (message != nullptr) fetched.uid = message->uid;
  return fetched;
}

// --- Counts and numbers

void ImapVerify::read_exists(std::uint64_t number) {
  if (!selecting_ && !has_vanished_ && number < exists_)
    find_violation(kExistsShrank, ViolationText()
                                      .add("EXISTS says ")
                                      .add(number)
                                      .add(" after ")
                                      .add(exists_)
                                      .add(", and no EXPUNGE came")
                                      .take());
  // Those that an EXPUNGE has moved up from beyond what is kept are not new.
  const auto before = static_cast<std::size_t>(std::min<std::uint64_t>(exists_, kMessagesMax));
  exists_ = number;
  has_vanished_ = false;
  messages_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(number, kMessagesMax)));
  for (std::size_t i = before; !selecting_ && i < messages_.size(); ++i) messages_[i].is_new = true;
}

void ImapVerify::read_expunge(std::uint64_t number, bool allowed) {
  if (selecting_) return;  // of the mailbox before it
  if (number == 0 || number > exists_)
    return find_violation(
        kExpungeUntold,
        ViolationText().add("EXPUNGE of message ").add(number).add(", and there are ").add(exists_).take());
  if (!allowed)
    find_violation(kExpungeUntold, ViolationText()
                                       .add("EXPUNGE of message ")
                                       .add(number)
                                       .add(" while message numbers are in use")
                                       .take());
  --exists_;
  if (number <= messages_.size())
    messages_.erase(messages_.begin() + static_cast<std::ptrdiff_t>(number - 1));
}

// VANISHED says by UIDs which messages are gone (RFC 7162 3.2.10), and which numbers those had need
// not be known: all are forgotten, and the next EXISTS may say fewer.
void ImapVerify::forget_numbers() noexcept {
  if (selecting_) return;
  std::ranges::fill(messages_, Message{});
  has_vanished_ = true;
}

// --- UIDs

void ImapVerify::read_uid(std::uint32_t number, Message& message, std::uint64_t uid) {
  if (uid == 0 || uid > std::numeric_limits<std::uint32_t>::max())
    return find_violation(kUidOrder, ViolationText().add("message ").add(number).add(" has no UID").take());
  const auto is = static_cast<std::uint32_t>(uid);
  if (message.uid == is) return;
  if (message.uid != 0) {
    // A message behind it has moved up: one before it is gone.
    find_violation(is > message.uid ? kExpungeUntold : kUidOrder, ViolationText()
                                                                      .add("message ")
                                                                      .add(number)
                                                                      .add(" had UID ")
                                                                      .add(message.uid)
                                                                      .add(", and has ")
                                                                      .add(is)
                                                                      .add(", and no EXPUNGE came")
                                                                      .take());
    message = {};
  } else {
    check_place(number, is);
    if (message.is_new && is < uid_next_)
      find_violation(kUidReused, ViolationText()
                                     .add("a new message has UID ")
                                     .add(is)
                                     .add(", and the next was to be ")
                                     .add(uid_next_)
                                     .take());
  }
  message.uid = is;
  uid_highest_ = std::max<std::uint64_t>(uid_highest_, is);
}

// Beside those whose UIDs are known.
void ImapVerify::check_place(std::uint32_t number, std::uint32_t uid) {
  const auto tell = [this, uid](std::uint32_t first, std::uint32_t second, std::uint32_t other) {
    const bool same = uid == other;
    find_violation(same ? kUidReused : kUidOrder, ViolationText()
                                                      .add("messages ")
                                                      .add(first)
                                                      .add(" and ")
                                                      .add(second)
                                                      .add(same ? " both have UID " : " do not ascend: UID ")
                                                      .add(uid)
                                                      .add(same ? "" : " beside ")
                                                      .add(same ? std::string() : std::to_string(other))
                                                      .take());
  };
  const Message* const before = find(number - 1);
  const Message* const behind = find(number + 1);
  if (before != nullptr && before->uid >= uid) return tell(number - 1, number, before->uid);
  if (behind != nullptr && behind->uid != 0 && behind->uid <= uid) tell(number, number + 1, behind->uid);
}

// --- Flags and sizes

void ImapVerify::read_flags(std::uint32_t number, Message& message, const imap::Token& list) {
  const Result<imap::Flags> flags = imap::read_flags(list, tolerances_);
  if (!flags) return;
  const FlagWord word = flag_word(*flags);
  const FlagWord changed = (word ^ message.flags) & ~(changing_ | kFlagsKnown);
  if (message.flags != 0 && changed != 0) {
    ViolationText text;
    text.add("message ").add(number).add(": nothing in this run changes");
    for (std::size_t i = 0; i < kSystemFlags.size(); ++i) {
      if ((changed >> i & 1U) != 0) text.add(" ").add(kSystemFlags[i]);
    }
    if ((changed & kKeywords) != 0) text.add(" keywords");
    find_violation(kFlagsChanged, text.take());
  }
  message.flags = word;
}

void ImapVerify::read_size(std::uint32_t number, Message& message, std::uint64_t size) {
  if (message.has_size && message.size != size)
    find_violation(kWrongSize, ViolationText()
                                   .add("message ")
                                   .add(number)
                                   .add(" had ")
                                   .add(message.size)
                                   .add(" octets, and has ")
                                   .add(size)
                                   .take());
  message.size = size;
  message.has_size = true;
}

// --- Bodies

void ImapVerify::read_piece(const imap::Response& response) noexcept {
  const bool first = response.literal.size() + response.literal_left == response.literal_octets;
  if (first) {
    const bool whole =
        response.streamed_name != nullptr && section_of(*response.streamed_name) == Section::whole;
    if (whole) body_.begin();
    if (!whole) body_.stop();
  }
  if (!body_.is_reading()) return;
  body_.feed(response.literal);
  has_streamed_ = response.literal_left == 0;
}

// An item of a complete response. What was streamed has been read before. True if body_ now has it.
bool ImapVerify::read_body(const imap::FetchItem& item) {
  const Section section = section_of(*item.name);
  if (section == Section::none || item.value->is_nil()) return false;
  was_message_ = true;
  if (section != Section::whole || item.value->streamed) return false;
  body_.begin();
  body_.feed(item.value->text);
  return true;
}

void ImapVerify::end_body(std::uint32_t number, Message* message) {
  using Finding = MessageChecksum::Finding;
  was_checkable_ = body_.finding() != Finding::unknown;
  if (body_.finding() == Finding::wrong)
    return find_violation(kWrongChecksum, ViolationText()
                                              .add("message ")
                                              .add(number)
                                              .add(": the body has ")
                                              .add(ChecksumValue(body_.body()).text())
                                              .add(", its header says ")
                                              .add(ChecksumValue(*body_.expected()).text())
                                              .take());
  if (message == nullptr) return;
  if (message->has_identity && message->identity != body_.identity()) {
    // The one behind it has moved up, or else it is any other.
    const Message* const behind = find(number + 1);
    const bool moved = behind != nullptr && behind->has_identity && behind->identity == body_.identity();
    find_violation(moved ? kExpungeUntold : kOtherMessage,
                   ViolationText().add("message ").add(number).add(" is another one than before").take());
  }
  if (message->has_size && message->size != body_.octets())
    find_violation(kWrongSize, ViolationText()
                                   .add("message ")
                                   .add(number)
                                   .add(" has ")
                                   .add(body_.octets())
                                   .add(" octets, RFC822.SIZE says ")
                                   .add(message->size)
                                   .take());
  if (!message->has_identity) message->identity = body_.identity();
  message->has_identity = true;
}

}  // namespace backtalk::session
