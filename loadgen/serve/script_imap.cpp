// SPDX-License-Identifier: Apache-2.0 OR MIT
// IMAP (RFC 3501, 9051, 2177, 4959, 7888). Tags are the client's.
#include <algorithm>
#include <string>

#include "backtalk/imap/command_parser.hpp"
#include "script/language.hpp"
#include "script/literal.hpp"
#include "serve/script_dialect.hpp"
#include "session/imap_commands.hpp"

namespace backtalk::serve {
namespace {

using Kind = Request::Kind;

imap::Limits limits() {
  imap::Limits limits;
  limits.line_octets_max = std::min<std::size_t>(limits.line_octets_max, 65536);
  limits.response_octets_max = std::min<std::size_t>(limits.response_octets_max, 262144);
  limits.tokens_max = std::min<std::size_t>(limits.tokens_max, 16384);
  return limits;
}

// Of strings what they stand for, so that it does not matter how the client writes them.
void append_words(imap::Siblings arguments, std::string& words) {
  for (const imap::Token& token : arguments.row()) {
    if (words.size() >= kWordsMax) break;
    if (!words.empty()) words += ' ';
    if (token.is_list()) {
      words += '(';
    } else {
      token.append_text(words);
    }
  }
  words.resize(std::min(words.size(), kWordsMax));
}

class ImapScriptDialect final : public ScriptDialect {
 public:
  void reset() override { parser_.reset(); }
  void feed(std::string_view bytes) override { parser_.feed(bytes); }
  const Request* next() override {
    using InputKind = imap::Input::Kind;
    while (const imap::Input* const input = parser_.next()) {
      can_pause_ = input->kind == InputKind::command || input->kind == InputKind::line;
      switch (input->kind) {
        case InputKind::octets: continue;  // of a literal that is too long to be kept
        case InputKind::line: request_ = {.kind = Kind::response, .cancels = input->text == "*"}; break;
        case InputKind::command:
        case InputKind::literal_wanted:
          request_ = request_of(*input);
          if (input->kind == InputKind::literal_wanted) request_.kind = Kind::leave;
          break;
      }
      return &request_;
    }
    return nullptr;
  }
  bool broken() const override { return static_cast<bool>(parser_.error()); }
  std::string_view give_back() override { return parser_.give_back(); }
  bool can_pause() const override { return can_pause_; }
  void opened(Opening opening) override {
    if (opening == Opening::response) parser_.expect_line();
  }
  void refuse_content() override { parser_.refuse_literal(); }
  bool can_refuse_content() const override { return true; }

  Request read_command(std::string_view line) const override {
    std::string text(line);
    // What a literal has is not compared.
    if (const auto mark = script::find_literal_mark(line))
      text.replace(std::min(mark->at, text.size()), std::string::npos, "{0+}\r\n");
    text += "\r\n";
    imap::CommandParser parser(limits());
    parser.feed(text);
    const imap::Input* const input = parser.next();
    if (input != nullptr && input->kind == imap::Input::Kind::command) return request_of(*input);
    return {.name = "?"};
  }
  Opening opening_of(const Request& request, const Answer& answer) const override {
    const std::string_view end = answer.end();
    const bool accepts = !answer.pieces.empty() && answer.pieces.back().tagged && end.starts_with(" OK");
    const auto says_bye = [](const Answer::Piece& piece) {
      return piece.octets.starts_with("* BYE") || piece.octets.find("\r\n* BYE") != std::string::npos;
    };
    if (std::ranges::any_of(answer.pieces, says_bye)) return Opening::end;
    if (end.starts_with("+")) return Opening::response;
    if (accepts && request.name == "STARTTLS") return Opening::tls;
    return accepts && request.name == "LOGOUT" ? Opening::end : Opening::nothing;
  }
  bool grants(const Answer& answer) const override {
    return answer.pieces.empty() || !answer.pieces.back().tagged;
  }
  std::string greeting() const override { return "* OK backtalk IMAP\r\n"; }
  Answer acceptance(const Request& request, bool tls) const override {
    if (request.kind == Kind::leave) return answer_of("+ Go ahead\r\n");
    if (request.kind == Kind::command) {
      if (request.name == "CAPABILITY") {
        Answer answer = answer_of(std::string("* CAPABILITY IMAP4rev1 LITERAL+ SASL-IR") +
                                  (tls ? " STARTTLS" : "") + "\r\n");
        answer.pieces.push_back({.tagged = true, .octets = " OK Done\r\n"});
        return answer;
      }
      if (request.name == "LOGOUT") {
        Answer answer = answer_of("* BYE Logging out\r\n", Opening::end);
        answer.pieces.push_back({.tagged = true, .octets = " OK Bye\r\n"});
        return answer;
      }
      if (request.name == "STARTTLS") return tagged_answer_of(" OK Begin TLS\r\n", Opening::tls);
      const bool asks = request.name.starts_with("AUTHENTICATE ") && !request.initial;
      if (asks || request.name == "IDLE") return answer_of("+ \r\n", Opening::response);
    }
    return tagged_answer_of(" OK Done\r\n");
  }
  Answer refusal(const Request& request, bool) const override {
    return tagged_answer_of(request.cancels ? " BAD Cancelled\r\n" : " BAD Not in the script\r\n");
  }
  std::string complaint() const override {
    return "* BYE Lines end with CRLF, and neither they nor literals are endless\r\n";
  }
  bool is_of_connection(std::string_view name) const override {
    return name == "CAPABILITY" || name == "STARTTLS" || name == "LOGIN" || name == "LOGOUT" ||
           name.starts_with("AUTHENTICATE ");
  }
  std::span<const std::string_view> names() const override { return session::kImapCommandNames; }

 private:
  static Request request_of(const imap::Input& input) {
    Request request{.name = script::capitals(input.name.substr(0, kWordsMax)), .tag = std::string(input.tag)};
    imap::Siblings arguments = input.arguments;
    if (request.name == "UID" && !arguments.empty()) {
      request.name.append(" ").append(script::capitals(arguments.front().text.substr(0, kWordsMax)));
      arguments = arguments.rest();
    }
    if (request.name == "AUTHENTICATE") {
      std::string line;
      append_words(arguments, line);
      read_mechanism(line, request);
    } else {
      append_words(arguments, request.words);
    }
    request.is_last = request.name == "LOGOUT";
    return request;
  }

  imap::CommandParser parser_{limits()};
  Request request_;
  bool can_pause_ = true;
};

}  // namespace

std::unique_ptr<ScriptDialect> make_imap_script_dialect() {
  return std::make_unique<ImapScriptDialect>();
}

}  // namespace backtalk::serve
