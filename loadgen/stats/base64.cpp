// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "stats/base64.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>

namespace backtalk::stats {
namespace {

// OpenSSL counts in int, so it gets pieces of this many groups, enough to amortise a call.
constexpr std::size_t kGroups = 4096;
constexpr std::size_t kOctets = 3;
constexpr std::size_t kLetters = 4;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

constexpr bool is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '/';
}

}  // namespace

std::string to_base64(std::string_view octets) {
  std::string text;
  text.reserve((octets.size() + kOctets - 1) / kOctets * kLetters);
  unsigned char piece[kGroups * kLetters + 1];  // EVP_EncodeBlock appends a NUL
  while (!octets.empty()) {
    const std::string_view part = octets.substr(0, kGroups * kOctets);
    const int written = EVP_EncodeBlock(piece, bytes(part), static_cast<int>(part.size()));
    text.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(written));
    octets.remove_prefix(part.size());
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % kLetters != 0) return std::nullopt;
  // EVP_DecodeBlock accepts "=" anywhere as zero bits, skips spaces, and counts the padding as
  // octets.
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  const std::string_view letters = text.substr(0, text.size() - padding);
  if (!std::ranges::all_of(letters, is_letter)) return std::nullopt;
  std::string octets;
  octets.reserve(text.size() / kLetters * kOctets);
  unsigned char piece[kGroups * kOctets];
  while (!text.empty()) {
    const std::string_view part = text.substr(0, kGroups * kLetters);
    const int written = EVP_DecodeBlock(piece, bytes(part), static_cast<int>(part.size()));
    if (written < 0) return std::nullopt;
    octets.append(reinterpret_cast<const char*>(piece), static_cast<std::size_t>(written));
    text.remove_prefix(part.size());
  }
  octets.resize(octets.size() - padding);
  return octets;
}

}  // namespace backtalk::stats
