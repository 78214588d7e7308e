// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/reply_class.hpp"

#include "talk/words.hpp"

namespace backtalk::talk {
namespace {

ReplyClass class_of_code(std::string_view code) {
  if (code.size() < 3) return ReplyClass::none;
  switch (code.front()) {
    case '1': return ReplyClass::untagged;
    case '2': return ReplyClass::positive;
    case '3': return ReplyClass::waiting;
    case '4': return ReplyClass::refused;
    case '5': return ReplyClass::failed;
    default: return ReplyClass::none;
  }
}

ReplyClass class_of_imap(std::string_view line) {
  const std::string_view tag = take_word(line);
  if (tag.starts_with('+')) return ReplyClass::waiting;
  const std::string_view status = take_word(line);
  if (is_any_of(status, "NO")) return ReplyClass::refused;
  if (is_any_of(status, "BAD", "BYE")) return ReplyClass::failed;
  if (tag == "*") return ReplyClass::untagged;
  return is_any_of(status, "OK", "PREAUTH") ? ReplyClass::positive : ReplyClass::none;
}

}  // namespace

ReplyClass class_of(Protocol protocol, std::string_view line) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: return class_of_code(line);
    case Protocol::pop3:
      if (line.starts_with("+OK")) return ReplyClass::positive;
      if (line.starts_with("-ERR")) return ReplyClass::failed;
      return line.starts_with('+') ? ReplyClass::waiting : ReplyClass::none;
    case Protocol::imap: return class_of_imap(line);
    case Protocol::http: take_word(line); return class_of_code(take_word(line));
  }
  return ReplyClass::none;
}

}  // namespace backtalk::talk
