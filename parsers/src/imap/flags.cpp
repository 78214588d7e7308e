// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/flags.hpp"

#include <array>

#include "ascii.hpp"
#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

struct KnownFlag {
  std::string_view lowered;
  bool Flags::* member;
};

constexpr std::array kKnownFlags{
    KnownFlag{"\\seen", &Flags::seen},       KnownFlag{"\\answered", &Flags::answered},
    KnownFlag{"\\flagged", &Flags::flagged}, KnownFlag{"\\deleted", &Flags::deleted},
    KnownFlag{"\\draft", &Flags::draft},     KnownFlag{"\\recent", &Flags::recent},
    KnownFlag{"\\*", &Flags::any},           KnownFlag{"$forwarded", &Flags::forwarded},
    KnownFlag{"$mdnsent", &Flags::mdn_sent}, KnownFlag{"$junk", &Flags::junk},
    KnownFlag{"$notjunk", &Flags::not_junk}, KnownFlag{"$phishing", &Flags::phishing},
};

// In a list of flags, digits and NIL are atoms: keywords.
bool is_flag(const Token& token) {
  return token.kind <= Token::Kind::flag || token.is_nil();
}

Error fill(Flags& out, const Token& list) {
  if (!list.is_list()) return {ErrorCode::wrong_shape, list.offset};
  for (const Token& flag : children(list)) {
    if (!is_flag(flag)) return {ErrorCode::wrong_shape, flag.offset};
    for (const KnownFlag& known : kKnownFlags) {
      if (ascii::equals_lowered(flag.text, known.lowered)) out.*known.member = true;
    }
  }
  out.all = children(list);
  return {};
}

Error fill(Flags& out, const Response& response) {
  Cursor cursor(response);
  const Token* const list = cursor.take();
  if (list == nullptr || !cursor.finish()) return cursor.error();
  return fill(out, *list);
}

}  // namespace

bool Flags::has(std::string_view name) const noexcept {
  for (const Token& flag : all) {
    if (ascii::equals(flag.text, name)) return true;
  }
  return false;
}

Result<Flags> read_flags(const Token& list) noexcept {
  return read_with<Flags>([&](Flags& out) { return fill(out, list); });
}

Result<Flags> read_flags(const Response& response) noexcept {
  return read_with<Flags>([&](Flags& out) { return fill(out, response); });
}

}  // namespace backtalk::imap
