// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/detail/imap/lexer.hpp"

#include <algorithm>
#include <bit>
#include <limits>

#include "ascii.hpp"
#include "imap/byte_classes.hpp"
#include "swar.hpp"
#include "work.hpp"

namespace backtalk::imap::detail {
namespace {

// fetch-att and msg-att-static names that a section may follow. Few atoms have a bracket, so this
// is kept out of line.
[[gnu::noinline]] bool takes_section(std::string_view name) {
  switch (name.size()) {
    case 4: return ascii::equals_lowered(name, "body");
    case 6: return ascii::equals_lowered(name, "binary");
    case 9: return ascii::equals_lowered(name, "body.peek");
    case 11: return ascii::equals_lowered(name, "binary.size") || ascii::equals_lowered(name, "binary.peek");
    default: return false;
  }
}

bool is_nil(const char* text) {
  return ascii::lower(text[0]) == 'n' && ascii::lower(text[1]) == 'i' && ascii::lower(text[2]) == 'l';
}

// Every number of up to 19 digits fits in 64 bits, and those of 20 digits up to
// 18446744073709551615.
bool fits_64_bits(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits.size() < 20 || (digits.size() == 20 && digits <= "18446744073709551615");
}

std::string_view view(const char* first, const char* last) {
  return {first, static_cast<std::size_t>(last - first)};
}

// The next quote or backslash in [p, end), or `end`.
const char* find_quoted_special(const char* p, const char* end) {
  while (std::endian::native == std::endian::little && end - p >= 8) {
    const std::uint64_t word = swar::load(p);
    const std::uint64_t hits = (swar::equal(word, '"') | swar::equal(word, '\\')) & swar::kTops;
    if (hits != 0) return p + std::countr_zero(hits) / 8;
    p += 8;
  }
  while (p != end && *p != '"' && *p != '\\') ++p;
  return p;
}

// The first byte from p on that is in no class of `mask`. The byte that ends a text is in no class.
const char* skip_class(const char* p, std::uint8_t mask) {
  while (true) {  // four per iteration: a byte is examined only after the one before it
    if ((byte_class(p[0]) & mask) == 0) return p;
    if ((byte_class(p[1]) & mask) == 0) return p + 1;
    if ((byte_class(p[2]) & mask) == 0) return p + 2;
    if ((byte_class(p[3]) & mask) == 0) return p + 3;
    p += 4;
  }
}

}  // namespace

bool ends_like_literal(std::string_view text) noexcept {
  while (text.ends_with(' ') || text.ends_with('\r')) text.remove_suffix(1);
  if (!text.ends_with('}')) return false;
  std::size_t at = text.size() - 1;
  if (at > 0 && (text[at - 1] == '+' || text[at - 1] == '-')) --at;
  while (at > 0 && ascii::is_digit(text[at - 1])) --at;
  work::examined(text.size() - at);
  return at > 0 && text[at - 1] == '{';
}

Lexer::Lexer(const Limits& limits, Tolerances tolerances, Sender sender)
    : tokens_max_(std::min<std::size_t>(limits.tokens_max, std::numeric_limits<std::uint32_t>::max())),
      depth_max_(limits.depth_max),
      tolerances_(tolerances),
      sender_(sender) {}

void Lexer::begin(bool in_code, bool sections) {
  tokens_.clear();
  open_.clear();
  error_ = {};
  in_code_ = in_code;
  sections_ = sections;
  literal_announced_ = false;
  before_ = Before::nothing;
  const bool loose = tolerances_.has(tolerate::loose_atoms);
  plain_atom_mask_ = kAtomChar | kCloseBracket;
  if (!sections) plain_atom_mask_ |= kOpenBracket;
  if (in_code || loose || sender_ == Sender::client) plain_atom_mask_ |= kWildcard;
  if (loose) plain_atom_mask_ |= kEightBit;
  enter(in_code);
}

// The bytes that an atom may contain depend on what encloses it: "]" ends a code or section, but
// not a list in it.
void Lexer::enter(bool bracket) {
  closed_by_bracket_ = bracket;
  atom_mask_ = bracket ? static_cast<std::uint8_t>(plain_atom_mask_ & ~kCloseBracket) : plain_atom_mask_;
}

const char* Lexer::refuse(ErrorCode code, const char* at) {
  error_ = {code, offset_of(at)};
  return nullptr;
}

bool Lexer::add(Token::Kind kind, std::string_view text, std::uint64_t offset) {
  if (tokens_.size() >= tokens_max_) {
    error_ = {ErrorCode::too_many_tokens, offset};
    return false;
  }
  Token& token = tokens_.emplace_back();
  token.text = text;
  token.offset = offset;
  token.kind = kind;
  return true;
}

Lexer::End Lexer::run(std::string_view text, std::uint64_t offset) {
  begin_ = text.data();
  end_ = begin_ + text.size();
  offset_ = offset;
  literal_announced_ = false;
  const char* at = begin_;
  while (at != end_) {
    const char* const first = at;
    switch (*at) {
      case ' ': at = take_space(at); break;
      case '(': at = take_open(at); break;
      case ')': at = take_close(at); break;
      case ']': at = closed_by_bracket_ ? take_bracket(at) : take_value(at); break;
      default: at = take_value(at); break;
    }
    if (at == nullptr || at == first) {  // invalid, or the "]" of the code
      used_ = static_cast<std::size_t>(first - begin_);
      work::examined(used_ + 1);
      return at == nullptr ? End::error : End::code;
    }
  }
  used_ = text.size();
  work::examined(used_);
  return finish_text();
}

Lexer::End Lexer::finish_text() {
  if (literal_announced_) return End::literal;
  if (before_ == Before::space && !tolerances_.has(tolerate::extra_spaces)) {
    refuse(ErrorCode::extra_space, end_ - 1);
  } else if (closed_by_bracket_) {
    refuse(ErrorCode::unterminated_code, end_);
  } else if (!open_.empty()) {
    refuse(ErrorCode::unbalanced_list, end_);
  } else {
    return End::line;
  }
  return End::error;
}

const char* Lexer::take_space(const char* at) {
  if (before_ < Before::value && !tolerances_.has(tolerate::extra_spaces)) {
    return refuse(ErrorCode::extra_space, at);
  }
  if (before_ != Before::open) before_ = Before::space;
  return at + 1;
}

bool Lexer::value_may_begin(const char* at) {
  if (before_ <= Before::open) return true;
  const bool begins_token = *at == '"' || *at == '{' || *at == '\\' || (byte_class(*at) & kTagChar) != 0;
  refuse(begins_token ? ErrorCode::missing_space : ErrorCode::bad_token, at);
  return false;
}

bool Lexer::push(Token::Kind kind, std::string_view text, const char* at) {
  if (open_.size() >= depth_max_) return refuse(ErrorCode::nesting_too_deep, at) != nullptr;
  if (!add(kind, text, offset_of(at))) return false;
  open_.push_back(static_cast<std::uint32_t>(tokens_.size() - 1));
  before_ = Before::open;
  enter(kind == Token::Kind::section);
  return true;
}

void Lexer::pop() {
  tokens_[open_.back()].span = static_cast<std::uint32_t>(tokens_.size()) - open_.back();
  open_.pop_back();
  before_ = Before::close;
  enter(open_.empty() ? in_code_ : tokens_[open_.back()].kind == Token::Kind::section);
}

// Lists follow each other without a space in body-type-mpart = 1*body SP media-subtype, and among
// addresses, namespaces and threads.
const char* Lexer::take_open(const char* at) {
  if (before_ == Before::value) return refuse(ErrorCode::missing_space, at);
  return push(Token::Kind::list, {}, at) ? at + 1 : nullptr;
}

const char* Lexer::take_close(const char* at) {
  if (open_.empty() || closed_by_bracket_) return refuse(ErrorCode::unbalanced_list, at);
  if (before_ == Before::space && !tolerances_.has(tolerate::extra_spaces)) {
    return refuse(ErrorCode::extra_space, at - 1);
  }
  pop();
  return at + 1;
}

const char* Lexer::take_value(const char* at) {
  if (!value_may_begin(at)) return nullptr;
  switch (*at) {
    case '"': return take_quoted(at);
    case '{': return take_brace(at, false);
    case '\\': return take_flag(at);
    case '~':
      if (at[1] == '{') return take_brace(at, true);
      break;
    default: break;
  }
  return take_atom(at);
}

// quoted = DQUOTE *QUOTED-CHAR DQUOTE
// QUOTED-CHAR = <any TEXT-CHAR except quoted-specials> / "\" quoted-specials
//               / UTF8-2 / UTF8-3 / UTF8-4
const char* Lexer::take_quoted(const char* at) {
  const char* const first = at + 1;
  const char* p = first;
  bool escaped = false;
  while (true) {
    p = find_quoted_special(p, end_);
    if (p == end_) return refuse(ErrorCode::unterminated_quoted, end_);
    if (*p == '"') break;
    escaped = true;
    if (p + 1 == end_) return refuse(ErrorCode::unterminated_quoted, end_);
    if (p[1] == '"' || p[1] == '\\') {
      ++p;
    } else if (!tolerances_.has(tolerate::loose_escapes)) {
      return refuse(ErrorCode::bad_escape, p);
    }
    ++p;
  }
  if (!add(Token::Kind::quoted, view(first, p), offset_of(at))) return nullptr;
  tokens_.back().escaped = escaped;
  before_ = Before::value;
  return p + 1;
}

// literal  = "{" number64 ["+"] "}" CRLF *CHAR8
// literal8 = "~{" number64 ["+"] "}" CRLF *OCTET
const char* Lexer::take_brace(const char* at, bool binary) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  const char* p = at + (binary ? 2 : 1);
  const char* const digits = p;
  std::uint64_t octets = 0;
  for (; p != end_ && ascii::is_digit(*p); ++p) {
    const auto digit = static_cast<std::uint64_t>(*p - '0');
    octets = octets > (kMax - digit) / 10 ? kMax : octets * 10 + digit;
  }
  if (p == digits) return refuse(ErrorCode::bad_literal, p);
  const bool plus = p != end_ && *p == '+';
  const bool plus_allowed = sender_ == Sender::client || tolerances_.has(tolerate::literal_plus);
  if (plus && !plus_allowed) return refuse(ErrorCode::bad_literal, p);
  if (plus) ++p;
  if (p == end_ || *p != '}') return refuse(ErrorCode::bad_literal, p);
  if (p + 1 != end_) return refuse(ErrorCode::bad_literal, p + 1);
  if (!add(binary ? Token::Kind::literal8 : Token::Kind::literal, {}, offset_of(at))) return nullptr;
  literal_octets_ = octets;
  literal_waits_ = !plus;
  literal_announced_ = true;
  before_ = Before::value;
  return end_;
}

