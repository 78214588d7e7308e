// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/account.hpp"

#include <algorithm>
#include <utility>

namespace backtalk::mailbox {
namespace {

constexpr std::string_view kInbox = "INBOX";

bool is_below(std::string_view name, std::string_view parent) {
  return name.size() > parent.size() && name.starts_with(parent) &&
         name[parent.size()] == Account::kSeparator;
}

}  // namespace

std::string_view Account::canonical(std::string_view name) {
  const auto lower = [](char c) { return static_cast<char>(c | 0x20); };
  if (std::ranges::equal(name, kInbox, {}, lower, lower)) return kInbox;
  if (name.ends_with(kSeparator)) name.remove_suffix(1);
  return name;
}

Account::Account(Budget& budget, std::atomic<std::uint32_t>& next_uid_validity, const View& initial)
    : budget_(budget), next_uid_validity_(next_uid_validity), inbox_(make_mailbox(initial)) {}

Account::~Account() {
  budget_.give(kMailboxCost * (others_.size() + subscribed_.size()));
}

std::shared_ptr<Mailbox> Account::make_mailbox(const View& initial) {
  return std::make_shared<Mailbox>(budget_, next_uid_validity_.fetch_add(1, std::memory_order_relaxed),
                                   initial);
}

std::shared_ptr<Mailbox> Account::find(std::string_view name) const {
  name = canonical(name);
  if (name == kInbox) return inbox_;
  const std::lock_guard lock(lock_);
  const auto found = others_.find(name);
  return found == others_.end() ? nullptr : found->second;
}

std::vector<std::string> Account::names() const {
  std::vector<std::string> found{std::string(kInbox)};
  const std::lock_guard lock(lock_);
  for (const auto& [name, mailbox] : others_) found.push_back(name);
  return found;
}

Renaming Account::check_new(std::string_view name) const {
  if (name.empty() || name.size() > kNameOctetsMax || name.starts_with(kSeparator) ||
      name.find("//") != std::string_view::npos)
    return Renaming::not_allowed;
  if (name == kInbox || others_.contains(name)) return Renaming::exists;
  return others_.size() + 1 < kMailboxesMax ? Renaming::done : Renaming::full;
}

Renaming Account::create(std::string_view name) {
  name = canonical(name);
  const std::lock_guard lock(lock_);
  const Renaming allowed = check_new(name);
  if (allowed != Renaming::done) return allowed;
  for (std::size_t at = name.find(kSeparator);; at = name.find(kSeparator, at + 1)) {
    const std::string_view parent = name.substr(0, at);
    const Renaming missing = check_new(parent);
    if (missing == Renaming::full || (missing == Renaming::done && !budget_.take(kMailboxCost)))
      return Renaming::full;
    if (missing == Renaming::done) others_.emplace(parent, make_mailbox({}));
    if (at == std::string_view::npos) return Renaming::done;
  }
}

Renaming Account::remove(std::string_view name) {
  name = canonical(name);
  if (name == kInbox) return Renaming::not_allowed;
  const std::lock_guard lock(lock_);
  const auto found = others_.find(name);
  if (found == others_.end()) return Renaming::missing;
  const auto below = others_.lower_bound(std::string(name) + kSeparator);
  if (below != others_.end() && is_below(below->first, name)) return Renaming::has_children;
  others_.erase(found);
  budget_.give(kMailboxCost);
  return Renaming::done;
}

Renaming Account::rename(std::string_view from, std::string_view to) {
  from = canonical(from);
  to = canonical(to);
  const std::lock_guard lock(lock_);
  if (from != kInbox && !others_.contains(from)) return Renaming::missing;
  const Renaming allowed = check_new(to);
  if (allowed != Renaming::done) return allowed;
  if (from == kInbox) {
    if (!budget_.take(kMailboxCost)) return Renaming::full;
    const View all = inbox_->view();
    std::vector<NewItem> moved;
    std::vector<std::uint32_t> uids;
    for (std::size_t i = 0; i < all.size(); ++i) {
      moved.push_back({all.item(i).message, all.flags(i), all.item(i).date});
      uids.push_back(all.item(i).uid);
    }
    auto made = make_mailbox({});
    if (!made->append(moved)) {
      budget_.give(kMailboxCost);
      return Renaming::full;
    }
    others_.emplace(to, std::move(made));
    inbox_->expunge(uids, false);
    return Renaming::done;
  }
  if (is_below(to, from)) return Renaming::not_allowed;
  std::vector<std::string> moved;
  for (const auto& [name, mailbox] : others_) {
    if (name != from && !is_below(name, from)) continue;
    const std::size_t octets = name.size() - from.size() + to.size();
    if (octets > kNameOctetsMax) return Renaming::not_allowed;
    if (others_.contains(std::string(to).append(name, from.size()))) return Renaming::exists;
    moved.push_back(name);
  }
  for (const std::string& name : moved) {
    auto node = others_.extract(name);
    node.key() = std::string(to).append(name, from.size());
    others_.insert(std::move(node));
  }
  return Renaming::done;
}

Renaming Account::subscribe(std::string_view name) {
  name = canonical(name);
  if (name.empty() || name.size() > kNameOctetsMax) return Renaming::not_allowed;
  const std::lock_guard lock(lock_);
  if (subscribed_.contains(name)) return Renaming::done;
  if (subscribed_.size() >= kMailboxesMax || !budget_.take(kMailboxCost)) return Renaming::full;
  subscribed_.emplace(name);
  return Renaming::done;
}

Renaming Account::unsubscribe(std::string_view name) {
  const std::lock_guard lock(lock_);
  const auto found = subscribed_.find(canonical(name));
  if (found == subscribed_.end()) return Renaming::missing;
  subscribed_.erase(found);
  budget_.give(kMailboxCost);
  return Renaming::done;
}

std::vector<std::string> Account::subscriptions() const {
  const std::lock_guard lock(lock_);
  return {subscribed_.begin(), subscribed_.end()};
}

}  // namespace backtalk::mailbox
