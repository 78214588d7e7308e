// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Removes messages from a mailbox in portions, so that whoever does it can do other things in
/// between.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "mailbox/mailbox.hpp"

namespace backtalk::mailbox {

class Removal {
 public:
  /// Of the messages that are there now, those for which `goes` is true; it is asked in the order
  /// of the UIDs, and from the first on again if others have removed messages meanwhile. The
  /// mailbox outlives this.
  Removal(Mailbox& box, std::function<bool(const Item& item, FlagSet flags)> goes);

  /// Looks at that many more. True once all that go are gone; nothing is before.
  [[nodiscard]] bool step(std::size_t count);

 private:
  void begin();

  // After so many tries it is done in one step, so that others cannot delay it forever.
  static constexpr unsigned kTriesMax = 3;

  Mailbox& box_;
  std::function<bool(const Item& item, FlagSet flags)> goes_;
  View from_;
  std::size_t next_ = 0;  // of its messages
  std::vector<Item> kept_;
  std::vector<std::uint32_t> kept_at_;  // their indices
  unsigned tries_ = 0;
};

/// All that have \Deleted.
[[nodiscard]] Removal removal_of_deleted(Mailbox& box);
/// Those with these UIDs, which ascend; `only_deleted`: if they have \Deleted.
[[nodiscard]] Removal removal_of(Mailbox& box, std::vector<std::uint32_t> uids, bool only_deleted);

}  // namespace backtalk::mailbox
