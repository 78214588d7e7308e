// SPDX-License-Identifier: Apache-2.0 OR MIT
// The commands of IMAP about mailboxes: which there are, and what is put into them.
#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>

#include "backtalk/imap/write.hpp"
#include "mailbox/date.hpp"
#include "mailbox/header.hpp"
#include "serve/decimal.hpp"
#include "serve/imap_server.hpp"

namespace backtalk::serve {

using imap::Siblings;
using imap::Token;
using mailbox::Renaming;

namespace {

constexpr std::size_t kPatternMax = 512;
constexpr std::string_view kNoMailbox = "NO [NONEXISTENT] No such mailbox\r\n";

// "*" stands for any characters and "%" for any but the separator. In time linear in the product of
// the two.
bool matches(std::string_view name, std::string_view pattern) {
  const bool any_case = name == "INBOX";
  const auto same = [any_case](char a, char b) {
    return a == b || (any_case && (a | 0x20) == (b | 0x20) && (a | 0x20) >= 'a' && (a | 0x20) <= 'z');
  };
  // reached[i]: what of the pattern was read matches the first i characters.
  std::array<bool, mailbox::Account::kNameOctetsMax + 1> reached{true};
  if (name.size() >= reached.size()) return false;
  for (const char wanted : pattern) {
    if (wanted == '*' || wanted == '%') {
      for (std::size_t i = 0; i < name.size(); ++i) {
        if (reached[i] && (wanted == '*' || name[i] != mailbox::Account::kSeparator)) reached[i + 1] = true;
      }
    } else {
      for (std::size_t i = name.size(); i > 0; --i) reached[i] = reached[i - 1] && same(name[i - 1], wanted);
      reached[0] = false;
    }
  }
  return reached[name.size()];
}

// What the writers of commands can write, so that it can be listed: no wildcards, no octets beyond
// ASCII. Other characters come in modified UTF-7 (RFC 3501 5.1.3).
bool is_allowed(std::string_view name) {
  return std::ranges::all_of(name, [](char c) { return c >= ' ' && c < 0x7F && c != '*' && c != '%'; });
}

void append_mailbox(std::string& out, std::string_view name) {
  Output written(out);
  if (!imap::write_astring(written, name)) out.append("\"\"");
}

}  // namespace

void ImapServer::open_mailbox(std::shared_ptr<mailbox::Mailbox> box, bool read_only) {
  mailbox_ = std::move(box);
  view_ = mailbox_->view();
  read_only_ = read_only;
  first_recent_ = read_only ? mailbox_->first_recent() : mailbox_->claim_recent();
  state_ = State::selected;
}

std::size_t ImapServer::count_recent() const {
  return view_.size() - view_.lower_bound(first_recent_);
}

// SELECT and EXAMINE. If it fails, no mailbox is selected (RFC 3501 6.3.1).
void ImapServer::on_select(Siblings arguments) {
  if (arguments.count() != 1 || !read_name(arguments.front(), name_)) {
    wrong_arguments();
    return;
  }
  leave_mailbox();
  auto box = account_->find(name_);
  if (box == nullptr) {
    finish(kNoMailbox);
    return;
  }
  open_mailbox(std::move(box), examines_);
  std::string flags = "\\Answered \\Flagged \\Deleted \\Seen \\Draft";
  for (const std::string& keyword : view_.keywords()) flags.append(" ").append(keyword);
  std::size_t unseen = 0;
  while (unseen < view_.size() && (view_.flags(unseen) & mailbox::kSeen) != 0) ++unseen;
  spend(unseen * kMessageCost);
  scratch_.assign("* FLAGS (").append(flags).append(")\r\n* OK [PERMANENTFLAGS (");
  if (!read_only_) scratch_.append(flags).append(" \\*");
  scratch_.append(")] Flags\r\n* ");
  append_number(scratch_, view_.size());
  scratch_.append(" EXISTS\r\n* ");
  append_number(scratch_, count_recent());
  scratch_.append(" RECENT\r\n");
  if (unseen < view_.size()) {
    scratch_.append("* OK [UNSEEN ");
    append_number(scratch_, unseen + 1);
    scratch_.append("] The first\r\n");
  }
  scratch_.append("* OK [UIDVALIDITY ");
  append_number(scratch_, mailbox_->uid_validity());
  scratch_.append("] UIDs are valid\r\n* OK [UIDNEXT ");
  append_number(scratch_, view_.uid_next());
  scratch_.append("] The next\r\n");
  untagged(scratch_);
  finish(read_only_ ? "OK [READ-ONLY] Selected\r\n" : "OK [READ-WRITE] Selected\r\n");
}

// --- Names

void ImapServer::renamed(Renaming result) {
  switch (result) {
    case Renaming::done: finish("OK Done\r\n"); break;
    case Renaming::exists: finish("NO [ALREADYEXISTS] There is one of that name\r\n"); break;
    case Renaming::missing: finish(kNoMailbox); break;
    case Renaming::not_allowed: finish("NO [CANNOT] Not with this name\r\n"); break;
    case Renaming::has_children: finish("NO [HASCHILDREN] There are mailboxes below it\r\n"); break;
    case Renaming::full: finish("NO [LIMIT] No room for another\r\n"); break;
  }
}

void ImapServer::on_create(Siblings arguments) {
  if (arguments.count() != 1 || !read_name(arguments.front(), name_)) {
    wrong_arguments();
  } else {
    renamed(is_allowed(name_) ? account_->create(name_) : Renaming::not_allowed);
  }
}

void ImapServer::on_delete(Siblings arguments) {
  if (arguments.count() != 1 || !read_name(arguments.front(), name_)) {
    wrong_arguments();
  } else {
    renamed(account_->remove(name_));
  }
}

void ImapServer::on_rename(Siblings arguments) {
  std::string to;
  if (arguments.count() != 2 || !read_name(arguments.front(), name_) ||
      !read_name(arguments.rest().front(), to)) {
    wrong_arguments();
  } else {
    renamed(is_allowed(to) ? account_->rename(name_, to) : Renaming::not_allowed);
  }
}

void ImapServer::on_subscribe(Siblings arguments) {
  if (arguments.count() != 1 || !read_name(arguments.front(), name_)) {
    wrong_arguments();
  } else {
    renamed(is_allowed(name_) ? account_->subscribe(name_) : Renaming::not_allowed);
  }
}

void ImapServer::on_unsubscribe(Siblings arguments) {
  if (arguments.count() != 1 || !read_name(arguments.front(), name_)) {
    wrong_arguments();
  } else {
    renamed(account_->unsubscribe(name_));
  }
}

// LIST and LSUB: a reference, and a pattern that goes on where the reference ends.
void ImapServer::on_list(Siblings arguments) {
  std::string pattern;
  if (arguments.count() != 2 || !read_name(arguments.front(), name_) ||
      !read_name(arguments.rest().front(), pattern) || name_.size() + pattern.size() > kPatternMax) {
    wrong_arguments();
    return;
  }
  if (pattern.empty()) {
    untagged(examines_ ? "* LSUB (\\Noselect) \"/\" \"\"\r\n" : "* LIST (\\Noselect) \"/\" \"\"\r\n");
    finish("OK Done\r\n");
    return;
  }
  name_ += pattern;
  names_ = examines_ ? account_->subscriptions() : account_->names();
  names_at_ = 0;
  doing_ = Doing::listing;
  finish("OK Done\r\n");
}

void ImapServer::list_some() {
  for (; names_at_ < names_.size() && share_ > 0 && output_.size() < kOutputEnough && !replies_.muted();
       ++names_at_) {
    const std::string& name = names_[names_at_];
    spend(name.size() * name_.size());
    if (!matches(name, name_)) continue;
    if (examines_) {
      output_.append("* LSUB () \"/\" ");
    } else {
      // All but INBOX, which is first, are in order.
      const std::string below = name + mailbox::Account::kSeparator;
      const auto next = std::lower_bound(names_.begin() + 1, names_.end(), below);
      const bool has_children = next != names_.end() && next->starts_with(below);
      output_.append(has_children ? "* LIST (\\HasChildren) \"/\" " : "* LIST (\\HasNoChildren) \"/\" ");
    }
    append_mailbox(output_, name);
    output_.append("\r\n");
  }
  if (names_at_ < names_.size() && !replies_.muted()) return;
  names_ = {};
  doing_ = Doing::nothing;
}

void ImapServer::on_status(Siblings arguments) {
  if (arguments.count() != 2 || !read_name(arguments.front(), name_) || !arguments.rest().front().is_list()) {
    wrong_arguments();
    return;
  }
  const auto box = account_->find(name_);
  if (box == nullptr) {
    finish(kNoMailbox);
    return;
  }
  const mailbox::View view = box->view();
  const auto count_flags = [&view](mailbox::FlagSet flag, bool wanted) {
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < view.size(); ++i) count += ((view.flags(i) & flag) != 0) == wanted ? 1 : 0;
    return count;
  };
  const auto add_sizes = [&view] {
    std::uint64_t octets = 0;
    for (const mailbox::Item& one : view.items()) octets += one.message->octets().size();
    return octets;
  };
  // What takes a pass over the mailbox is counted once, however often it is asked for.
  std::optional<std::uint64_t> unseen;
  std::optional<std::uint64_t> deleted;
  std::optional<std::uint64_t> octets;
  const auto once = [](std::optional<std::uint64_t>& known, const auto& count) {
    if (!known) known = count();
    return *known;
  };
  spend(view.size() * kMessageCost);
  scratch_ = "* STATUS ";
  append_mailbox(scratch_, name_);
  char before = ' ';
  scratch_ += before;
  before = '(';
  for (const Token& item : imap::children(arguments.rest().front())) {
    std::uint64_t value = 0;
    if (item.is_word("MESSAGES")) {
      value = view.size();
    } else if (item.is_word("RECENT")) {
      value = view.size() - view.lower_bound(box->first_recent());
    } else if (item.is_word("UIDNEXT")) {
      value = view.uid_next();
    } else if (item.is_word("UIDVALIDITY")) {
      value = box->uid_validity();
    } else if (item.is_word("UNSEEN")) {
      value = once(unseen, [&] { return count_flags(mailbox::kSeen, false); });
    } else if (item.is_word("DELETED")) {
      value = once(deleted, [&] { return count_flags(mailbox::kDeleted, true); });
    } else if (item.is_word("SIZE")) {
      value = once(octets, add_sizes);
    } else {
      wrong_arguments();
      return;
    }
    if (scratch_.size() > kOutputEnough) {
      wrong_arguments();
      return;
    }
    scratch_ += before;
    std::ranges::transform(item.text, std::back_inserter(scratch_),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 0x20) : c; });
    scratch_ += ' ';
    append_number(scratch_, value);
    before = ' ';
  }
  if (before == '(') {
    wrong_arguments();
    return;
  }
  scratch_.append(")\r\n");
  untagged(scratch_);
  finish("OK Done\r\n");
}

