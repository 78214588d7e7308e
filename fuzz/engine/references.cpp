// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/references.hpp"

#include <array>
#include <utility>

namespace backtalk::fuzz {

Reference find_reference(std::string_view name) {
  constexpr auto kReferences =
      std::to_array<std::pair<std::string_view, Reference>>({{"http_request_framing", http_request_framing},
                                                             {"http_requests", http_requests},
                                                             {"http_response_framing", http_response_framing},
                                                             {"http_responses", http_responses},
                                                             {"imap_commands", imap_commands},
                                                             {"imap_responses", imap_responses},
                                                             {"pop3_commands", pop3_commands},
                                                             {"pop3_responses", pop3_responses},
                                                             {"smtp_commands", smtp_commands},
                                                             {"smtp_replies", smtp_replies}});
  for (const auto& [known, reference] : kReferences) {
    if (known == name) return reference;
  }
  return nullptr;
}

}  // namespace backtalk::fuzz
