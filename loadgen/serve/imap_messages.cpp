// SPDX-License-Identifier: Apache-2.0 OR MIT
// The commands of IMAP about the messages of the selected mailbox.
#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "mailbox/date.hpp"
#include "mailbox/header.hpp"
#include "serve/decimal.hpp"
#include "serve/imap_server.hpp"
#include "serve/imap_structure.hpp"

namespace backtalk::serve {

using imap::Siblings;
using imap::Token;

namespace {

constexpr std::string_view kTooManyToCopy =
    "NO [LIMIT] COPY and MOVE take at most 100000 messages at a time\r\n";
static_assert(ImapServer::kCopyMax == 100'000);
constexpr std::string_view kReadOnly = "NO [CANNOT] The mailbox was opened read-only\r\n";

// What RETURN may ask for (RFC 4731).
constexpr unsigned kMin = 1;
constexpr unsigned kMax = 2;
constexpr unsigned kAll = 4;
constexpr unsigned kCount = 8;

// All indices of the ranges.
std::vector<std::size_t> indices_of(const IndexRanges& ranges) {
  std::vector<std::size_t> indices;
  for (const auto& [first, last] : ranges) {
    for (std::size_t i = first; i <= last; ++i) indices.push_back(i);
  }
  return indices;
}

// Appends a set of numbers, which ascend, in ranges.
template <class Number>
void append_set(std::string& out, std::size_t count, Number number) {
  for (std::size_t i = 0; i < count;) {
    const std::uint64_t first = number(i);
    std::uint64_t last = first;
    for (++i; i < count && number(i) == last + 1; ++i) ++last;
    append_number(out, first);
    if (last != first) {
      out += ':';
      append_number(out, last);
    }
    if (i < count) out += ',';
  }
}

}  // namespace

std::optional<IndexRanges> ImapServer::take_set(Siblings& arguments) {
  const Token& set = arguments.front();
  if (arguments.empty() || (set.kind != Token::Kind::atom && !set.is_number())) return std::nullopt;
  auto ranges = read_set(set.text, view_, by_uid_);
  arguments = arguments.rest();
  return ranges;
}

void ImapServer::append_flags(mailbox::FlagSet flags, bool recent) {
  const char* before = "(";
  const auto add = [&](const char* mark, std::string_view name) {
    output_.append(before).append(mark).append(name);
    before = " ";
  };
  if (flags == 0 && !recent) {
    output_.append("()");
    return;
  }
  for (std::size_t i = 0; i < mailbox::kSystemFlags.size(); ++i) {
    if ((flags >> i & 1U) != 0) add("\\", mailbox::kSystemFlags[i]);
  }
  if (recent) add("\\", "Recent");
  const auto keywords = syncing_ ? fresh_.keywords() : view_.keywords();
  flags >>= mailbox::kSystemFlags.size();
  for (std::size_t i = 0; flags != 0 && i < keywords.size(); ++i, flags >>= 1U) {
    if ((flags & 1U) != 0) add("", keywords[i]);
  }
  output_.append(*before == '(' ? "()" : ")");
}

// --- FETCH

void ImapServer::on_fetch(Siblings arguments) {
  auto ranges = take_set(arguments);
  auto wanted = ranges ? read_fetch(arguments) : std::nullopt;
  if (!wanted) {
    wrong_arguments();
    return;
  }
  const bool sets_seen = !read_only_ && std::ranges::any_of(*wanted, &FetchWanted::sets_seen);
  begin_fetch(std::move(*wanted), *ranges);
  if (sets_seen) {
    begin_store(*ranges, {.add = mailbox::kSeen});
    marks_as_seen_ = answers_store_ = true;
  }
  finish("OK Done\r\n");
}

void ImapServer::begin_fetch(std::vector<FetchWanted> wanted, IndexRanges ranges) {
  wanted_ = std::move(wanted);
  if (by_uid_ && std::ranges::find(wanted_, FetchWanted::Kind::uid, &FetchWanted::kind) == wanted_.end())
    wanted_.insert(wanted_.begin(), {.kind = FetchWanted::Kind::uid, .label = "UID"});
  ranges_ = std::move(ranges);
  std::ranges::reverse(ranges_);  // the next range is the last
  in_message_ = false;
  text_ = {};
  doing_ = Doing::fetch;
}

void ImapServer::fetch_some() {
  while (!ranges_.empty() && share_ > 0 && output_.size() < kOutputEnough && !replies_.muted()) {
    if (!fetch_one()) return;
    ++counts_.fetched;
    if (ranges_.back().first++ == ranges_.back().second) ranges_.pop_back();
  }
  if (!ranges_.empty() && !replies_.muted()) return;
  doing_ = Doing::nothing;
  ranges_.clear();
  text_ = {};
}

// False if there is no room for all of it, or no time: then it goes on where it was.
bool ImapServer::fetch_one() {
  if (!in_message_) {
    shown_ = ranges_.back().first;
    const auto is_text = [](const FetchWanted& one) { return one.kind == FetchWanted::Kind::section; };
    if (bodies_.is_next_other(1) && std::ranges::any_of(wanted_, is_text))
      shown_ = shown_ > 0 ? shown_ - 1 : std::min<std::size_t>(1, view_.size() - 1);
    output_.append("* ");
    append_number(output_, shown_ + 1);
    output_.append(" FETCH (");
    in_message_ = true;
    item_ = 0;
  }
  while (true) {
    const std::size_t room = kOutputEnough - std::min(output_.size(), kOutputEnough);
    const std::size_t octets = std::min(room, text_.size());
    output_.append(text_.substr(0, octets));
    text_.remove_prefix(octets);
    if (bodies_.changes()) bodies_.change(std::span(output_).last(octets), text_.size());
    if (!text_.empty()) return false;
    if (bodies_.withheld() > 0) {  // as much as there will be
      closing_ = session::Closing::at_once;
      doing_ = Doing::nothing;
      return false;
    }
    if (item_ == wanted_.size()) break;
    if (output_.size() >= kOutputEnough || share_ == 0) return false;
    if (item_ > 0) output_ += ' ';
    append_item(wanted_[item_++]);
  }
  output_.append(")\r\n");
  in_message_ = false;
  return true;
}

void ImapServer::append_item(const FetchWanted& wanted) {
  const std::size_t index = shown_;
  const mailbox::Item& item = view_.item(index);
  spend(octets_read(wanted, *item.message));
  output_.append(wanted.label).append(" ");
  switch (wanted.kind) {
    case FetchWanted::Kind::flags: append_flags(view_.flags(index), is_recent(item.uid)); break;
    case FetchWanted::Kind::uid: append_number(output_, item.uid); break;
    case FetchWanted::Kind::size: append_number(output_, item.message->octets().size()); break;
    case FetchWanted::Kind::internal_date:
      output_ += '"';
      mailbox::append_internal_date(output_, item.date);
      output_ += '"';
      break;
    case FetchWanted::Kind::envelope: append_envelope(output_, item.message->header()); break;
    case FetchWanted::Kind::body: append_structure(output_, item.message->octets(), false); break;
    case FetchWanted::Kind::body_structure: append_structure(output_, item.message->octets(), true); break;
    case FetchWanted::Kind::section:
      if (const auto text = find_section(wanted, *item.message, room_)) {
        append_text(*text);
      } else {
        output_.append("NIL");
      }
      break;
  }
}

// The octets follow in pieces.
void ImapServer::append_text(std::string_view text) {
  output_ += '{';
  bodies_.begin(text.size());
  append_number(output_, bodies_.announced(text.size()));
  output_.append("}\r\n");
  text_ = text.substr(0, text.size() - static_cast<std::size_t>(bodies_.withheld()));
}

// --- STORE

std::optional<mailbox::FlagSet> ImapServer::read_flags(Siblings flags, bool& too_many) {
  mailbox::FlagSet set = 0;
  for (const Token& flag : flags) {
    if (flag.kind == Token::Kind::flag) {
      const auto* const known = std::ranges::find_if(mailbox::kSystemFlags, [&](std::string_view one) {
        return mailbox::equals_ignoring_case(one, flag.text.substr(1));
      });
      // \Recent cannot be changed, and others are not kept (RFC 3501 2.3.2).
      if (known != mailbox::kSystemFlags.end())
        set |= mailbox::FlagSet{1} << static_cast<std::size_t>(known - mailbox::kSystemFlags.begin());
    } else if (flag.kind == Token::Kind::atom || flag.is_number() || flag.is_nil()) {
      if (flag.text.find_first_of("*%[]") != std::string_view::npos) return std::nullopt;
      const mailbox::FlagSet bit = mailbox_->keyword(flag.text);
      too_many |= bit == 0;
      set |= bit;
    } else {
      return std::nullopt;
    }
  }
  return set;
}

// STORE set FLAGS flags
void ImapServer::on_store(Siblings arguments) {
  auto ranges = take_set(arguments);
  std::string_view what = arguments.front().text;
  constexpr std::string_view kSilent = ".SILENT";
  bool is_silent = false;
  if (what.size() > kSilent.size() &&
      mailbox::equals_ignoring_case(what.substr(what.size() - kSilent.size()), kSilent)) {
    is_silent = true;
    what.remove_suffix(kSilent.size());
  }
  const char sign = what.empty() ? ' ' : what.front();
  if (sign == '+' || sign == '-') what.remove_prefix(1);
  const bool is_known =
      arguments.front().kind == Token::Kind::atom && mailbox::equals_ignoring_case(what, "FLAGS");
  arguments = arguments.rest();
  if (!ranges || !is_known || arguments.empty() ||
      (arguments.front().is_list() && !arguments.rest().empty())) {
    wrong_arguments();
    return;
  }
  if (read_only_) {
    finish(kReadOnly);
    return;
  }
  bool too_many = false;
  const auto flags =
      read_flags(arguments.front().is_list() ? imap::children(arguments.front()) : arguments, too_many);
  if (!flags) {
    wrong_arguments();
    return;
  }
  const auto change = sign == '+'   ? mailbox::FlagChange{.add = *flags}
                      : sign == '-' ? mailbox::FlagChange{.remove = *flags}
                                    : mailbox::FlagChange{.remove = ~mailbox::FlagSet{0}, .add = *flags};
  if (!is_silent) begin_fetch({{.kind = FetchWanted::Kind::flags, .label = "FLAGS"}}, *ranges);
  begin_store(*ranges, change);
  marks_as_seen_ = false;
  answers_store_ = !is_silent;
  finish(too_many ? "NO [LIMIT] Too many keywords\r\n" : "OK Done\r\n");
}

// Before whatever answers it.
void ImapServer::begin_store(const IndexRanges& ranges, mailbox::FlagChange change) {
  storing_ = ranges;
  std::ranges::reverse(storing_);  // the next range is the last
  change_ = change;
  doing_ = Doing::store;
}

void ImapServer::store_some() {
  std::vector<std::size_t> indices;
  std::size_t left = messages_of_turn();
  for (; !storing_.empty() && left > 0; --left) {
    const std::size_t index = storing_.back().first;
    const bool changes = change_.apply(view_.flags(index)) != view_.flags(index);
    if (changes || !marks_as_seen_) indices.push_back(index);
    if (storing_.back().first++ == storing_.back().second) storing_.pop_back();
    spend(kMessageCost);
  }
  if (!indices.empty()) {
    mailbox_->change_flags(view_, indices, change_);
    const bool has_flags =
        std::ranges::find(wanted_, FetchWanted::Kind::flags, &FetchWanted::kind) != wanted_.end();
    if (marks_as_seen_ && !has_flags) wanted_.push_back({.kind = FetchWanted::Kind::flags, .label = "FLAGS"});
  }
  if (storing_.empty()) doing_ = answers_store_ ? Doing::fetch : Doing::nothing;
}

// --- SEARCH

// SEARCH [RETURN (options)] [CHARSET charset] keys
void ImapServer::on_search(Siblings arguments) {
  extended_search_ = arguments.front().is_word("RETURN");
  return_ = 0;
  if (extended_search_) {
    arguments = arguments.rest();
    if (!arguments.front().is_list()) {
      wrong_arguments();
      return;
    }
    for (const Token& option : imap::children(arguments.front())) {
      const unsigned one = option.is_word("MIN")     ? kMin
                           : option.is_word("MAX")   ? kMax
                           : option.is_word("ALL")   ? kAll
                           : option.is_word("COUNT") ? kCount
                                                     : 0;
      if (one == 0) {
        wrong_arguments();
        return;
      }
      return_ |= one;
    }
    if (return_ == 0) return_ = kAll;
    arguments = arguments.rest();
  }
  if (arguments.front().is_word("CHARSET")) {
    arguments = arguments.rest();
    if (!read_name(arguments.front(), name_)) {
      wrong_arguments();
      return;
    }
    if (!mailbox::equals_ignoring_case(name_, "US-ASCII") && !mailbox::equals_ignoring_case(name_, "UTF-8")) {
      finish("NO [BADCHARSET (US-ASCII UTF-8)] Unknown charset\r\n");
      return;
    }
    arguments = arguments.rest();
  }
  search_ = SearchProgram::read(arguments, view_);
  if (!search_) {
    wrong_arguments();
    return;
  }
  search_at_ = found_count_ = 0;
  found_.assign(view_.size(), false);
  doing_ = Doing::search;
  finish("OK Done\r\n");
}

void ImapServer::search_some() {
  for (; search_at_ < view_.size(); ++search_at_) {
    const mailbox::Item& item = view_.item(search_at_);
    const auto matches =
        search_->matches({search_at_, view_.flags(search_at_), is_recent(item.uid), item}, share_);
    if (!matches) return;
    if (!*matches) continue;
    found_[search_at_] = true;
    ++found_count_;
  }
  search_.reset();
  begin_search_answer();
  doing_ = Doing::search_answer;
}

void ImapServer::begin_search_answer() {
  found_at_ = 0;
  separator_ = " ";
  if (!extended_search_) {
    untagged("* SEARCH");
    return;
  }
  scratch_ = "* ESEARCH (TAG ";
  append_string(scratch_, tag_);
  scratch_.append(by_uid_ ? ") UID" : ")");
  const auto add = [this](unsigned option, std::string_view name, std::uint64_t value) {
    if ((return_ & option) == 0) return;
    scratch_.append(name);
    append_number(scratch_, value);
  };
  if (found_count_ > 0) {
    const auto first = std::ranges::find(found_, true) - found_.begin();
    std::size_t last = found_.size() - 1;
    while (!found_[last]) --last;
    add(kMin, " MIN ", number_of(static_cast<std::size_t>(first)));
    add(kMax, " MAX ", number_of(last));
  }
  add(kCount, " COUNT ", found_count_);
  if ((return_ & kAll) == 0) found_at_ = found_.size();
  if (found_count_ > 0 && (return_ & kAll) != 0) scratch_.append(" ALL");
  untagged(scratch_);
}

// The numbers that were found: each, or in RETURN (ALL) the next that follow each other.
void ImapServer::answer_search() {
  for (; found_at_ < found_.size() && share_ > 0 && output_.size() < kOutputEnough && !replies_.muted();
       ++found_at_) {
    spend(1);
    if (found_[found_at_]) append_found();
  }
  if (found_at_ < found_.size() && !replies_.muted()) return;
  untagged("\r\n");
  found_ = {};
  doing_ = Doing::nothing;
}

void ImapServer::append_found() {
  output_.append(separator_);
  append_number(output_, number_of(found_at_));
  if (!extended_search_) return;
  separator_ = ",";
  const std::size_t first = found_at_;
  while (found_at_ + 1 < found_.size() && found_[found_at_ + 1] &&
         number_of(found_at_ + 1) == number_of(found_at_) + 1)
    ++found_at_;
  if (found_at_ == first) return;
  spend(found_at_ - first);
  output_ += ':';
  append_number(output_, number_of(found_at_));
}

// --- COPY, MOVE, EXPUNGE

void ImapServer::on_copy(Siblings arguments) {
  const auto ranges = take_set(arguments);
  if (!ranges || arguments.count() != 1 || !read_name(arguments.front(), name_)) {
    wrong_arguments();
    return;
  }
  if (examines_ && read_only_) {
    finish(kReadOnly);
    return;
  }
  const auto target = account_->find(name_);
  if (target == nullptr) {
    finish("NO [TRYCREATE] No such mailbox\r\n");
    return;
  }
  const std::vector<std::size_t> indices = indices_of(*ranges);
  spend_on_mailbox();
  if (indices.empty()) {
    finish("OK Nothing to do\r\n");
    return;
  }
  if (indices.size() > kCopyMax) {
    finish(kTooManyToCopy);
    return;
  }
  std::vector<mailbox::NewItem> items;
  std::vector<std::uint32_t> uids;
  // The bits of this mailbox's keywords in the other, which gets only those that a message has.
  std::vector<std::optional<mailbox::FlagSet>> there(view_.keywords().size());
  constexpr mailbox::FlagSet kSystem = (mailbox::FlagSet{1} << mailbox::kSystemFlags.size()) - 1;
  for (const std::size_t index : indices) {
    const mailbox::Item& item = view_.item(index);
    mailbox::FlagSet flags = view_.flags(index) & kSystem;
    for (std::size_t i = 0; i < there.size(); ++i) {
      if ((view_.flags(index) >> (mailbox::kSystemFlags.size() + i) & 1U) == 0) continue;
      if (!there[i]) there[i] = target->keyword(view_.keywords()[i]);
      flags |= *there[i];
    }
    items.push_back({item.message, flags, item.date});
    uids.push_back(item.uid);
  }
  const auto first = target->append(items);
  if (!first) {
    finish("NO [OVERQUOTA] Too much for these mailboxes\r\n");
    return;
  }
  scratch_ = "OK [COPYUID ";
  append_number(scratch_, target->uid_validity());
  scratch_ += ' ';
  append_set(scratch_, uids.size(), [&](std::size_t i) { return uids[i]; });
  scratch_ += ' ';
  append_set(scratch_, uids.size(), [&](std::size_t i) { return *first + i; });
  scratch_.append("] Done\r\n");
  if (!examines_) {
    finish(scratch_);
    return;
  }
  // RFC 6851 4.3: the code comes before the messages go.
  untagged("* ");
  untagged(scratch_);
  begin_removal(mailbox::removal_of(*mailbox_, std::move(uids), false));
  finish("OK Done\r\n");
}

void ImapServer::on_expunge(Siblings arguments) {
  if (read_only_) {
    finish(kReadOnly);
    return;
  }
  if (!by_uid_) {
    begin_removal(mailbox::removal_of_deleted(*mailbox_));
    finish("OK Done\r\n");
    return;
  }
  const auto ranges = take_set(arguments);
  if (!ranges || !arguments.empty()) {
    wrong_arguments();
    return;
  }
  // The view's are those of the set, whatever the mailbox has by now.
  begin_removal(
      {*mailbox_, [view = view_, ranges = *ranges](const mailbox::Item& item, mailbox::FlagSet flags) {
         const std::size_t index = view.lower_bound(item.uid);
         return (flags & mailbox::kDeleted) != 0 && index < view.size() && view.item(index).uid == item.uid &&
                contains(ranges, index);
       }});
  finish("OK Done\r\n");
}

void ImapServer::begin_removal(mailbox::Removal removal) {
  removal_.emplace(std::move(removal));
  closes_ = false;
  doing_ = Doing::removal;
}

void ImapServer::remove_some() {
  const std::size_t messages = messages_of_turn();
  const bool done = removal_->step(messages);
  spend(messages * kMessageCost);
  if (!done) return;
  removal_.reset();
  doing_ = Doing::nothing;
  if (closes_) leave_mailbox();
}

void ImapServer::on_close(Siblings) {
  if (read_only_) {
    leave_mailbox();
  } else {
    begin_removal(mailbox::removal_of_deleted(*mailbox_));
    closes_ = true;
  }
  finish("OK Closed\r\n");
}

void ImapServer::on_unselect(Siblings) {
  leave_mailbox();
  finish("OK Closed\r\n");
}

// --- What others have changed

void ImapServer::begin_sync() {
  fresh_ = mailbox_->view();
  syncing_ = true;
  old_at_ = fresh_at_ = 0;
}

// Walks what the client knows and what there is now. The number of a message is that of those which
// are left before it.
void ImapServer::sync_some() {
  const bool same = view_.has_same_items(fresh_) && view_.has_same_flags(fresh_);
  while (!same && old_at_ < view_.size()) {
    if (output_.size() >= kOutputEnough || share_ == 0) return;
    spend(kMessageCost);
    const std::uint32_t uid = view_.item(old_at_).uid;
    const bool stays = fresh_at_ < fresh_.size() && fresh_.item(fresh_at_).uid == uid;
    if (stays && view_.flags(old_at_) == fresh_.flags(fresh_at_)) {
      ++old_at_;
      ++fresh_at_;
      continue;
    }
    const bool is_told = stays || expunges_told_++ < expunges_told_max_;
    if (!replies_.muted() && is_told) {
      output_.append("* ");
      append_number(output_, fresh_at_ + 1);
      if (stays) {
        output_.append(" FETCH (FLAGS ");
        append_flags(fresh_.flags(fresh_at_), is_recent(uid));
        output_.append(")\r\n");
      } else {
        output_.append(" EXPUNGE\r\n");
      }
    }
    ++old_at_;
    if (stays) ++fresh_at_;
  }
  const bool has_new = !same && fresh_at_ < fresh_.size();
  view_ = std::move(fresh_);
  fresh_ = {};
  syncing_ = false;
  if (!has_new) return;
  scratch_ = "* ";
  append_number(scratch_, view_.size());
  scratch_.append(" EXISTS\r\n* ");
  append_number(scratch_, count_recent());
  scratch_.append(" RECENT\r\n");
  untagged(scratch_);
}

}  // namespace backtalk::serve
