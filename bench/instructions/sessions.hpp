// SPDX-License-Identifier: Apache-2.0 OR MIT
// Conversations of SMTP that two sessions have, the built-in one and the one that follows a
// script: what each of them takes for a message, without any input or output.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <vector>

namespace backtalk::bench {

struct Conversation {
  std::string name;  // "session/smtp/lock-step/script"
  std::size_t messages = 0;
  // Sends that many messages. False if it did not come to that, or if the two sessions did not say
  // the same.
  std::function<bool()> send;
};

// In pairs. Each pair has the same octets in both directions, in the same pieces.
[[nodiscard]] std::vector<Conversation> smtp_conversations();

}  // namespace backtalk::bench
