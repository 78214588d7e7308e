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

// The number that the digits at p make, at most kMax, and where they end.
struct Octets {
  std::uint64_t count;
  const char* end;
};
Octets read_octets(const char* p, const char* end) {
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint64_t>::max();
  std::uint64_t octets = 0;
  for (; p != end && ascii::is_digit(*p); ++p) {
    const auto digit = static_cast<std::uint64_t>(*p - '0');
    octets = octets > (kMax - digit) / 10 ? kMax : octets * 10 + digit;
  }
  return {octets, p};
}

// True if each quote begins a string, after a space or "(", or ends one, before a space, ")", "]"
// or the end of the text: no other reading is likely.
bool quotes_are_regular(std::string_view text) {
  for (std::size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"', at)) {
    if (at == 0 || (text[at - 1] != ' ' && text[at - 1] != '(')) return false;
    for (++at; at < text.size() && text[at] != '"'; ++at) {
      if (text[at] != '\\') continue;
      ++at;
      if (at == text.size() || (text[at] != '"' && text[at] != '\\')) return false;
    }
    if (at == text.size()) return false;
    ++at;
    if (at < text.size() && text[at] != ' ' && text[at] != ')' && text[at] != ']') return false;
  }
  return true;
}

}  // namespace

std::optional<Announcement> find_announcement(std::string_view text) noexcept {
  work::examined(text.size());
  if (!text.ends_with('}')) return std::nullopt;
  const std::size_t open = text.rfind('{');
  if (open == std::string_view::npos) return std::nullopt;
  const std::string_view digits = text.substr(open + 1, text.size() - open - 2);
  const auto octets = read_octets(digits.data(), digits.data() + digits.size());
  if (octets.end == digits.data() || octets.end != digits.data() + digits.size()) return std::nullopt;
  const std::size_t at = open > 0 && text[open - 1] == '~' ? open - 1 : open;
  const std::string_view before = text.substr(0, at);
  if (!before.ends_with(' ') && !before.ends_with('(')) return std::nullopt;
  if (!quotes_are_regular(before)) return std::nullopt;
  return Announcement{at, octets.count};
}

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
      sender_(sender) {
  const bool loose = tolerances.has(tolerate::loose_atoms);
  if (loose) loose_mask_ |= kEightBit;
  if (loose || sender == Sender::client) loose_mask_ |= kWildcard;
  if (sender == Sender::client) return;
  if (loose && tolerances.has(tolerate::control_bytes)) loose_mask_ |= kControl;
}

void Lexer::begin(bool in_code, bool sections) {
  tokens_.clear();
  open_.clear();
  closed_ = 0;
  error_ = {};
  in_code_ = in_code;
  sections_ = sections;
  literal_announced_ = false;
  before_ = Before::nothing;
  plain_atom_mask_ = kAtomChar | kCloseBracket | loose_mask_;
  if (!sections) plain_atom_mask_ |= kOpenBracket;
  if (in_code) plain_atom_mask_ |= kWildcard;
  enter(in_code);
}

void Lexer::allow_tabs() {
  plain_atom_mask_ |= kTab;
  atom_mask_ |= kTab;
}

// The bytes that an atom may contain depend on what encloses it: "]" ends a code or section, but
// not a list in it.
void Lexer::enter(bool bracket) {
  closed_by_bracket_ = bracket;
  atom_mask_ = bracket ? static_cast<std::uint8_t>(plain_atom_mask_ & ~kCloseBracket) : plain_atom_mask_;
}

void Lexer::close_all() {
  while (!open_.empty()) pop();
}

bool Lexer::in_section() const noexcept {
  return std::ranges::any_of(open_,
                             [this](std::uint32_t at) { return tokens_[at].kind == Token::Kind::section; });
}

