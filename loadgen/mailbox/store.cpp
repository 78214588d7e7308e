// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "mailbox/store.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mailbox/generated.hpp"

namespace backtalk::mailbox {

Store::Store(StorePlan plan)
    : plan_(std::move(plan)),
      initial_(
          generate_messages(std::min(plan_.messages, Mailbox::kMessagesMax), plan_.message_octets, now())),
      budget_(plan_.octets_max),
      next_uid_validity_(std::max<std::uint32_t>(plan_.uid_validity, 1)) {
  if (plan_.deliver_after_ns > 0)
    late_ = std::make_unique<LateMail>(std::chrono::nanoseconds(plan_.deliver_after_ns));
}

bool Store::deliver(const std::shared_ptr<Mailbox>& mailbox, const NewItem& item) {
  if (!late_) return mailbox->append({&item, 1}).has_value();
  late_->add(mailbox, item);
  return true;
}

std::string Store::account_name(std::string_view name) {
  const std::size_t at = name.rfind('@');
  if (at != std::string_view::npos && at > 0) name = name.substr(0, at);
  if (name.size() < 2 || !name.starts_with('"') || !name.ends_with('"')) return std::string(name);
  std::string unquoted;
  for (std::size_t i = 1; i + 1 < name.size(); ++i) {
    if (name[i] == '\\' && i + 2 < name.size()) ++i;
    unquoted += name[i];
  }
  return unquoted;
}

Store::Opened Store::login(std::string_view name, std::string_view password) {
  if (plan_.passwords) {
    const std::string* const right = this->password(name);
    if (right == nullptr || *right != password) return {};
  }
  return open(name);
}

Store::Opened Store::open(std::string_view name) {
  std::string wanted = account_name(name);
  if (wanted.empty() || wanted.size() > kNameOctetsMax) return {};
  if (plan_.passwords && !plan_.passwords->contains(wanted)) return {};
  Shard& shard = shards_[NameHash{}(wanted) % kShards];
  const std::lock_guard lock(shard.lock);
  const auto known = shard.accounts.find(wanted);
  if (known != shard.accounts.end()) return {Entry::open, known->second.get()};
  if (!budget_.take(kAccountCost)) return {Entry::full, nullptr};
  auto made = std::make_unique<Account>(budget_, next_uid_validity_, initial_);
  Account* const account = made.get();
  shard.accounts.emplace(std::move(wanted), std::move(made));
  return {Entry::open, account};
}

const std::string* Store::password(std::string_view name) const {
  if (!plan_.passwords) return nullptr;
  const auto found = plan_.passwords->find(account_name(name));
  return found == plan_.passwords->end() ? nullptr : &found->second;
}

}  // namespace backtalk::mailbox
