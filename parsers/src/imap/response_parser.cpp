// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/response_parser.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "imap/byte_classes.hpp"
#include "work.hpp"

namespace backtalk::imap {
namespace {

// The first word of a text, up to a space.
std::string_view first_word(std::string_view text) {
  return text.substr(0, text.find(' '));
}

// OK / NO / BAD / BYE / PREAUTH
Status status_of(std::string_view word) {
  switch (word.size()) {
    case 2:
      if (ascii::equals_lowered(word, "ok")) return Status::ok;
      if (ascii::equals_lowered(word, "no")) return Status::no;
      break;
    case 3:
      if (ascii::equals_lowered(word, "bad")) return Status::bad;
      if (ascii::equals_lowered(word, "bye")) return Status::bye;
      break;
    case 7:
      if (ascii::equals_lowered(word, "preauth")) return Status::preauth;
      break;
    default: break;
  }
  return Status::none;
}

// The status at the beginning of untagged data, which have at least one byte, if any. Most data
// have none, and most of those can be told by their first byte.
Status untagged_status(std::string_view text) {
  switch (ascii::lower(text.front())) {
    case 'o':
    case 'n':
    case 'b':
    case 'p': break;
    default: return Status::none;
  }
  constexpr std::size_t kLongest = 7;
  const std::string_view head = text.substr(0, kLongest + 1);
  return status_of(head.substr(0, std::min(head.find(' '), head.size())));
}

std::size_t skip_spaces(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] == ' ') ++at;
  return at;
}

// True if the data are nz-number SP "FETCH" SP ...
bool begins_fetch(std::string_view text, bool extra_spaces) {
  std::size_t at = 0;
  while (at < text.size() && ascii::is_digit(text[at])) ++at;
  if (at == 0) return false;
  if (ascii::equals_lowered(text.substr(at, 7), " fetch ")) return true;
  if (!extra_spaces) return false;
  const std::size_t name = skip_spaces(text, at);
  work::examined(name);
  return name > at && ascii::equals_lowered(text.substr(name, 6), "fetch ");
}

// True if the data are LIST, LSUB, XLIST or STATUS, which name a mailbox.
bool begins_with_mailbox(std::string_view text) {
  constexpr std::size_t kLongest = 6;
  const std::string_view head = text.substr(0, kLongest + 1);
  const std::size_t end = head.find(' ');
  switch (end) {
    case 4:
      return ascii::equals_lowered(head.substr(0, end), "list") ||
             ascii::equals_lowered(head.substr(0, end), "lsub");
    case 5: return ascii::equals_lowered(head.substr(0, end), "xlist");
    case 6: return ascii::equals_lowered(head.substr(0, end), "status");
    default: return false;
  }
}

// After a code comes a space, or the end of the line: "* OK [CLOSED]", as in the examples of RFC
// 7162 and RFC 9051.
bool ends_code(std::string_view after) {
  return after.empty() || after.front() == ' ';
}

// True if the tokens begin with an atom. The lexer allows wildcards in codes, but not in their
// names.
bool is_code(std::span<const Token> tokens, Tolerances tolerances) {
  if (tokens.empty()) return false;
  const Token& name = tokens.front();
  if (name.kind != Token::Kind::atom) return name.is_number() || name.is_nil();
  const auto is_wildcard = [](char c) { return (byte_class(c) & kWildcard) != 0; };
  return tolerances.has(tolerate::loose_atoms) || std::ranges::none_of(name.text, is_wildcard);
}

// resp-text-code =/ "BADCHARSET" [SP "(" astring *(SP astring) ")" ]
//
// True if the tokens end inside these parentheses. No other code has literals, so that what ends
// like one elsewhere behind a "[" is text.
bool in_badcharset(const detail::Lexer& code) {
  const std::span<const Token> tokens = code.tokens();
  return code.depth() > 0 && tokens[0].is_word("BADCHARSET") && tokens[1].is_list();
}