// What was closed last is the outermost of what ends there.
const Token* Lexer::before_last() const noexcept {
  const std::size_t last = tokens_.size() - 1;
  const std::size_t first = open_.empty() ? 0 : open_.back() + std::size_t{1};
  if (last <= first) return nullptr;
  const bool after_close = closed_ >= first && closed_ + std::size_t{tokens_[closed_].span} == last;
  return &tokens_[after_close ? closed_ : last - 1];
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
      case ' ':
        if (before_ >= Before::value) {
          before_ = Before::space;
          ++at;
          continue;
        }
        at = take_space(at);
        break;
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
  work::examined(text.size());
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

// No space precedes this byte, although it needs one.
const char* Lexer::take_unseparated(const char* at) {
  if (continues_quoted(at)) return extend_quoted(at);
  const bool begins_token =
      std::string_view("\"{\\(").find(*at) != std::string_view::npos || (byte_class(*at) & kTagChar) != 0;
  return refuse(begins_token ? ErrorCode::missing_space : ErrorCode::bad_token, at);
}

bool Lexer::push(Token::Kind kind, std::string_view text, const char* at) {
  if (open_.size() >= depth_max_) return refuse(ErrorCode::nesting_too_deep, at) != nullptr;
  if (tokens_.size() >= tokens_max_) return refuse(ErrorCode::too_many_tokens, at) != nullptr;
  // What grows is in a function of its own, so that this one calls nothing and saves no registers.
  const bool is_full = open_.size() == open_.capacity() || tokens_.size() == tokens_.capacity();
  if (is_full) [[unlikely]]
    return push_grown(kind, text, at);
  open_.push_back(static_cast<std::uint32_t>(tokens_.size()));
  Token& token = tokens_.emplace_back();
  token.text = text;
  token.offset = offset_of(at);
  token.kind = kind;
  token.after_space = before_ == Before::space;
  before_ = Before::open;
  enter(kind == Token::Kind::section);
  return true;
}

bool Lexer::push_grown(Token::Kind kind, std::string_view text, const char* at) {
  const auto make_room = [](auto& row) {
    if (row.size() == row.capacity()) row.reserve(std::max<std::size_t>(1, 2 * row.size()));
  };
  make_room(open_);
  make_room(tokens_);
  return push(kind, text, at);
}

void Lexer::pop() {
  closed_ = open_.back();
  tokens_[closed_].span = static_cast<std::uint32_t>(tokens_.size()) - closed_;
  open_.pop_back();
  before_ = Before::close;
  enter(open_.empty() ? in_code_ : tokens_[open_.back()].kind == Token::Kind::section);
}

// Lists follow each other without a space in body-type-mpart = 1*body SP media-subtype, and among
// addresses, namespaces and threads. Whether there must be one is for the decoders to say.
const char* Lexer::take_open(const char* at) {
  if (before_ == Before::value) return take_unseparated(at);
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
  if (before_ > Before::open) return take_unseparated(at);
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

// True if the byte follows the quote that ended a string, although nothing may follow there but a
// space or a bracket: with tolerate::unescaped_quotes, that quote is part of the string.
bool Lexer::continues_quoted(const char* at) const {
  if (!tolerances_.has(tolerate::unescaped_quotes) || sender_ == Sender::client) return false;
  if (before_ != Before::value || *at == ']') return false;
  const Token& last = tokens_.back();
  return last.kind == Token::Kind::quoted && last.text.data() + last.text.size() + 1 == at;
}

const char* Lexer::extend_quoted(const char* at) {
  Token& token = tokens_.back();
  const char* p = at;
  const char* quote = at - 1;  // the last one that is part of the string
  while (true) {
    p = find_quoted_special(p, end_);
    if (p == end_) return refuse(ErrorCode::unterminated_quoted, end_);
    if (*p == '"') {
      if (p + 1 == end_ || p[1] == ' ' || p[1] == ')' || p[1] == ']') break;
      if (quote + 1 == p) token.escaped = true;
      quote = p;
    } else {
      token.escaped = true;
      if (p + 1 == end_) return refuse(ErrorCode::unterminated_quoted, end_);
      if (p[1] == '"' || p[1] == '\\') {
        ++p;
      } else if (!tolerances_.has(tolerate::loose_escapes)) {
        return refuse(ErrorCode::bad_escape, p);
      }
    }
    ++p;
  }
  token.text = view(token.text.data(), p);
  return p + 1;
}

// literal  = "{" number64 ["+"] "}" CRLF *CHAR8
// literal8 = "~{" number64 ["+"] "}" CRLF *OCTET
const char* Lexer::take_brace(const char* at, bool binary) {
  const char* const digits = at + (binary ? 2 : 1);
  const auto [octets, digits_end] = read_octets(digits, end_);
  const char* p = digits_end;
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
