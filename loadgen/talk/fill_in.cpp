// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/fill_in.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include "script/language.hpp"
#include "script/turns.hpp"
#include "talk/text_of.hpp"

namespace backtalk::talk {
namespace {

std::string hexadecimal(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text(16, '0');
  for (auto at = text.rbegin(); at != text.rend(); ++at, number >>= 4U) *at = kDigits[number & 0xFU];
  return text;
}

std::optional<std::string> value_of(std::string_view name, Fillings& fillings) {
  if (name == "n") return std::to_string(fillings.number);
  if (name == "now") return std::to_string(fillings.now_ns);
  if (name == "user") return std::string(fillings.user);
  if (name == "password") return std::string(fillings.password);
  if (name == "random") return hexadecimal(fillings.random.next());
  if (name == "number") return std::string("1");
  const auto kept = fillings.words.find(name);
  if (kept != fillings.words.end()) return kept->second;
  return std::nullopt;
}

}  // namespace

std::string fill_in(std::string_view text, Fillings& fillings) {
  std::string filled;
  while (!text.empty()) {
    const std::size_t brace = std::min(text.find('{'), text.size());
    filled.append(text.substr(0, brace));
    text.remove_prefix(brace);
    if (text.empty()) break;
    if (text.starts_with("{{")) {
      filled += '{';
      text.remove_prefix(2);
      continue;
    }
    const std::size_t end = text.find('}');
    const auto value =
        end == std::string_view::npos ? std::nullopt : value_of(text.substr(1, end - 1), fillings);
    filled += value.value_or("{");
    text.remove_prefix(value ? end + 1 : 1);
  }
  return filled;
}

std::string without_double_braces(std::string_view text) {
  std::string single;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text.substr(at).starts_with("{{")) ++at;
    single += text[at];
  }
  return single;
}

bool is_message_chunk(script::Protocol protocol, std::string_view command) {
  const bool smtp = protocol == script::Protocol::smtp || protocol == script::Protocol::lmtp;
  return smtp && script::capitals(script::word_from(command, 0)) == "BDAT" &&
         script::word_from(command, std::string_view("BDAT ").size()) == kMessagePlaceholder;
}

std::vector<std::string> message_lines(std::uint64_t number) {
  constexpr std::size_t kLines = 16;
  std::vector<std::string> lines{"From: <sender@example.org>", "To: <recipient@example.org>",
                                 text_of("Subject: message ", number), ""};
  for (std::size_t at = 0; at < kLines; ++at)
    lines.emplace_back("A line of the message, as long as lines of text are.");
  return lines;
}

}  // namespace backtalk::talk
