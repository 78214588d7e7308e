// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/imap/command_parser.hpp"

#include <algorithm>

#include "ascii.hpp"
#include "imap/byte_classes.hpp"
#include "work.hpp"

namespace backtalk::imap {
namespace {

// True for FETCH ... and UID FETCH ..., in which BODY[...] is a section.
bool is_fetch(std::string_view text) {
  constexpr std::string_view kUid = "uid ";
  if (ascii::equals_lowered(text.substr(0, kUid.size()), kUid)) text.remove_prefix(kUid.size());
  return ascii::equals_lowered(text.substr(0, 6), "fetch ");
}

}  // namespace

CommandParser::CommandParser(Limits limits, Tolerances tolerances)
    : frame_(limits, tolerances, detail::Lexer::Sender::client) {}

void CommandParser::reset() noexcept {
  frame_.reset();
  line_expected_ = false;
}

bool CommandParser::begin_tls() {
  if (!error() && (in_message() || !frame_.rest().empty())) {
    frame_.fail({ErrorCode::starttls_injection, message_offset()});
  }
  return !error();
}

const Input* CommandParser::next() {
  while (true) {
    switch (frame_.next()) {
      case detail::FrameReader::Step::more:
      case detail::FrameReader::Step::failed: return nullptr;
      case detail::FrameReader::Step::piece: {
        input_.literal = frame_.piece();
        input_.literal_octets = frame_.literal_octets();
        input_.literal_left = frame_.literal_left();
        return give(Input::Kind::octets);
      }
      case detail::FrameReader::Step::flawed: return refuse_line();
      case detail::FrameReader::Step::line:
        if (const Input* input = take_line()) return input;
        if (error()) return nullptr;
        break;
    }
  }
}

const Input* CommandParser::take_line() {
  const std::string_view text = frame_.line().text;
  std::string_view rest = text;
  if (frame_.begins()) {
    input_ = Input{};
    input_.offset = frame_.line().offset;
    if (line_expected_) {
      line_expected_ = false;
      frame_.end_frame();
      input_.text = text;
      return give(Input::Kind::line);
    }
    begin_command(text, rest);
  }
  detail::Lexer& lexer = frame_.lexer();
  if (!input_.error) {
    const auto offset = frame_.line().offset + static_cast<std::uint64_t>(rest.data() - text.data());
    const detail::Lexer::End end = lexer.run(rest, offset);
    if (end == detail::Lexer::End::literal) {
      const bool waits = lexer.literal_waits();
      if (!frame_.expect_literal() || !waits) return nullptr;
      input_.literal_octets = lexer.literal_octets();
      return give(Input::Kind::literal_wanted);
    }
    if (end == detail::Lexer::End::error) input_.error = lexer.error();
  }
  frame_.end_frame();
  if (input_.error && !text.empty() && detail::ends_like_literal(text)) {
    frame_.fail(input_.error);
    return nullptr;
  }
  return give(Input::Kind::command);
}

// A command with a control byte in it. Its line is the last: the client waits for an answer before
// it sends a literal, and what it sends unasked would be read as commands.
const Input* CommandParser::refuse_line() {
  const std::string_view text = frame_.line().text;
  if (frame_.begins()) {
    input_ = Input{};
    input_.offset = frame_.line().offset;
    line_expected_ = false;
    std::string_view rest = text;
    begin_command(text, rest);
  }
  const Error flaw = frame_.flaw();
  if (!input_.error || input_.error.offset >= flaw.offset) input_.error = flaw;
  frame_.end_frame();
  if (detail::ends_like_literal(text)) {
    frame_.fail(input_.error);
    return nullptr;
  }
  return give(Input::Kind::command);
}

// command = tag SP (command-any / command-auth / command-nonauth / command-select) CRLF
void CommandParser::begin_command(std::string_view text, std::string_view& rest) {
  std::size_t end = 0;
  while (end < text.size() && (byte_class(text[end]) & kTagChar) != 0 && text[end] != '+') ++end;
  work::examined(end);
  const std::uint64_t offset = frame_.line().offset;
  tag_octets_ = end;
  if (end == 0 || end == text.size() || text[end] != ' ') {
    tag_octets_ = 0;
    input_.error = {ErrorCode::bad_tag, offset + end};
    return;
  }
  std::size_t name_end = end + 1;
  while (name_end < text.size() && (byte_class(text[name_end]) & kAtomChar) != 0) ++name_end;
  // The tag and the name are kept as one text, since they are adjacent.
  frame_.keep(text.substr(0, name_end));
  if (name_end == end + 1 || (name_end < text.size() && text[name_end] != ' ')) {
    input_.error = {ErrorCode::bad_token, offset + name_end};
    return;
  }
  rest = text.substr(std::min(name_end + 1, text.size()));
  if (name_end + 1 == text.size()) input_.error = {ErrorCode::extra_space, offset + name_end};
  frame_.lexer().begin(false, is_fetch(text.substr(end + 1)));
}

const Input* CommandParser::give(Input::Kind kind) {
  input_.kind = kind;
  if (kind != Input::Kind::octets) input_.literal = {};
  const std::string_view kept = frame_.kept();
  input_.tag = tag_octets_ == 0 || kept.empty() ? std::string_view{"*"} : kept.substr(0, tag_octets_);
  input_.name = kept.substr(std::min(tag_octets_ + 1, kept.size()));
  input_.arguments = Siblings{frame_.lexer().tokens()};
  return &input_;
}

}  // namespace backtalk::imap
