// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Which untagged data has come, so that a command's tagged response can be checked for the data
/// that must precede it, and which data the commands in flight have asked for.
#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <limits>

#include "session/imap_data.hpp"

namespace backtalk::session {

/// Untagged data does not say which command it belongs to. Two commands in flight that must each
/// bring a FETCH need two; one that brings many leaves the others to the next.
class ImapArrivals {
 public:
  void reset() noexcept { *this = ImapArrivals{}; }

  /// How many untagged responses have come.
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  void ask(ImapDataSet kinds) noexcept {
    for_each(kinds, [this](unsigned kind) { ++asked_[kind]; });
  }
  void stop_asking(ImapDataSet kinds) noexcept {
    for_each(kinds, [this](unsigned kind) { --asked_[kind]; });
  }
  [[nodiscard]] bool is_asked_for(ImapData kind) const noexcept {
    return asked_[static_cast<unsigned>(kind)] != 0;
  }

  void add(ImapData kind) noexcept {
    last_[static_cast<unsigned>(kind)] = ++count_;
    std::uint32_t& free = free_[static_cast<unsigned>(kind)];
    free += free < std::numeric_limits<std::uint32_t>::max() ? 1 : 0;
  }
  /// True if one of each kind has come after the first `since` that did, and no other command has
  /// taken it. It is taken.
  [[nodiscard]] bool take(ImapDataSet kinds, std::uint64_t since) noexcept {
    bool all = true;
    for_each(kinds, [&](unsigned kind) { all = all && last_[kind] > since && free_[kind] > 0; });
    if (all) for_each(kinds, [this](unsigned kind) { --free_[kind]; });
    return all;
  }
  /// No command is in flight: what has come is nobody's.
  void forget() noexcept { free_.fill(0); }

 private:
  template <class Use>
  static void for_each(ImapDataSet kinds, Use use) noexcept {
    for (; kinds != 0; kinds &= kinds - 1) use(static_cast<unsigned>(std::countr_zero(kinds)));
  }

  std::uint64_t count_ = 0;
  std::array<std::uint64_t, kImapDataKinds> last_{};
  std::array<std::uint32_t, kImapDataKinds> free_{};
  std::array<std::uint32_t, kImapDataKinds> asked_{};
};

}  // namespace backtalk::session
