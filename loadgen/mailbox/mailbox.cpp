// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/mailbox.hpp"

#include <algorithm>
#include <limits>
#include <utility>

namespace backtalk::mailbox {
namespace {

bool same_word(std::string_view a, std::string_view b) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; };
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace

View::View(std::vector<Item> items, std::vector<FlagSet> flags)
    : items_(std::make_shared<std::vector<Item>>(std::move(items))),
      flags_(std::make_shared<std::vector<FlagSet>>(std::move(flags))),
      size_(items_->size()),
      uid_next_(items_->empty() ? 1 : items_->back().uid + 1) {}

std::size_t View::lower_bound(std::uint64_t uid) const {
  const auto all = items();
  const auto found =
      std::ranges::lower_bound(all, uid, {}, [](const Item& item) -> std::uint64_t { return item.uid; });
  return static_cast<std::size_t>(found - all.begin());
}

Mailbox::Mailbox(Budget& budget, std::uint32_t uid_validity, View initial)
    : budget_(budget), uid_validity_(uid_validity), now_(std::move(initial)) {}

Mailbox::~Mailbox() {
  budget_.give(cost_);
}

View Mailbox::view() const {
  const std::lock_guard lock(lock_);
  return now_;
}

std::uint32_t Mailbox::claim_recent() {
  const std::lock_guard lock(lock_);
  return std::exchange(first_recent_, now_.uid_next_);
}

std::uint32_t Mailbox::first_recent() const {
  const std::lock_guard lock(lock_);
  return first_recent_;
}

// The vectors are reserved for what is appended in place: views see only what was there when they
// were taken, and of the vector itself nothing but where it begins.
void Mailbox::make_room(std::size_t more) {
  const std::size_t wanted = now_.size_ + more;
  if (!shares_items_ && now_.items_->capacity() >= wanted && now_.flags_->capacity() >= wanted) return;
  const auto old = now_.items();
  auto items = std::make_shared<std::vector<Item>>();
  items->reserve(std::max<std::size_t>(wanted, shares_items_ ? wanted + 8 : 2 * now_.size_));
  items->assign(old.begin(), old.end());
  auto flags = std::make_shared<std::vector<FlagSet>>();
  flags->reserve(items->capacity());
  if (now_.size_ > 0) flags->assign(now_.flags_->data(), now_.flags_->data() + now_.size_);
  now_.items_ = std::move(items);
  now_.flags_ = std::move(flags);
  if (shares_items_) {
    shares_items_ = false;
    cost_ += kItemCost * now_.size_;
    budget_.take_anyway(kItemCost * now_.size_);
  }
}

std::optional<std::uint32_t> Mailbox::append(std::span<const NewItem> added, bool uid_again) {
  const std::uint64_t cost = kItemCost * added.size();
  const std::lock_guard lock(lock_);
  const std::uint32_t first = now_.uid_next_ - (uid_again && now_.uid_next_ > 1 ? 1 : 0);
  if (now_.size_ + added.size() > kMessagesMax ||
      added.size() > std::numeric_limits<std::uint32_t>::max() - first || !budget_.take(cost))
    return std::nullopt;
  cost_ += cost;
  make_room(added.size());
  now_.uid_next_ = first;
  for (const NewItem& item : added) {
    now_.items_->push_back({now_.uid_next_++, item.date, item.message});
    now_.flags_->push_back(item.flags);
  }
  now_.size_ += added.size();
  changed();
  return first;
}

void Mailbox::change_flags(View& view, std::span<const std::size_t> indices, FlagChange change) {
  const std::lock_guard lock(lock_);
  const bool is_current = view.flags_ == now_.flags_ && view.has_same_items(now_);
  auto flags = std::make_shared<std::vector<FlagSet>>();
  flags->reserve(now_.flags_ ? now_.flags_->capacity() : 0);
  if (now_.size_ > 0) flags->assign(now_.flags_->data(), now_.flags_->data() + now_.size_);
  for (const std::size_t index : indices) {
    const std::size_t at = is_current ? index : now_.lower_bound(view.item(index).uid);
    if (at < now_.size_ && now_.item(at).uid == view.item(index).uid)
      (*flags)[at] = change.apply((*flags)[at]);
  }
  if (!is_current) {
    auto own = std::make_shared<std::vector<FlagSet>>(view.flags_->data(), view.flags_->data() + view.size_);
    for (const std::size_t index : indices) (*own)[index] = change.apply((*own)[index]);
    view.flags_ = std::move(own);
  }
  const std::uint64_t before = now_.version_;
  now_.flags_ = std::move(flags);
  changed();
  view.keywords_ = now_.keywords_;
  view.keyword_count_ = now_.keyword_count_;
  if (is_current) {
    view.flags_ = now_.flags_;
    if (view.version_ == before) view.version_ = now_.version_;
  }
}

template <class Goes>
void Mailbox::remove_if(const Goes& goes) {
  std::vector<Item> items;
  std::vector<FlagSet> flags;
  items.reserve(now_.size_);
  flags.reserve(now_.size_);
  for (std::size_t i = 0; i < now_.size_; ++i) {
    if (goes(i)) continue;
    items.push_back(now_.item(i));
    flags.push_back(now_.flags(i));
  }
  if (items.size() < now_.size_) replace_all(std::move(items), std::move(flags));
}

// By what is left of them.
void Mailbox::replace_all(std::vector<Item> items, std::vector<FlagSet> flags) {
  const std::uint64_t cost = kItemCost * items.size();
  if (cost > cost_) {
    budget_.take_anyway(cost - cost_);
  } else {
    budget_.give(cost_ - cost);
  }
  cost_ = cost;
  shares_items_ = false;
  now_.size_ = items.size();
  now_.items_ = std::make_shared<std::vector<Item>>(std::move(items));
  now_.flags_ = std::make_shared<std::vector<FlagSet>>(std::move(flags));
  ++now_.removals_;
  changed();
}

bool Mailbox::keep_only(const View& from, std::vector<Item>& kept, std::span<const std::uint32_t> kept_at) {
  const std::lock_guard lock(lock_);
  if (now_.removals_ != from.removals_) return false;
  std::vector<FlagSet> flags;
  flags.reserve(kept.size() + now_.size_ - from.size_);
  for (const std::uint32_t at : kept_at) flags.push_back(now_.flags(at));
  for (std::size_t i = from.size_; i < now_.size_; ++i) {
    kept.push_back(now_.item(i));
    flags.push_back(now_.flags(i));
  }
  replace_all(std::move(kept), std::move(flags));
  return true;
}

void Mailbox::expunge(std::span<const std::uint32_t> uids, bool only_deleted) {
  if (uids.empty()) return;
  const std::lock_guard lock(lock_);
  auto next = uids.begin();
  remove_if([&](std::size_t i) {
    while (next != uids.end() && *next < now_.item(i).uid) ++next;
    if (next == uids.end() || *next != now_.item(i).uid) return false;
    return !only_deleted || (now_.flags(i) & kDeleted) != 0;
  });
}

void Mailbox::expunge_deleted() {
  const std::lock_guard lock(lock_);
  remove_if([this](std::size_t i) { return (now_.flags(i) & kDeleted) != 0; });
}

FlagSet Mailbox::keyword(std::string_view name) {
  const std::lock_guard lock(lock_);
  const auto known = now_.keywords();
  const auto found =
      std::ranges::find_if(known, [&](const std::string& one) { return same_word(one, name); });
  const auto index = static_cast<std::size_t>(found - known.begin());
  if (index >= kKeywordsMax || name.size() > kKeywordOctetsMax) return 0;
  if (found == known.end()) {
    if (!now_.keywords_) {
      now_.keywords_ = std::make_shared<std::vector<std::string>>();
      now_.keywords_->reserve(kKeywordsMax);
    }
    now_.keywords_->emplace_back(name);
    ++now_.keyword_count_;
  }
  return FlagSet{1} << (kSystemFlags.size() + index);
}

void Mailbox::watch(Watcher& watcher) {
  const std::lock_guard lock(lock_);
  watchers_.push_back(&watcher);
}

void Mailbox::unwatch(Watcher& watcher) {
  const std::lock_guard lock(lock_);
  std::erase(watchers_, &watcher);
}

void Mailbox::changed() {
  ++now_.version_;
  version_.store(now_.version_, std::memory_order_release);
  for (Watcher* const watcher : watchers_) watcher->changed();
}

}  // namespace backtalk::mailbox
