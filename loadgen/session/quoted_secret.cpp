// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "session/quoted_secret.hpp"

#include <algorithm>

namespace backtalk::session {
namespace {

// Shorter ones are in any text by chance.
constexpr std::size_t kSecretOctetsMin = 8;

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

}  // namespace

Stretch find_secret(std::string_view text, std::string_view secret, std::size_t from) {
  if (secret.empty()) return {};
  const bool is_long = secret.size() >= kSecretOctetsMin;
  if (from == 0) {
    // A secret may be so long that the text is nothing else.
    if (text.size() >= kSecretOctetsMin && secret.find(text) != std::string_view::npos)
      return {.at = 0, .octets = text.size()};
    for (std::size_t part = std::min(secret.size(), text.size()); part >= kSecretOctetsMin; --part) {
      if (text.starts_with(secret.substr(secret.size() - part))) return {.at = 0, .octets = part};
    }
  }
  for (std::size_t at = text.find(secret, from); at != std::string_view::npos;
       at = text.find(secret, at + 1)) {
    const std::size_t end = at + secret.size();
    const bool begins = at == 0 || !is_word_character(text[at - 1]);
    const bool ends = end == text.size() || !is_word_character(text[end]);
    if (is_long || (begins && ends)) return {.at = at, .octets = secret.size()};
  }
  const std::size_t left = text.size() - std::min(from, text.size());
  for (std::size_t part = std::min(secret.size(), left); part >= kSecretOctetsMin; --part) {
    if (text.ends_with(secret.substr(0, part))) return {.at = text.size() - part, .octets = part};
  }
  return {};
}

Stretch find_beginning(std::string_view text, std::string_view secret, std::size_t from) {
  if (secret.size() < kSecretOctetsMin) return {};
  const std::size_t begin = text.find(secret.substr(0, kSecretOctetsMin), from);
  if (begin == std::string_view::npos) return {};
  Stretch found{.at = begin, .octets = kSecretOctetsMin};
  while (found.octets < std::min(secret.size(), text.size() - begin) &&
         text[begin + found.octets] == secret[found.octets])
    ++found.octets;
  return found;
}

Stretch find_sent(std::string_view text, std::string_view sent, std::size_t from) {
  if (sent.size() < kSecretOctetsMin) return {};
  Stretch found = find_beginning(text, sent, from);
  const std::string_view end = sent.substr(sent.size() - kSecretOctetsMin);
  std::size_t at = text.find(end, from);
  if (at != std::string_view::npos) {
    std::size_t octets = kSecretOctetsMin;
    for (; at > from && octets < sent.size() && text[at - 1] == sent[sent.size() - octets - 1]; ++octets)
      --at;
    if (!found.exists() || at < found.at) found = {.at = at, .octets = octets};
  }
  if (!found.exists() && from == 0 && text.size() >= kSecretOctetsMin &&
      sent.find(text) != std::string_view::npos)
    found = {.at = 0, .octets = text.size()};
  return found;
}

}  // namespace backtalk::session
