// SPDX-License-Identifier: Apache-2.0 OR MIT
// What sessions tell of deliveries, as text.
#pragma once

#include <string>
#include <vector>

#include "session/delivery_field.hpp"
#include "session/delivery_log.hpp"

namespace backtalk::session::test {

inline constexpr std::uint64_t kRun = 0x0123456789ABCDEF;

class ToldDeliveries final : public DeliveryLog {
 public:
  [[nodiscard]] std::uint64_t run() const override { return kRun; }
  void sent(std::uint64_t number, bool measured, Nanoseconds) override {
    told.push_back((measured ? "sent " : "sent unmeasured ") + std::to_string(number));
  }
  void accepted(std::uint64_t number, Nanoseconds) override {
    told.push_back("accepted " + std::to_string(number));
  }
  void refused(std::uint64_t number) override { told.push_back("refused " + std::to_string(number)); }
  void watching(std::uint32_t mailbox) override { told.push_back("watching " + std::to_string(mailbox)); }
  void looked(std::uint32_t, Nanoseconds) override { ++looks; }
  void seen(std::uint32_t mailbox, std::uint64_t number, Nanoseconds shown) override {
    told.push_back("seen " + std::to_string(number) + " in " + std::to_string(mailbox) + " at " +
                   std::to_string(shown));
  }

  void looked_through(std::uint32_t, Nanoseconds at) override { through = at; }
  void found(std::uint32_t mailbox, std::uint64_t number, Nanoseconds) override {
    told.push_back("found " + std::to_string(number) + " in " + std::to_string(mailbox));
  }

  std::vector<std::string> told;
  Nanoseconds through = 0;  // when a mailbox was last looked through
  int looks = 0;
};

/// The field of a message of this run, with its line end.
inline std::string field_of(std::uint64_t number, std::uint64_t run = kRun) {
  return std::string(DeliveryField({.run = run, .number = number}).text()) + "\r\n";
}

}  // namespace backtalk::session::test
