// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The settings of an imaptest profile, as its file has them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "script/error.hpp"

namespace backtalk::script {

/// Times are in nanoseconds; 0: never, or at once.
struct ImaptestUser {
  std::string name;
  std::uint64_t share = 0;  ///< per cent of all users
  std::uint64_t session_length = 0;
  std::uint64_t inbox_delivery_interval = 0;
  std::uint64_t spam_delivery_interval = 0;
  std::uint64_t send_interval = 0;
  std::uint64_t action_delay = 0;
  std::uint64_t action_repeat_delay = 0;
  std::uint64_t write_duration = 0;
  std::uint64_t reply_percentage = 0;
  std::uint64_t delete_percentage = 0;
  std::uint64_t move_percentage = 0;
  std::uint64_t move_filter_percentage = 0;
};

struct ImaptestClient {
  std::string name;
  std::uint64_t share = 0;  ///< per cent of all clients
  bool pop3 = false;
  bool keeps_mails = false;          ///< POP3
  std::uint64_t login_interval = 0;  ///< POP3
  bool idle = false;
  std::string fetch_immediate;  ///< items of FETCH as soon as a mail is there; empty: none
  std::string fetch_manual;     ///< when the user reads it
};

struct ImaptestProfile {
  std::uint64_t users_total = 0;
  std::uint64_t rampup = 0;
  std::vector<ImaptestUser> users;      ///< at least one
  std::vector<ImaptestClient> clients;  ///< at least one
};

/// Time and memory are linear in the text. Up to 16 kinds of users, and of clients.
[[nodiscard]] std::variant<ImaptestProfile, Error> read_imaptest_settings(std::string_view text);

}  // namespace backtalk::script