// --- APPEND

// APPEND mailbox [flags] [date-time] literal
void ImapServer::on_append(Siblings arguments) {
  if (!read_name(arguments.front(), name_)) {
    wrong_arguments();
    return;
  }
  arguments = arguments.rest();
  bool too_many = false;
  mailbox::NewItem item{.message = nullptr, .flags = 0, .date = store_.now()};
  const Siblings flags = arguments.front().is_list() ? imap::children(arguments.front()) : Siblings{};
  if (arguments.front().is_list()) arguments = arguments.rest();
  if (arguments.front().kind == Token::Kind::quoted && !arguments.rest().empty()) {
    const auto date = mailbox::read_internal_date(arguments.front().text);
    if (!date) {
      wrong_arguments();
      return;
    }
    item.date = *date;
    arguments = arguments.rest();
  }
  const Token& literal = arguments.front();
  if (arguments.count() != 1 || literal.kind != Token::Kind::literal) {
    wrong_arguments();
    return;
  }
  const auto box = account_->find(name_);
  if (box == nullptr) {
    finish("NO [TRYCREATE] No such mailbox\r\n");
    return;
  }
  if (literal.streamed ? append_refused_ : !reserved_.extend(literal.text.size())) {
    finish("NO [OVERQUOTA] Too much for these mailboxes\r\n");
    return;
  }
  if (!literal.streamed) appended_ = literal.text;
  const std::size_t octets = appended_.size();
  if (octets == 0 || !mailbox::normalize_lines(appended_)) {
    finish("NO [CANNOT] A message has octets, and no NUL\r\n");
    return;
  }
  // The keywords are those of the mailbox that the message goes to.
  const auto selected = std::exchange(mailbox_, box);
  const auto given = read_flags(flags, too_many);
  mailbox_ = selected;
  if (!given) {
    wrong_arguments();
    return;
  }
  item.flags = *given;
  item.message = std::make_shared<const mailbox::Message>(std::exchange(appended_, {}), std::move(reserved_));
  const auto uid = keeping_.keep(*box, item);
  if (!uid) {
    finish("NO [OVERQUOTA] Too much for these mailboxes\r\n");
    return;
  }
  ++counts_.appended;
  counts_.octets_appended += octets;
  scratch_ = "OK [APPENDUID ";
  append_number(scratch_, box->uid_validity());
  scratch_ += ' ';
  append_number(scratch_, *uid);
  scratch_.append("] Done\r\n");
  finish(scratch_);
}

}  // namespace backtalk::serve
