// SPDX-License-Identifier: Apache-2.0 OR MIT
// SMTP and LMTP (RFC 5321, 2033, 3030, 3207, 4954).
#include <algorithm>
#include <string>

#include "backtalk/smtp/command_parser.hpp"
#include "script/language.hpp"
#include "serve/script_dialect.hpp"
#include "session/smtp_commands.hpp"

namespace backtalk::serve {
namespace {

using Kind = Request::Kind;

class SmtpScriptDialect final : public ScriptDialect {
 public:
  explicit SmtpScriptDialect(bool lmtp) : lmtp_(lmtp) {}

  void reset() override {
    parser_.reset();
    responds_ = in_chunk_ = broken_ = false;
  }
  void feed(std::string_view bytes) override { parser_.feed(bytes); }
  const Request* next() override {
    while (!broken_) {
      const smtp::Input* const input = parser_.next();
      if (input == nullptr) break;
      switch (input->kind) {
        case smtp::Input::Kind::octets: break;
        case smtp::Input::Kind::end_of_data:
          if (!std::exchange(in_chunk_, false)) request_ = {.kind = Kind::message};
          return &request_;
        case smtp::Input::Kind::command:
          if (read(input->command)) return &request_;
      }
    }
    return nullptr;
  }
  bool broken() const override { return broken_ || static_cast<bool>(parser_.error()); }
  std::string_view give_back() override { return parser_.give_back(); }
  bool can_pause() const override { return true; }
  void opened(Opening opening) override {
    if (opening == Opening::content) parser_.expect_data();
    responds_ = opening == Opening::response;
  }

  Request read_command(std::string_view line) const override {
    const std::size_t end = std::min(line.find(' '), line.size());
    return request_of(line.substr(0, end), line.substr(std::min(end + 1, line.size())));
  }
  Opening opening_of(const Request& request, const Answer& answer) const override {
    const std::string_view reply = answer.end();
    const bool accepts = reply.starts_with('2');
    if (reply.starts_with("421")) return Opening::end;
    if (reply.starts_with("354") && request.name == "DATA") return Opening::content;
    if (reply.starts_with("334")) return Opening::response;
    if (accepts && request.name == "STARTTLS") return Opening::tls;
    return accepts && request.name == "QUIT" ? Opening::end : Opening::nothing;
  }
  std::string greeting() const override { return lmtp_ ? "220 backtalk LMTP\r\n" : "220 backtalk ESMTP\r\n"; }
  Answer acceptance(const Request& request, bool tls) const override {
    if (request.kind == Kind::response) return answer_of("235 2.7.0 Ok\r\n");
    if (request.kind == Kind::message) return answer_of("250 2.0.0 Ok\r\n");
    if (request.name == "DATA") return answer_of("354 End data with <CR><LF>.<CR><LF>\r\n", Opening::content);
    if (request.name == "STARTTLS") return answer_of("220 2.0.0 Ready to start TLS\r\n", Opening::tls);
    if (request.name == "QUIT") return answer_of("221 2.0.0 Bye\r\n", Opening::end);
    if (request.name.starts_with("AUTH"))
      return request.initial ? answer_of("235 2.7.0 Ok\r\n") : answer_of("334 \r\n", Opening::response);
    if (request.name == "EHLO" || request.name == "LHLO")
      return answer_of(std::string("250-backtalk\r\n") + (tls ? "250-STARTTLS\r\n" : "") +
                       "250-AUTH PLAIN\r\n250-8BITMIME\r\n250 PIPELINING\r\n");
    return answer_of("250 2.0.0 Ok\r\n");
  }
  Answer refusal(const Request& request, bool) const override {
    if (request.cancels) return answer_of("501 5.7.0 Cancelled\r\n");
    if (request.kind == Kind::response) return answer_of("535 5.7.8 Not in the script\r\n");
    if (request.kind == Kind::message) return answer_of("554 5.5.1 Not in the script\r\n");
    return answer_of("502 5.5.1 Not in the script\r\n");
  }
  std::string complaint() const override { return "500 5.5.2 Lines end with CRLF and are not endless\r\n"; }
  bool is_of_connection(std::string_view name) const override {
    return name == "EHLO" || name == "HELO" || name == "LHLO" || name == "STARTTLS" || name == "QUIT" ||
           name == "AUTH" || name.starts_with("AUTH ");
  }
  std::span<const std::string_view> names() const override { return session::kSmtpCommandNames; }

 private:
  static Request request_of(std::string_view name, std::string_view arguments) {
    Request request{.name = script::capitals(name.substr(0, kWordsMax))};
    if (request.name == "AUTH") {
      read_mechanism(arguments, request);
    } else {
      request.words = arguments.substr(0, kWordsMax);
    }
    request.is_last = request.name == "QUIT";
    return request;
  }

  // False if its answer is due behind its content.
  bool read(const smtp::Command& command) {
    if (std::exchange(responds_, false)) {
      // The parser takes the line for a command; there is no space in base64.
      request_ = {.kind = Kind::response, .cancels = command.name == "*"};
      return true;
    }
    request_ = request_of(command.name, command.arguments);
    if (command.verb != smtp::Verb::bdat) return true;
    if (const auto chunk = smtp::read_chunk(command)) {
      in_chunk_ = true;
      parser_.expect_chunk(chunk->octets);
    } else {
      broken_ = true;  // nobody knows where the next command begins
    }
    return false;
  }

  const bool lmtp_;
  smtp::CommandParser parser_;
  Request request_;
  bool responds_ = false;
  bool in_chunk_ = false;
  bool broken_ = false;
};

}  // namespace

std::unique_ptr<ScriptDialect> make_smtp_script_dialect(bool lmtp) {
  return std::make_unique<SmtpScriptDialect>(lmtp);
}

}  // namespace backtalk::serve
