// SPDX-License-Identifier: Apache-2.0 OR MIT
// POP3 (RFC 1939, 2449, 2595, 5034).
#include <algorithm>
#include <string>

#include "backtalk/pop3/command_parser.hpp"
#include "script/language.hpp"
#include "serve/script_dialect.hpp"
#include "session/pop3_commands.hpp"

namespace backtalk::serve {
namespace {

using Kind = Request::Kind;

// Their responses have several lines.
bool is_listing(std::string_view name) {
  return name == "LIST" || name == "UIDL" || name == "RETR" || name == "TOP" || name == "CAPA" ||
         name == "AUTH";
}

class Pop3ScriptDialect final : public ScriptDialect {
 public:
  void reset() override { parser_.reset(); }
  void feed(std::string_view bytes) override { parser_.feed(bytes); }
  const Request* next() override {
    const pop3::Input* const input = parser_.next();
    if (input == nullptr) return nullptr;
    if (input->kind == pop3::Input::Kind::sasl_response) {
      request_ = {.kind = Kind::response, .cancels = input->response == "*"};
    } else {
      request_ = request_of(input->command.keyword, input->command.arguments);
    }
    return &request_;
  }
  bool broken() const override { return static_cast<bool>(parser_.error()); }
  std::string_view give_back() override { return parser_.give_back(); }
  bool can_pause() const override { return true; }
  void opened(Opening opening) override {
    if (opening == Opening::response) parser_.expect_sasl_response();
  }

  Request read_command(std::string_view line) const override {
    const std::size_t end = std::min(line.find(' '), line.size());
    return request_of(line.substr(0, end), line.substr(std::min(end + 1, line.size())));
  }
  Opening opening_of(const Request& request, const Answer& answer) const override {
    const std::string_view response = answer.end();
    const bool accepts = response.starts_with("+OK");
    if (response.starts_with("+ ") || response == "+\r\n") return Opening::response;
    if (accepts && request.name == "STLS") return Opening::tls;
    return accepts && request.name == "QUIT" ? Opening::end : Opening::nothing;
  }
  std::string greeting() const override { return "+OK backtalk POP3\r\n"; }
  Answer acceptance(const Request& request, bool tls) const override {
    if (request.kind == Kind::response) return answer_of("+OK\r\n");
    if (request.name == "STLS") return answer_of("+OK Begin TLS\r\n", Opening::tls);
    if (request.name == "QUIT") return answer_of("+OK Bye\r\n", Opening::end);
    if (request.name == "CAPA")
      return answer_of(std::string("+OK\r\nUSER\r\nPIPELINING\r\n") + (tls ? "STLS\r\n" : "") +
                       "SASL PLAIN\r\n.\r\n");
    if (request.name.starts_with("AUTH "))
      return request.initial ? answer_of("+OK\r\n") : answer_of("+ \r\n", Opening::response);
    return answer_of(is_listing(request.name) ? "+OK\r\n.\r\n" : "+OK\r\n");
  }
  Answer refusal(const Request& request, bool) const override {
    return answer_of(request.cancels ? "-ERR Cancelled\r\n" : "-ERR Not in the script\r\n");
  }
  std::string complaint() const override { return "-ERR Lines end with CRLF and are not endless\r\n"; }
  bool is_of_connection(std::string_view name) const override {
    return name == "CAPA" || name == "STLS" || name == "USER" || name == "PASS" || name == "APOP" ||
           name == "QUIT" || name.starts_with("AUTH ");
  }
  std::span<const std::string_view> names() const override { return session::kPop3CommandNames; }

 private:
  static Request request_of(std::string_view name, std::string_view arguments) {
    Request request{.name = script::capitals(name.substr(0, kWordsMax))};
    const bool alone = arguments.find_first_not_of(' ') == std::string_view::npos;
    if (request.name == "AUTH") {
      read_mechanism(arguments, request);
    } else {
      // Its response has one line, and that of LIST alone several.
      if (!alone && (request.name == "LIST" || request.name == "UIDL")) request.name += " n";
      request.words = arguments.substr(0, kWordsMax);
    }
    request.is_last = request.name == "QUIT";
    return request;
  }

  pop3::CommandParser parser_;
  Request request_;
};

}  // namespace

std::unique_ptr<ScriptDialect> make_pop3_script_dialect() {
  return std::make_unique<Pop3ScriptDialect>();
}

}  // namespace backtalk::serve
