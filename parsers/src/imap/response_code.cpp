#include "backtalk/imap/response_code.hpp"

#include <array>

#include "ascii.hpp"
#include "imap/cursor.hpp"

namespace backtalk::imap {
namespace {

struct Known {
  std::string_view lowered;
  Code code;
};

constexpr std::array kKnown{
    Known{"uidnext", Code::uidnext},
    Known{"uidvalidity", Code::uidvalidity},
    Known{"capability", Code::capability},
    Known{"permanentflags", Code::permanentflags},
    Known{"highestmodseq", Code::highestmodseq},
    Known{"unseen", Code::unseen},
    Known{"read-write", Code::read_write},
    Known{"read-only", Code::read_only},
    Known{"appenduid", Code::appenduid},
    Known{"copyuid", Code::copyuid},
    Known{"alert", Code::alert},
    Known{"alreadyexists", Code::alreadyexists},
    Known{"authenticationfailed", Code::authenticationfailed},
    Known{"authorizationfailed", Code::authorizationfailed},
    Known{"badcharset", Code::badcharset},
    Known{"cannot", Code::cannot},
    Known{"clientbug", Code::clientbug},
    Known{"closed", Code::closed},
    Known{"contactadmin", Code::contactadmin},
    Known{"corruption", Code::corruption},
    Known{"expired", Code::expired},
    Known{"expungeissued", Code::expungeissued},
    Known{"haschildren", Code::haschildren},
    Known{"inuse", Code::inuse},
    Known{"limit", Code::limit},
    Known{"modified", Code::modified},
    Known{"nomodseq", Code::nomodseq},
    Known{"nonexistent", Code::nonexistent},
    Known{"noperm", Code::noperm},
    Known{"notsaved", Code::notsaved},
    Known{"overquota", Code::overquota},
    Known{"parse", Code::parse},
    Known{"privacyrequired", Code::privacyrequired},
    Known{"serverbug", Code::serverbug},
    Known{"toobig", Code::toobig},
    Known{"trycreate", Code::trycreate},
    Known{"uidnotsticky", Code::uidnotsticky},
    Known{"unavailable", Code::unavailable},
    Known{"unknown-cte", Code::unknown_cte},
    Known{"useattr", Code::useattr},
};

Code code_of(const Token& name) {
  if (name.kind == Token::Kind::atom) {
    for (const Known& known : kKnown) {
      if (ascii::equals_lowered(name.text, known.lowered)) return known.code;
    }
  }
  return Code::other;
}

// RFC 4315 3: the n-th UID of the one set was given to the n-th of the other, so that they are as large.
bool read_copied(Cursor& cursor, NumberSet& source, NumberSet& copies) {
  if (!cursor.number_set(source)) return false;
  const Token* const second = cursor.peek();
  if (!cursor.number_set(copies)) return false;
  return copies.count() == source.count() || cursor.fail({ErrorCode::wrong_shape, second->offset});
}

}  // namespace

// resp-code-apnd = "APPENDUID" SP nz-number SP append-uid        resp-code-copy = "COPYUID" SP nz-number SP
// uid-set SP uid-set
Error read_response_code(std::span<const Token> tokens, ResponseCode& out) noexcept {
  out = {};
  if (tokens.empty()) return {};
  out.code = code_of(tokens.front());
  out.arguments = Siblings{tokens.subspan(tokens.front().span)};
  Cursor cursor(out.arguments, tokens.front().offset);
  switch (out.code) {
    case Code::uidnext:
    case Code::uidvalidity:
    case Code::unseen: cursor.nz_number(out.number); break;
    case Code::highestmodseq: cursor.nz_number(out.number, kNumber64Max); break;
    case Code::appenduid: (void)(cursor.nz_number(out.number) && cursor.number_set(out.uids)); break;
    case Code::copyuid:
      (void)(cursor.nz_number(out.number) && read_copied(cursor, out.source_uids, out.uids));
      break;
    case Code::modified: cursor.number_set(out.uids); break;
    case Code::permanentflags: {
      Siblings flags;
      cursor.list(flags);
      break;
    }
    default: return {};
  }
  if (!cursor.error()) cursor.finish();
  return cursor.error();
}

}  // namespace backtalk::imap
