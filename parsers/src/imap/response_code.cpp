// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/response_code.hpp"

#include <array>

#include "ascii.hpp"
#include "imap/cursor.hpp"
#include "read_with.hpp"

namespace backtalk::imap {
namespace {

struct KnownCode {
  std::string_view lowered;
  Code code;
};

constexpr std::array kKnownCodes{
    KnownCode{"uidnext", Code::uidnext},
    KnownCode{"uidvalidity", Code::uidvalidity},
    KnownCode{"capability", Code::capability},
    KnownCode{"permanentflags", Code::permanentflags},
    KnownCode{"highestmodseq", Code::highestmodseq},
    KnownCode{"unseen", Code::unseen},
    KnownCode{"read-write", Code::read_write},
    KnownCode{"read-only", Code::read_only},
    KnownCode{"appenduid", Code::appenduid},
    KnownCode{"copyuid", Code::copyuid},
    KnownCode{"alert", Code::alert},
    KnownCode{"alreadyexists", Code::alreadyexists},
    KnownCode{"authenticationfailed", Code::authenticationfailed},
    KnownCode{"authorizationfailed", Code::authorizationfailed},
    KnownCode{"badcharset", Code::badcharset},
    KnownCode{"cannot", Code::cannot},
    KnownCode{"clientbug", Code::clientbug},
    KnownCode{"closed", Code::closed},
    KnownCode{"contactadmin", Code::contactadmin},
    KnownCode{"corruption", Code::corruption},
    KnownCode{"expired", Code::expired},
    KnownCode{"expungeissued", Code::expungeissued},
    KnownCode{"haschildren", Code::haschildren},
    KnownCode{"inuse", Code::inuse},
    KnownCode{"limit", Code::limit},
    KnownCode{"modified", Code::modified},
    KnownCode{"nomodseq", Code::nomodseq},
    KnownCode{"nonexistent", Code::nonexistent},
    KnownCode{"noperm", Code::noperm},
    KnownCode{"notsaved", Code::notsaved},
    KnownCode{"overquota", Code::overquota},
    KnownCode{"parse", Code::parse},
    KnownCode{"privacyrequired", Code::privacyrequired},
    KnownCode{"serverbug", Code::serverbug},
    KnownCode{"toobig", Code::toobig},
    KnownCode{"trycreate", Code::trycreate},
    KnownCode{"uidnotsticky", Code::uidnotsticky},
    KnownCode{"unavailable", Code::unavailable},
    KnownCode{"unknown-cte", Code::unknown_cte},
    KnownCode{"useattr", Code::useattr},
};

Code code_of(const Token& name) {
  if (name.kind == Token::Kind::atom) {
    for (const KnownCode& known : kKnownCodes) {
      if (ascii::equals_lowered(name.text, known.lowered)) return known.code;
    }
  }
  return Code::other;
}

// An argument that does not fit is passed over, and the next one is read.
template <class Number>
void read_uidvalidity(Cursor& cursor, Number& out) {
  if (!cursor.nz_number(out)) cursor.skip();
}

// RFC 4315 3: the n-th message of one set received the n-th UID of the other, so both have the same
// size.
void read_copied(Cursor& cursor, NumberSet& source, NumberSet& copies) {
  const bool first_fits = cursor.number_set(source);
  if (!first_fits) cursor.skip();
  const Token* const second = cursor.peek();
  if (cursor.number_set(copies) && first_fits && copies.count() != source.count()) {
    cursor.fail({ErrorCode::wrong_shape, second == nullptr ? cursor.where() : second->offset});
  }
}

// resp-code-apnd = "APPENDUID" SP nz-number SP append-uid
// resp-code-copy = "COPYUID" SP nz-number SP uid-set SP uid-set
Error fill(ResponseCode& out, std::span<const Token> tokens, Tolerances tolerances) {
  if (tokens.empty()) return {};
  out.code = code_of(tokens.front());
  out.offset = tokens.front().offset;
  out.arguments = Siblings{tokens.subspan(tokens.front().span)};
  Cursor cursor(out.arguments, out.offset, tolerances);
  switch (out.code) {
    case Code::uidnext:
    case Code::uidvalidity:
    case Code::unseen: cursor.nz_number(out.number); break;
    case Code::highestmodseq: cursor.nz_number(out.number, kNumber64Max); break;
    case Code::appenduid:
      read_uidvalidity(cursor, out.number);
      cursor.number_set(out.uids);
      break;
    case Code::copyuid:
      read_uidvalidity(cursor, out.number);
      read_copied(cursor, out.source_uids, out.uids);
      break;
    case Code::modified: cursor.number_set(out.uids); break;
    case Code::permanentflags: {
      Siblings flags;
      cursor.list(flags);
      break;
    }
    default: return {};
  }
  cursor.finish();
  return cursor.error();
}

}  // namespace

Result<ResponseCode> read_response_code(std::span<const Token> tokens, Tolerances tolerances) noexcept {
  return read_with<ResponseCode>([&](ResponseCode& out) { return fill(out, tokens, tolerances); });
}

}  // namespace backtalk::imap
