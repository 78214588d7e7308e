// SPDX-License-Identifier: Apache-2.0 OR MIT
/// The options of `backtalk fill`, declared once. Those of logins and TLS are those of `load`.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "options/choice.hpp"
#include "options/option_spec.hpp"
#include "workload/login_options.hpp"

namespace backtalk::fill {

/// What becomes of messages that a mailbox already has.
enum class Existing : std::uint8_t {
  refuse,   ///< the mailbox is left as it is, and has failed
  replace,  ///< they are removed first
  add       ///< they stay
};

inline constexpr std::array kExisting{options::Choice{"refuse", Existing::refuse},
                                      options::Choice{"replace", Existing::replace},
                                      options::Choice{"add", Existing::add}};

struct FillOptions : workload::LoginOptions {
  std::string url;
  std::uint64_t messages = 100;  ///< of each mailbox
  std::string sizes = "4096";
  std::string folders = "INBOX";
  std::string flags = "seen:70%,flagged:5%,answered:10%";
  Existing existing = Existing::refuse;
  std::uint64_t seed = 1;
  std::string from = "sender@example.org";
  std::string to = "{user}";

  std::uint64_t connections = 4;
  std::uint64_t pipeline = 16;
  std::uint64_t timeout_ns = 30'000'000'000;
  std::vector<std::string> addresses;  ///< of the server; empty: those of the URL's host
  bool far_target = false;

  std::string json_file;
  bool quiet = false;
};

/// The URL, then the options. Static storage.
[[nodiscard]] std::span<const options::OptionGroup> option_groups();

}  // namespace backtalk::fill