// message-data = nz-number SP "FETCH" SP "(" name SP value *(SP name SP value) ")"
constexpr std::size_t kFirstFetchName = 3;

}  // namespace

ResponseParser::ResponseParser(Limits limits, Tolerances tolerances)
    : tolerances_(tolerances), frame_(limits, tolerances, detail::Lexer::Sender::server) {}

void ResponseParser::reset() noexcept {
  after_blank_ = false;
  frame_.reset();
}

bool ResponseParser::begin_tls() {
  if (!error() && (in_message() || !frame_.rest().empty())) {
    frame_.fail({ErrorCode::starttls_injection, message_offset()});
  }
  return !error();
}

const Response* ResponseParser::next() {
  while (true) {
    if (after_blank_ && ends_at_blank()) return &response_;
    switch (frame_.next()) {
      case detail::FrameReader::Step::more:
      case detail::FrameReader::Step::failed: return nullptr;
      case detail::FrameReader::Step::piece:
        if (part_ == Part::lost) break;
        return give_piece();
      case detail::FrameReader::Step::line:
        if (take_line()) return &response_;
        break;
      case detail::FrameReader::Step::flawed:
        if (take_flawed_line()) return &response_;
        break;
    }
  }
}

[[gnu::always_inline]] inline void ResponseParser::finish() {
  if (response_.kind == Response::Kind::literal) end_pieces();
  response_.octets = frame_.octets();
  give_tokens();
  frame_.end_frame();
}

// True if the line ends the response.
[[gnu::always_inline]] inline bool ResponseParser::end_line(std::string_view text) {
  if (response_.error && goes_on(text)) return false;
  finish();
  return true;
}

// The same for the first line of a response, if it has no tokens. It announces a literal only if it
// is wrong and ends like one.
[[gnu::always_inline]] inline bool ResponseParser::end_plain_line(std::string_view text) {
  if (response_.error) {
    const bool may_announce =
        !text.empty() && (text.back() == '}' || text.back() == ' ' || text.back() == '\r');
    if (may_announce) return end_line(text);
    response_.bad_line = text;
  }
  response_.octets = frame_.octets();
  response_.tag = frame_.kept();
  frame_.end_frame();
  return true;
}

// response = continue-req / response-data / response-done
//
// True if the line ends a response. Otherwise a literal continues it, or the stream has failed.
bool ResponseParser::take_line() {
  const std::string_view text = frame_.line().text;
  std::string_view rest = text;
  if (frame_.begins()) {
    part_ = begin_response(text, rest);
    if (part_ == Part::whole) return end_plain_line(text);
  }
  if (part_ < Part::whole) {
    if (lex(rest) != Part::whole) {
      literal_in_code_ = part_ == Part::code;
      (void)frame_.expect_literal();
      return false;
    }
  }
  return end_line(text);
}

// The same for a line with a control byte in it, which is an error of the response. The line is
// read all the same, for its tag and status.
bool ResponseParser::take_flawed_line() {
  const std::string_view text = frame_.line().text;
  std::string_view rest = text;
  if (frame_.begins()) part_ = begin_response(text, rest);
  if (part_ < Part::whole && lex(rest) != Part::whole) frame_.lexer().tokens().pop_back();
  const Error flaw = frame_.flaw();
  if (!response_.error || response_.error.offset >= flaw.offset) response_.error = flaw;
  return end_line(text);
}

// What follows an invalid line. True if that is not the next response: a literal is skipped, or the
// stream has failed, because it is uncertain what follows.
bool ResponseParser::goes_on(std::string_view text) {
  if (is_tolerated_blank(text)) {
    after_blank_ = true;
    return true;
  }
  frame_.lexer().close_all();
  response_.bad_line = part_ == Part::lost ? std::string_view{} : text;
  if (in_text_ || !detail::ends_like_literal(text)) return false;
  const auto literal = detail::find_announcement(text);
  if (!literal || part_ == Part::whole) {
    frame_.fail(response_.error);
    return true;
  }
  part_ = Part::lost;
  response_.bad_line = {};
  frame_.skip_literal(literal->octets, frame_.line().offset + literal->at);
  return true;
}