// flag      = "\" atom / flag-keyword
// flag-perm = flag / "\*"
const char* Lexer::take_flag(const char* at) {
  const char* p = at + 1;
  if (p != end_ && *p == '*') {
    ++p;
  } else {
    p = skip_class(p, atom_mask_);
  }
  if (p == at + 1) return refuse(ErrorCode::bad_token, p);
  if (!add(Token::Kind::flag, view(at, p), offset_of(at))) return nullptr;
  before_ = Before::value;
  return p;
}

const char* Lexer::take_atom(const char* at) {
  const char* const first = at;
  const char* p = first;
  while ((byte_class(*p) & kDigit) != 0) ++p;
  const bool begins_with_digits = p != first;
  const char* const digits_end = p;
  for (;; ++p) {
    p = skip_class(p, atom_mask_);
    if ((byte_class(*p) & kOpenBracket) == 0 || p == end_) break;
    if (takes_section(view(first, p))) {
      return push(Token::Kind::section, view(first, p), first) ? p + 1 : nullptr;
    }
  }
  if (p == first) return refuse(ErrorCode::bad_token, p);
  Token::Kind kind = Token::Kind::atom;
  if (begins_with_digits && p == digits_end && fits_64_bits(view(first, p))) kind = Token::Kind::number;
  if (p - first == 3 && is_nil(first)) kind = Token::Kind::nil;
  if (!add(kind, view(first, p), offset_of(first))) return nullptr;
  before_ = Before::value;
  return p;
}

// section = "[" [section-spec] "]"             ; then ["<" number ">"]
//
// The "]" of a code is left to the caller.
const char* Lexer::take_bracket(const char* at) {
  if (before_ == Before::space && !tolerances_.has(tolerate::extra_spaces)) {
    return refuse(ErrorCode::extra_space, at - 1);
  }
  if (open_.empty()) return at;
  if (at + 1 != end_ && at[1] == '<') {
    at = take_origin(at + 1);
    if (at == nullptr) return nullptr;
  }
  pop();
  before_ = Before::value;
  return at + 1;
}

// "<" number ">" in responses; partial = "<" number64 "." nz-number64 ">" in commands. Returns the
// position of the ">".
const char* Lexer::take_origin(const char* at) {
  const char* p = at + 1;
  while (p != end_ && (ascii::is_digit(*p) || (*p == '.' && sender_ == Sender::client && p != at + 1))) ++p;
  if (p == at + 1 || p == end_ || *p != '>') return refuse(ErrorCode::bad_token, p);
  if (!add(Token::Kind::origin, view(at + 1, p), offset_of(at))) return nullptr;
  return p;
}

}  // namespace backtalk::imap::detail
