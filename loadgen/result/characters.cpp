// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "result/characters.hpp"

#include <boost/json.hpp>

namespace backtalk::result {

std::string characters_of(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    const auto octet = static_cast<unsigned char>(c);
    if (octet >= 0x80) out.push_back(static_cast<char>(0xC0U | (octet >> 6U)));
    out.push_back(static_cast<char>(octet < 0x80 ? octet : 0x80U | (octet & 0x3FU)));
  }
  return out;
}

std::optional<std::string> octets_of(std::string_view characters) {
  std::string out;
  for (std::size_t i = 0; i < characters.size(); ++i) {
    const auto first = static_cast<unsigned char>(characters[i]);
    if (first < 0x80) {
      out.push_back(characters[i]);
      continue;
    }
    if ((first != 0xC2 && first != 0xC3) || ++i == characters.size()) return std::nullopt;
    const auto second = static_cast<unsigned char>(characters[i]);
    if ((second & 0xC0U) != 0x80) return std::nullopt;
    out.push_back(static_cast<char>(((first & 0x03U) << 6U) | (second & 0x3FU)));
  }
  return out;
}

std::string text_of(std::string octets) {
  boost::json::error_code failure;
  boost::json::parse(boost::json::serialize(boost::json::string(octets)), failure);
  if (failure) return characters_of(octets);
  return octets;
}

}  // namespace backtalk::result
