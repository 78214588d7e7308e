// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/seeds.hpp"

#include <algorithm>
#include <array>

#include "text/letter_case.hpp"

namespace backtalk::parse {
namespace {

struct Targets {
  std::string_view protocol;
  std::string_view of_server;  // reads what a server says
  std::string_view of_client;
};

constexpr std::array<Targets, 4> kTargets{{
    {"smtp", "smtp_reply", "smtp_command"},
    {"pop3", "pop3_response", "pop3_command"},
    {"imap", "imap_response", "imap_command"},
    {"http", "http_response", "http_request"},
}};

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

// In small letters, with a hyphen for each run of other characters.
void append_plain(std::string& name, std::string_view text) {
  for (const char given : text) {
    const char c = text::lower(given);
    if (is_plain(c)) {
      name += c;
    } else if (!name.ends_with('-')) {
      name += '-';
    }
  }
  while (name.ends_with('-')) name.pop_back();
}

std::string name_of_seed(std::string_view stem, std::string_view title) {
  std::string name;
  append_plain(name, stem);
  if (!title.empty()) append_plain(name.append("-"), title);
  return name.empty() ? "seed" : name;
}

const Targets* targets_of(const Conversation& conversation, std::string_view protocol) {
  std::string_view name = protocol;
  if (name.empty()) {
    const Guess guess = guess_of(conversation);
    for (const Protocol& known : protocols())
      if (std::ranges::find(known.looks_like, guess) != known.looks_like.end()) name = known.name;
  }
  const auto* const found = std::ranges::find(kTargets, name, &Targets::protocol);
  return found == kTargets.end() ? nullptr : found;
}

}  // namespace

std::vector<Seed> seeds_of(const std::vector<Conversation>& conversations, std::string_view stem,
                           std::string_view protocol, std::vector<std::string>& notes) {
  std::vector<Seed> seeds;
  for (const Conversation& conversation : conversations) {
    const Targets* const targets = targets_of(conversation, protocol);
    if (targets == nullptr) {
      notes.push_back("cannot tell the protocol of the conversation at line " +
                      std::to_string(conversation.number) + "; name it with --protocol");
      continue;
    }
    for (const bool of_client : {false, true}) {
      std::string octets;
      speak(conversation, of_client, targets->protocol, [&octets](std::string_view line, std::uint32_t) {
        octets += line;
        return true;
      });
      if (octets.empty()) continue;
      seeds.push_back({.target = of_client ? targets->of_client : targets->of_server,
                       .name = name_of_seed(stem, conversation.name),
                       .octets = std::move(octets)});
    }
  }
  return seeds;
}

}  // namespace backtalk::parse
