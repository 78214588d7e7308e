// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/file_kind.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "text/letter_case.hpp"

namespace backtalk::parse {
namespace {

constexpr std::array<std::string_view, 5> kCaptures{
    "\xd4\xc3\xb2\xa1", "\xa1\xb2\xc3\xd4", "\x4d\x3c\xb2\xa1", "\xa1\xb2\x3c\x4d", "\n\r\r\n",
};

// A stored message begins with one of these fields, or with one whose name begins with "X-".
constexpr std::array<std::string_view, 12> kFields{
    "from",        "to",     "cc",       "date",       "subject",      "received",
    "return-path", "sender", "reply-to", "message-id", "mime-version", "delivered-to",
};

// Commands that begin a session, of SMTP, LMTP and POP3; and those of IMAP, behind a tag.
constexpr std::array<std::string_view, 8> kCommands{"ehlo", "helo", "lhlo", "user",
                                                    "apop", "capa", "stls", "auth"};
constexpr std::array<std::string_view, 5> kTaggedCommands{"capability", "login", "authenticate", "starttls",
                                                          "noop"};

// `text` up to a blank or the end of its line.
std::string_view first_word(std::string_view text) {
  return text.substr(0, std::min(text.find_first_of(" \t\r\n"), text.size()));
}

bool is_one_of(std::string_view word, auto const& names) {
  return std::ranges::any_of(
      names, [word](std::string_view name) { return text::equals_ignoring_case(word, name); });
}

bool is_field(std::string_view line) {
  const std::string_view name = line.substr(0, std::min(line.find(':'), line.size()));
  if (name.size() == line.size()) return false;
  return is_one_of(name, kFields) || (name.size() > 2 && text::equals_ignoring_case(name.substr(0, 2), "x-"));
}

bool is_command(std::string_view line) {
  const std::string_view word = first_word(line);
  if (is_one_of(word, kCommands)) return true;
  if (line.size() == word.size() || word.empty() || word == "*" || word == "+") return false;
  return is_one_of(first_word(line.substr(word.size() + 1)), kTaggedCommands);
}

}  // namespace

FileKind file_kind(std::string_view beginning) noexcept {
  const bool captured =
      std::ranges::any_of(kCaptures, [&](std::string_view magic) { return beginning.starts_with(magic); });
  if (captured) return FileKind::capture;
  if (beginning.starts_with("\xEF\xBB\xBF")) return FileKind::marked;
  const std::size_t end = std::min(beginning.find('\n'), beginning.size());
  const std::string_view line = beginning.substr(0, end);
  if (line.starts_with("Trying ") || line.starts_with("Connected to ")) return FileKind::telnet;
  if (is_field(line)) return FileKind::message;
  if (is_command(line)) return FileKind::client;
  if (end != beginning.size() && !line.ends_with('\r')) return FileKind::text_lines;
  return FileKind::unknown;
}

}  // namespace backtalk::parse