ResponseParser::Part ResponseParser::begin_response(std::string_view text, std::string_view& rest) {
  response_ = Response{};
  response_.offset = frame_.line().offset;
  in_text_ = literal_in_code_ = false;
  if (text.starts_with("* ")) return begin_untagged(text.substr(2), rest);
  if (text.starts_with('+')) return begin_continuation(text.substr(1), rest);
  return begin_tagged(text, rest);
}

// After a tolerated blank line: true if what follows does not go on with the response, which then
// ends with the error that this line is. Otherwise it would be lost, as the next tagged OK.
bool ResponseParser::ends_at_blank() {
  const std::string_view rest = frame_.rest();
  if (rest.empty()) return false;
  after_blank_ = false;
  constexpr std::string_view kGoesOn = " )\r\n";  // or one more blank line
  if (kGoesOn.find(rest.front()) != std::string_view::npos) {
    response_.error = {};
    return false;
  }
  frame_.lexer().close_all();
  finish();
  return true;
}

// True for an empty line after a literal, before what closes the response.
bool ResponseParser::is_tolerated_blank(std::string_view line) const {
  return line.empty() && !frame_.begins() && part_ < Part::whole &&
         tolerances_.has(tolerate::blank_line_after_literal);
}

// The text without the spaces before it that tolerate::extra_spaces permits.
std::string_view ResponseParser::without_extra_spaces(std::string_view text) const {
  if (tolerances_.has(tolerate::extra_spaces)) {
    const std::size_t spaces = std::min(text.find_first_not_of(' '), text.size());
    work::examined(spaces);
    text.remove_prefix(spaces);
  }
  return text;
}

// Sets the error of the response at a position in the current line.
ResponseParser::Part ResponseParser::refuse(ErrorCode code, std::string_view at) {
  const backtalk::detail::Line& line = frame_.line();
  response_.error = {code, line.offset + static_cast<std::uint64_t>(at.data() - line.text.data())};
  return Part::whole;
}

// response-data = "*" SP (resp-cond-state / resp-cond-bye / resp-cond-auth / mailbox-data /
//                 message-data / ...)
ResponseParser::Part ResponseParser::begin_untagged(std::string_view text, std::string_view& rest) {
  if (text.starts_with(' ')) text = without_extra_spaces(text);
  if (text.empty()) return refuse(ErrorCode::bad_token, text);
  if (const Status status = untagged_status(text); status != Status::none) {
    return begin_status(status, text.substr(word(status).size()), rest);
  }
  frame_.lexer().begin(false, begins_fetch(text, tolerances_.has(tolerate::extra_spaces)));
  if (tolerances_.has(tolerate::tabs_in_atoms) && begins_with_mailbox(text)) frame_.lexer().allow_tabs();
  rest = text;
  return Part::data;
}

// continue-req = "+" SP (resp-text / base64) CRLF
//
// `text` is what follows the "+".
ResponseParser::Part ResponseParser::begin_continuation(std::string_view text, std::string_view& rest) {
  response_.kind = Response::Kind::continuation;
  if (text.empty() || text.starts_with(' ')) return begin_text(text, rest);
  if (!tolerances_.has(tolerate::joined_continuation)) return refuse(ErrorCode::bad_tag, text);
  return begin_text_or_code(text, rest);
}

