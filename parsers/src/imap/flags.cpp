// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/flags.hpp"

#include <array>

#include "ascii.hpp"
#include "first_error.hpp"
#include "imap/cursor.hpp"
#include "imap/flag.hpp"
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
bool is_flag(const Token& token, bool quoted) {
  return token.kind <= Token::Kind::flag || token.is_nil() || (quoted && is_quoted_flag(token));
}

// flag-perm = flag / "\*"
Error fill(Flags& out, const Token& list, bool star_fits, Tolerances tolerances) {
  if (!list.is_list()) return {ErrorCode::wrong_shape, list.offset};
  out.all = children(list);
  out.quoted = tolerances.has(tolerate::quoted_flags);
  Error first;
  for (const Token& flag : out.all) {
    const bool fits = is_flag(flag, out.quoted) && (star_fits || !spells_flag(flag, "\\*"));
    if (!fits) {
      first = first_error(first, {ErrorCode::wrong_shape, flag.offset});
      continue;
    }
    for (const KnownFlag& known : kKnownFlags) {
      if (spells_flag(flag, known.lowered)) out.*known.member = true;
    }
  }
  return first;
}

Error fill(Flags& out, const Response& response, Tolerances tolerances) {
  Cursor cursor(response);
  const Token* const list = cursor.take();
  if (list == nullptr) return cursor.error();
  cursor.finish();
  return first_error(fill(out, *list, tolerances.has(tolerate::star_flag), tolerances), cursor.error());
}

}  // namespace

bool Flags::has(std::string_view name) const noexcept {
  for (const Token& flag : all) {
    if (spells_flag(flag, name) && is_flag(flag, quoted)) return true;
  }
  return false;
}

Result<Flags> read_flags(const Token& list, Tolerances tolerances) noexcept {
  return read_with<Flags>(
      [&](Flags& out) { return fill(out, list, tolerances.has(tolerate::star_flag), tolerances); });
}

Result<Flags> read_flags(const Response& response, Tolerances tolerances) noexcept {
  return read_with<Flags>([&](Flags& out) { return fill(out, response, tolerances); });
}

Result<Flags> read_flags(const ResponseCode& code, Tolerances tolerances) noexcept {
  return read_with<Flags>([&](Flags& out) -> Error {
    if (code.code != Code::permanentflags || code.arguments.empty()) return wrong_shape_at(code.offset);
    return fill(out, *code.arguments.begin(), true, tolerances);
  });
}

}  // namespace backtalk::imap
