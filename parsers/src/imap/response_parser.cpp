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

// True if the data are nz-number SP "FETCH" SP ...
bool begins_fetch(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size() && ascii::is_digit(text[at])) ++at;
  return at > 0 && ascii::equals_lowered(text.substr(at, 7), " fetch ");
}

}  // namespace

ResponseParser::ResponseParser(Limits limits, Tolerances tolerances)
    : tolerances_(tolerances), frame_(limits, tolerances, detail::Lexer::Sender::server) {}

void ResponseParser::reset() noexcept {
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
    switch (frame_.next()) {
      case detail::FrameReader::Step::more:
      case detail::FrameReader::Step::failed: return nullptr;
      case detail::FrameReader::Step::piece: return give_piece();
      case detail::FrameReader::Step::line:
        if (take_line()) return &response_;
        break;
    }
  }
}

// response = continue-req / response-data / response-done
//
// True if the line ends a response. Otherwise a literal continues it, or the stream has failed.
bool ResponseParser::take_line() {
  const std::string_view text = frame_.line().text;
  std::string_view rest = text;
  if (frame_.begins()) part_ = begin_response(text, rest);
  if (part_ != Part::whole) {
    if (lex(rest) != Part::whole) {
      literal_in_code_ = part_ == Part::code;
      (void)frame_.expect_literal();
      return false;
    }
  }
  if (response_.kind == Response::Kind::literal) end_pieces();
  response_.octets = frame_.octets();
  give_tokens();
  const bool may_be_literal = response_.error && (response_.status == Status::none || !code_is_whole_);
  frame_.end_frame();
  if (response_.error) {
    response_.bad_line = text;
    if (may_be_literal && detail::ends_like_literal(text)) {
      frame_.fail(response_.error);
      return false;
    }
  }
  return true;
}

ResponseParser::Part ResponseParser::begin_response(std::string_view text, std::string_view& rest) {
  response_ = Response{};
  response_.offset = frame_.line().offset;
  code_is_whole_ = literal_in_code_ = false;
  if (text.starts_with("* ")) return begin_untagged(text.substr(2), rest);
  if (text.starts_with('+')) return begin_continuation(text);
  return begin_tagged(text, rest);
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
  if (text.empty()) return refuse(ErrorCode::bad_token, text);
  if (const Status status = untagged_status(text); status != Status::none) {
    return begin_status(status, text.substr(word(status).size()), rest);
  }
  frame_.lexer().begin(false, begins_fetch(text));
  rest = text;
  return Part::data;
}

// continue-req = "+" SP (resp-text / base64) CRLF
ResponseParser::Part ResponseParser::begin_continuation(std::string_view text) {
  response_.kind = Response::Kind::continuation;
  code_is_whole_ = true;
  text.remove_prefix(1);
  if (text.starts_with(' ')) {
    response_.text = text.substr(1);
  } else if (!text.empty()) {
    code_is_whole_ = false;
    return refuse(ErrorCode::bad_tag, text);
  } else if (!tolerances_.has(tolerate::missing_text)) {
    return refuse(ErrorCode::missing_text, text);
  }
  return Part::whole;
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
  const std::string_view name = first_word(text);
  const Status status = status_of(name);
  if (status < Status::ok || status > Status::bad) return refuse(ErrorCode::bad_condition, text);
  return begin_status(status, text.substr(name.size()), rest);
}

// resp-cond-state = ("OK" / "NO" / "BAD") SP resp-text
// resp-text       = ["[" resp-text-code "]" SP] [text]
ResponseParser::Part ResponseParser::begin_status(Status status, std::string_view text,
                                                  std::string_view& rest) {
  response_.status = status;
  if (text.starts_with(" [")) {
    frame_.lexer().begin(true, false);
    rest = text.substr(2);
    return Part::code;
  }
  code_is_whole_ = true;
  return begin_text(text);
}

// What follows a status: a space and the text, which may be empty (RFC 9051) and is not examined.
ResponseParser::Part ResponseParser::begin_text(std::string_view text) {
  if (text.starts_with(' ')) {
    response_.text = text.substr(1);
  } else if (!text.empty()) {
    return refuse(ErrorCode::missing_space, text);
  } else if (!tolerances_.has(tolerate::missing_text)) {
    return refuse(ErrorCode::missing_text, text);
  }
  return Part::whole;
}

// Continues with data or a code. Part::whole if the response is complete, valid or not; otherwise a
// literal follows.
ResponseParser::Part ResponseParser::lex(std::string_view text) {
  const backtalk::detail::Line& line = frame_.line();
  detail::Lexer& lexer = frame_.lexer();
  const auto offset = line.offset + static_cast<std::uint64_t>(text.data() - line.text.data());
  switch (lexer.run(text, offset)) {
    case detail::Lexer::End::literal: return part_;
    case detail::Lexer::End::code: end_code(text.substr(lexer.used() + 1)); break;
    case detail::Lexer::End::line: break;
    case detail::Lexer::End::error:
      if (part_ != Part::code || literal_in_code_ || !take_raw_code(text)) response_.error = lexer.error();
      break;
  }
  return Part::whole;
}

// After the code comes a space, or the end of the line: "* OK [CLOSED]", as in the examples of RFC
// 7162 and RFC 9051.
void ResponseParser::end_code(std::string_view text) {
  code_is_whole_ = true;
  if (frame_.lexer().tokens().empty()) {
    refuse(ErrorCode::bad_token, text);
  } else if (!text.empty()) {
    begin_text(text);
  }
}

// resp-text-code =/ atom [SP 1*<any TEXT-CHAR except "]">]
//
// A code that does not consist of tokens becomes its name and the rest as sent. False if it is not
// a code.
bool ResponseParser::take_raw_code(std::string_view text) {
  const std::size_t close = text.find(']');
  const std::string_view inside = text.substr(0, close);
  work::examined(inside.size());
  std::size_t end = 0;
  while (end < inside.size() && (byte_class(inside[end]) & (kAtomChar | kOpenBracket)) != 0) ++end;
  if (close == std::string_view::npos || end == 0) return false;
  if (end < inside.size() && inside[end] != ' ') return false;
  const auto offset =
      frame_.line().offset + static_cast<std::uint64_t>(text.data() - frame_.line().text.data());
  detail::Lexer& lexer = frame_.lexer();
  lexer.begin(true, false);
  if (!lexer.add(Token::Kind::atom, inside.substr(0, end), offset)) return false;
  if (end < inside.size() && !lexer.add(Token::Kind::raw, inside.substr(end + 1), offset + end + 1))
    return false;
  end_code(text.substr(close + 1));
  return true;
}

void ResponseParser::give_tokens() {
  response_.tag = frame_.kept();
  if (response_.status != Status::none) {
    response_.code = frame_.lexer().tokens();
  } else if (response_.untagged()) {
    response_.data = frame_.lexer().tokens();
  }
}

void ResponseParser::end_pieces() {
  response_.kind = kind_;
  response_.literal = {};
  response_.literal_octets = response_.literal_left = 0;
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
  return &response_;
}

}  // namespace backtalk::imap