// response-tagged = tag SP resp-cond-state CRLF
// tag             = 1*<any ASTRING-CHAR except "+">
ResponseParser::Part ResponseParser::begin_tagged(std::string_view text, std::string_view& rest) {
  std::size_t end = 0;
  while (end < text.size() && (byte_class(text[end]) & kTagChar) != 0 && text[end] != '+') ++end;
  work::examined(end);
  response_.kind = Response::Kind::tagged;
  response_.tag = text.substr(0, end);
  if (end == 0 || (end < text.size() && text[end] != ' '))
    return refuse(ErrorCode::bad_tag, text.substr(end));
  frame_.keep(response_.tag);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (text.starts_with(' ')) text = without_extra_spaces(text);
  const std::string_view name = first_word(text);
  const Status status = status_of(name);
  if (status < Status::ok || status > Status::bad) {
    // With spaces before it, it is there, but wrong all the same.
    const Status later =
        status_of(first_word(text.substr(std::min(text.find_first_not_of(' '), text.size()))));
    if (later <= Status::bad) response_.status = later;
    return refuse(ErrorCode::bad_condition, text);
  }
  return begin_status(status, text.substr(name.size()), rest);
}

// resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text
ResponseParser::Part ResponseParser::begin_status(Status status, std::string_view text,
                                                  std::string_view& rest) {
  response_.status = status;
  return begin_text(text, rest);
}

// resp-text = ["[" resp-text-code "]" SP] [text]
//
// After a status or "+" come a space and the text, which may be empty (RFC 9051).
ResponseParser::Part ResponseParser::begin_text(std::string_view text, std::string_view& rest) {
  if (text.empty()) {
    in_text_ = true;
    return tolerances_.has(tolerate::missing_text) ? Part::whole : refuse(ErrorCode::missing_text, text);
  }
  text.remove_prefix(1);
  if (text.starts_with(' ')) text = without_extra_spaces(text);
  return begin_text_or_code(text, rest);
}

ResponseParser::Part ResponseParser::begin_text_or_code(std::string_view text, std::string_view& rest) {
  if (text.starts_with('[')) {
    frame_.lexer().begin(true, false);
    rest = text.substr(1);
    return Part::code;
  }
  in_text_ = true;
  response_.text = text;
  return Part::whole;
}

// Continues with data or a code. Part::whole if the response is complete, valid or not; otherwise a
// literal follows.
ResponseParser::Part ResponseParser::lex(std::string_view text) {
  const backtalk::detail::Line& line = frame_.line();
  const auto offset = line.offset + static_cast<std::uint64_t>(text.data() - line.text.data());
  switch (frame_.lexer().run(text, offset)) {
    case detail::Lexer::End::literal: return part_ == Part::code ? end_at_literal(text) : part_;
    case detail::Lexer::End::code: return end_code(text);
    case detail::Lexer::End::line: break;
    case detail::Lexer::End::error: return end_at_error(text);
  }
  return Part::whole;
}

// A code ends in the announcement of a literal.
ResponseParser::Part ResponseParser::end_at_literal(std::string_view text) {
  if (literal_in_code_ || in_badcharset(frame_.lexer())) return part_;
  take_unread_code(text);
  return Part::whole;
}

ResponseParser::Part ResponseParser::end_at_error(std::string_view text) {
  response_.error = frame_.lexer().error();
  if (part_ == Part::code && !literal_in_code_) take_unread_code(text);
  return Part::whole;
}

// resp-text-code = "ALERT" / ... / atom [SP 1*<any TEXT-CHAR except "]">]
//
// The lexer has read `text` up to the "]" of a code.
ResponseParser::Part ResponseParser::end_code(std::string_view text) {
  const std::string_view after = text.substr(frame_.lexer().used() + 1);
  const std::span<const Token> code = frame_.lexer().tokens();
  if (ends_code(after) && is_code(code, tolerances_)) {
    begin_text_after_code(after);
  } else if (!literal_in_code_) {
    take_unread_code(text);
  } else {
    in_text_ = true;
    refuse(ends_code(after) ? ErrorCode::bad_token : ErrorCode::missing_space, after);
  }
  return Part::whole;
}

void ResponseParser::begin_text_after_code(std::string_view text) {
  in_text_ = true;
  if (text.empty()) return;
  text.remove_prefix(1);
  response_.text = text.starts_with(' ') ? without_extra_spaces(text) : text;
}

