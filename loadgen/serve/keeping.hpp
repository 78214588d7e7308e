// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Puts messages into mailboxes, with the configured fault.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>

#include "mailbox/mailbox.hpp"
#include "mailbox/store.hpp"
#include "serve/mailbox_faults.hpp"

namespace backtalk::serve {

/// The messages that come on one connection.
class Keeping {
 public:
  explicit Keeping(const MailboxFaults& faults) : faults_(faults) {}

  void restart() { count_ = 0; }

  /// As `Mailbox::append` of one message. One that is lost seems to have been kept.
  [[nodiscard]] std::optional<std::uint32_t> keep(mailbox::Mailbox& box, mailbox::NewItem item) {
    ++count_;
    if (is_due(faults_.lose_every)) return box.view().uid_next();
    change(item);
    const std::array both{item, item};
    const std::size_t copies = is_due(faults_.twice_every) ? 2 : 1;
    return box.append(std::span(both).first(copies), is_due(faults_.uid_again_every));
  }

  /// As `Store::deliver`.
  [[nodiscard]] bool deliver(mailbox::Store& store, const std::shared_ptr<mailbox::Mailbox>& box,
                             mailbox::NewItem item) {
    ++count_;
    if (is_due(faults_.lose_every)) return true;
    change(item);
    if (is_due(faults_.uid_again_every)) return box->append({&item, 1}, true).has_value();
    return store.deliver(box, item) && (!is_due(faults_.twice_every) || store.deliver(box, item));
  }

 private:
  [[nodiscard]] bool is_due(std::uint64_t every) const { return every > 0 && count_ % every == 0; }

  // The first octet of the body.
  void change(mailbox::NewItem& item) const {
    if (!is_due(faults_.change_every) || item.message->body().empty()) return;
    std::string octets(item.message->octets());
    char& octet = octets[item.message->header().size()];
    octet = octet == 'x' ? 'y' : 'x';
    item.message = std::make_shared<const mailbox::Message>(std::move(octets));
  }

  const MailboxFaults& faults_;
  std::uint64_t count_ = 0;
};

}  // namespace backtalk::serve
