// SPDX-License-Identifier: Apache-2.0 OR MIT
// IMAP in C, but for the typed decoders: imap_structures.cpp.
#include "backtalk/imap.hpp"

#include "ascii.hpp"
#include "c/imap_responses.hpp"

namespace backtalk::c {
namespace {

static_assert(static_cast<int>(imap::Token::Kind::atom) == BACKTALK_IMAP_ATOM &&
              static_cast<int>(imap::Token::Kind::literal8) == BACKTALK_IMAP_LITERAL8 &&
              static_cast<int>(imap::Token::Kind::raw) == BACKTALK_IMAP_RAW);
static_assert(static_cast<int>(imap::Response::Kind::untagged) == BACKTALK_IMAP_UNTAGGED &&
              static_cast<int>(imap::Response::Kind::continuation) == BACKTALK_IMAP_CONTINUATION);
static_assert(static_cast<int>(imap::Status::none) == BACKTALK_IMAP_NO_STATUS &&
              static_cast<int>(imap::Status::preauth) == BACKTALK_IMAP_PREAUTH);

class ImapCommands final : public TypedParser<imap::CommandParser, imap::Limits, ImapLimitNames> {
 public:
  static constexpr backtalk_kind kKind = BACKTALK_IMAP_COMMANDS;
  ImapCommands() : TypedParser(kKind) {}

  backtalk_status expect_line() override {
    begin();
    parser().expect_line();
    return BACKTALK_OK;
  }
  backtalk_status refuse_literal() {
    if (failed() || !is_at(BACKTALK_LITERAL_WANTED)) return BACKTALK_WRONG_TIME;
    parser().refuse_literal();
    end_event();
    return BACKTALK_OK;
  }
  const backtalk_imap_command* so_far() {
    if (!is_at(BACKTALK_OCTETS) && !is_at(BACKTALK_LITERAL_WANTED)) return nullptr;
    describe(*given_, given_->arguments.row());
    return &command_;
  }

 private:
  bool read_event() override {
    given_ = parser().next();
    if (given_ == nullptr) return false;
    const imap::Input& input = *given_;
    switch (input.kind) {
      case imap::Input::Kind::command:
        describe(input, input.arguments.row());
        begin_event(BACKTALK_COMMAND, input.offset).imap_command = &command_;
        break;
      case imap::Input::Kind::literal_wanted: {
        // Without the arguments: a command has as many literals as it likes.
        describe(input, {});
        backtalk_event& event = begin_event(BACKTALK_LITERAL_WANTED, input.offset);
        event.imap_command = &command_;
        event.octets_total = input.literal_octets;
        break;
      }
      case imap::Input::Kind::octets: {
        backtalk_event& event = begin_event(BACKTALK_OCTETS, input.offset);
        event.octets = view_of(input.literal);
        event.octets_total = input.literal_octets;
        event.octets_left = input.literal_left;
        break;
      }
      case imap::Input::Kind::line:
        begin_event(BACKTALK_LINE, input.offset).octets = view_of(input.text);
        break;
    }
    return true;
  }

  void describe(const imap::Input& input, std::span<const imap::Token> arguments) {
    tokens_.make_room(arguments.size());
    error_ = error_of(input.error);
    command_ = {.tag = view_of(input.tag),
                .name = view_of(input.name),
                .arguments = tokens_.put(0, arguments),
                .argument_count = arguments.size(),
                .error = input.error ? &error_ : nullptr};
  }

  const imap::Input* given_ = nullptr;
  backtalk_imap_command command_{};
  backtalk_error error_{};
  TokenArray tokens_;
};

// The token as far as it does not matter where it stands.
imap::Token token_of(const backtalk_imap_token& token) noexcept {
  imap::Token same;
  same.text = text_of(token.text);
  same.kind = static_cast<imap::Token::Kind>(token.kind);
  same.escaped = token.escaped;
  return same;
}

}  // namespace

std::unique_ptr<backtalk_parser> make_imap_responses() {
  return std::make_unique<ImapResponses>();
}

std::unique_ptr<backtalk_parser> make_imap_commands() {
  return std::make_unique<ImapCommands>();
}

}  // namespace backtalk::c

using namespace backtalk::c;  // NOLINT(google-build-using-namespace): the rest of the file is C's

uint64_t backtalk_imap_token_number(const backtalk_imap_token* token) {
  return token == nullptr ? 0 : token_of(*token).number();
}

bool backtalk_imap_token_is(const backtalk_imap_token* token, const char* word) {
  return token != nullptr && word != nullptr && token_of(*token).is_word(word);
}

// As Token::append_text, into memory of the caller's.
size_t backtalk_imap_token_text(const backtalk_imap_token* token, char* out, size_t room) {
  if (token == nullptr) return 0;
  const std::string_view text = text_of(token->text);
  std::size_t size = 0;
  for (std::size_t i = 0; i < text.size(); ++i, ++size) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    const bool escape = (text[i] == '\\' && (next == '\\' || next == '"')) || (text[i] == '"' && next == '"');
    if (token->escaped && escape) ++i;
    if (size < room && out != nullptr) out[size] = text[i];
  }
  return size;
}

const backtalk_imap_token* backtalk_imap_find(const backtalk_imap_token* tokens, size_t count,
                                              const char* name) {
  if (tokens == nullptr || name == nullptr) return nullptr;
  for (std::size_t at = 0; at < count;) {
    const backtalk_imap_token& key = tokens[at];
    const std::size_t value = at + key.span;
    if (key.span == 0 || value >= count || tokens[value].span == 0) return nullptr;
    const bool is_astring = key.kind <= BACKTALK_IMAP_LITERAL8 && !key.escaped;
    if (is_astring && backtalk::ascii::equals(text_of(key.text), name)) return &tokens[value];
    at = value + tokens[value].span;
  }
  return nullptr;
}

const backtalk_imap_response* backtalk_imap_response_so_far(backtalk_parser* parser) {
  const backtalk_imap_response* found = nullptr;
  guarded_as<ImapResponses>(parser, [&found](ImapResponses& it) {
    found = it.so_far();
    return BACKTALK_OK;
  });
  return found;
}

const backtalk_imap_command* backtalk_imap_command_so_far(backtalk_parser* parser) {
  const backtalk_imap_command* found = nullptr;
  guarded_as<ImapCommands>(parser, [&found](ImapCommands& it) {
    found = it.so_far();
    return BACKTALK_OK;
  });
  return found;
}

backtalk_status backtalk_imap_refuse_literal(backtalk_parser* parser) {
  return guarded_as<ImapCommands>(parser, [](ImapCommands& it) { return it.refuse_literal(); });
}