// The code does not consist of tokens. If it is none at all, the "[" before it begins a text.
void ResponseParser::take_unread_code(std::string_view text) {
  const std::size_t close = text.find(']');
  work::examined(std::min(close, text.size()));
  // Otherwise a literal may follow that belongs to the code.
  const bool is_open = close == std::string_view::npos && in_badcharset(frame_.lexer());
  if (is_open && detail::ends_like_literal(text)) return;
  in_text_ = true;
  response_.error = {};
  if (close != std::string_view::npos && ends_code(text.substr(close + 1))) {
    if (take_raw_code(text.substr(0, close))) return begin_text_after_code(text.substr(close + 1));
    if (response_.error) return;
  }
  frame_.lexer().begin(false, false);
  response_.text = {text.data() - 1, text.size() + 1};
}

// resp-text-code =/ atom [SP 1*<any TEXT-CHAR except "]">]
//
// Such a code becomes its name and the rest as sent. False if it is no code, or if there are more
// tokens than the limit, which is an error.
bool ResponseParser::take_raw_code(std::string_view inside) {
  std::size_t end = 0;
  while (end < inside.size() && (byte_class(inside[end]) & (kAtomChar | kOpenBracket)) != 0) ++end;
  if (end == 0 || (end < inside.size() && inside[end] != ' ')) return false;
  const auto offset =
      frame_.line().offset + static_cast<std::uint64_t>(inside.data() - frame_.line().text.data());
  detail::Lexer& lexer = frame_.lexer();
  lexer.begin(true, false);
  if (lexer.add(Token::Kind::atom, inside.substr(0, end), offset) &&
      (end == inside.size() || lexer.add(Token::Kind::raw, inside.substr(end + 1), offset + end + 1))) {
    return true;
  }
  response_.error = lexer.error();
  return false;
}

void ResponseParser::give_tokens() {
  response_.tag = frame_.kept();
  if (response_.status != Status::none || response_.continuation()) {
    response_.code = frame_.lexer().tokens();
  } else if (response_.untagged()) {
    response_.data = frame_.lexer().tokens();
  }
}

void ResponseParser::end_pieces() {
  response_.kind = kind_;
  response_.literal = {};
  response_.literal_octets = response_.literal_left = 0;
  response_.streamed_name = nullptr;
}

const Response* ResponseParser::give_piece() {
  if (response_.kind != Response::Kind::literal) kind_ = response_.kind;
  response_.kind = kind_;
  give_tokens();
  response_.kind = Response::Kind::literal;
  response_.octets = frame_.octets() - frame_.literal_left();
  response_.literal = frame_.piece();
  response_.literal_octets = frame_.literal_octets();
  response_.literal_left = frame_.literal_left();
  const bool first_piece = response_.literal.size() + response_.literal_left == response_.literal_octets;
  if (first_piece) {
    response_.streamed_name = find_streamed_name();
  }
  return &response_;
}

// The name whose value is the last token, in a list of items, which another one may enclose. Only
// what comes just before the value counts, so that odd items before it do not matter.
const Token* ResponseParser::find_streamed_name() {
  const detail::Lexer& lexer = frame_.lexer();
  const std::span<const Token> data = response_.data;
  // With sections, the first two tokens are digits and FETCH.
  const bool in_fetch = data.size() > kFirstFetchName && lexer.takes_sections() && data[0].is_number() &&
                        data[2].is_list() && lexer.outermost() == &data[2] && !lexer.in_section();
  const Token* const before = in_fetch ? lexer.before_last() : nullptr;
  if (before == nullptr || before->kind == Token::Kind::section) return before;
  if (before->kind != Token::Kind::atom) return nullptr;
  // In a list in the list, it may be a value, such as a flag.
  const bool named = lexer.depth() == 1 || before->is_word("RFC822") || before->is_word("RFC822.TEXT") ||
                     before->is_word("RFC822.HEADER");
  return named ? before : nullptr;
}

}  // namespace backtalk::imap
