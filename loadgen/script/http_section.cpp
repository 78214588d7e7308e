// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/http_section.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "backtalk/http/field.hpp"
#include "backtalk/http/request_parser.hpp"
#include "script/chunked_body.hpp"
#include "script/limits.hpp"
#include "script/placeholders.hpp"
#include "script/sample.hpp"
#include "script/wait.hpp"
#include "session/http_commands.hpp"
#include "session/http_statuses.hpp"
#include "text/blanks.hpp"
#include "text/letter_case.hpp"
#include "text/nearest.hpp"

namespace backtalk::script {
namespace {

using session::CommandTemplate;
using Field = CommandTemplate::Field;

constexpr std::string_view kCounted = "{*}";
constexpr std::string_view kVersion = "HTTP/";
constexpr unsigned kRefusals = 400;  // and above

bool is_decimal_digit(char c) {
  return c >= '0' && c <= '9';
}

// The name and the value of a field line, if it is one.
std::optional<http::Field> field_in(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  return http::Field{line.substr(0, colon), text::without_blanks(line.substr(colon + 1))};
}

// "Content-Length: {*}"
bool counts_content(std::string_view line) {
  const auto field = field_in(line);
  return field && text::equals_ignoring_case(field->name, "content-length") && field->value == kCounted;
}

// What a status line expects: "HTTP/1.1 200 OK", "HTTP/1.1 2xx".
struct Status {
  unsigned code = 0;
  bool is_class = false;
};
std::optional<Status> status_in(std::string_view text) {
  const std::size_t begin = text.find(' ');
  if (!text.starts_with(kVersion) || begin == std::string_view::npos) return std::nullopt;
  const std::string_view rest = text.substr(begin + 1);
  const std::string_view code = rest.substr(0, rest.find(' '));
  if (code.size() != 3 || code.front() < '1' || code.front() > '5') return std::nullopt;
  const unsigned hundreds = static_cast<unsigned>(code.front() - '0') * 100;
  if (code.substr(1) == "xx") return Status{.code = hundreds, .is_class = true};
  if (!is_decimal_digit(code[1]) || !is_decimal_digit(code[2])) return std::nullopt;
  return Status{hundreds + static_cast<unsigned>(code[1] - '0') * 10 + static_cast<unsigned>(code[2] - '0')};
}

class Reader {
 public:
  Reader(const Section& section, Scope& scope) : section_(section), scope_(scope) {}

  std::variant<std::vector<session::ScriptCommand>, Error> read() {
    for (at_ = 0; at_ < section_.lines.size(); ++at_) {
      if (auto problem = read_line(section_.lines[at_])) return *std::move(problem);
    }
    if (auto problem = end_request()) return *std::move(problem);
    if (auto problem = check_requests()) return *std::move(problem);
    std::vector<session::ScriptCommand> commands;
    commands.reserve(requests_.size());
    for (Request& one : requests_) {
      compare_content(one.command.expected.exact);
      commands.push_back(std::move(one.command));
    }
    if (!commands.empty()) commands.front().pipelined = false;
    return commands;
  }

 private:
  // What the next line of the client is a part of.
  enum class At : std::uint8_t {
    between,  // requests
    head,
    length,  // content whose length is given: `left_` octets are missing
    counted,
    chunks
  };

  struct Request {
    session::ScriptCommand command = {};
    const Line* line = nullptr;
    bool needs_host = false;  // and has none
  };

  Problem read_line(const Line& line) {
    switch (line.kind) {
      case Line::Kind::client: return read_client(line);
      case Line::Kind::server: return read_server(line);
      case Line::Kind::wait: return read_wait(line);
    }
    return std::nullopt;
  }

  Problem read_wait(const Line& line) {
    if (auto problem = end_request()) return problem;
    return wait_.read(line, section_);
  }

  [[nodiscard]] session::ScriptCommand& command() { return requests_.back().command; }

  // --- Requests

  Problem read_client(const Line& line) {
    answer_ = nullptr;
    in_interim_ = false;
    switch (at_part_) {
      case At::between: return begin_request(line);
      case At::head: return read_head(line);
      case At::length: return read_content(line);
      case At::counted: return read_counted(line);
      case At::chunks: return read_chunks(line);
    }
    return std::nullopt;
  }

  Problem begin_request(const Line& line) {
    if (!requests_.empty() && command().closes)
      return line.error("the connection ends with the answer to the request in line " +
                        std::to_string(requests_.back().line->number) + ": nothing follows it");
    const std::string_view name = line.text.substr(0, line.text.find(' '));
    const auto method = session::find_http_command(name);
    if (!method) return unknown_method(line, name);
    requests_.push_back({.line = &line});
    command().command = static_cast<unsigned>(*method);
    command().source_line = line.number;
    command().expected = {.status = session::kNoStatus, .statuses = 0};
    command().pipelined = at_ > 0 && section_.lines[at_ - 1].kind == Line::Kind::client;
    wait_.give(command());
    parser_.reset();
    fed_.clear();
    fed_octets_ = 0;
    length_line_ = &line;
    at_part_ = At::head;
    return read_head(line);
  }

  static Error unknown_method(const Line& line, std::string_view name) {
    const std::vector<std::string> known(session::kHttpCommandNames.begin(),
                                         session::kHttpCommandNames.end());
    if (name.empty()) return line.error("expected a request, as `C: GET / HTTP/1.1`");
    std::string sentence =
        "expected a request with a method of HTTP, as `C: GET / HTTP/1.1`, not " + quoted(name);
    std::string capitals(name);
    std::ranges::transform(capitals, capitals.begin(), [](char c) {
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    if (const auto meant = text::nearest(capitals, known)) sentence += ": did you mean " + *meant + "?";
    return line.error(sentence);
  }

  // The request line, a field line, or the empty line that ends the head.
  Problem read_head(const Line& line) {
    const bool counts = counts_content(line.text);
    const std::size_t value = counts ? line.text.find(kCounted) : line.text.size();
    if (const auto field = field_in(line.text)) {
      if (text::equals_ignoring_case(field->name, "content-length") ||
          text::equals_ignoring_case(field->name, "transfer-encoding"))
        length_line_ = &line;
    }
    if (auto problem = read_client_text({&line, 0, line.text.substr(0, value)}, scope_.words, command().line))
      return problem;
    if (counts) command().line.append(Field::content_octets);
    command().line.append_lines("\r\n");
    Sample sample = sample_of(line.text);
    if (counts) sample.text.replace(value, 1, "0");
    counted_ |= counts;
    return feed(line, std::move(sample));
  }

  // Has the parser read the line as a server would.
  Problem feed(const Line& line, Sample&& sample) {
    using Kind = http::RequestEvent::Kind;
    sample.text += "\r\n";
    fed_.push_back({.line = &line, .begin = fed_octets_});
    fed_octets_ += sample.text.size();
    parser_.feed(sample.text);
    while (const auto* event = parser_.next()) {
      if (event->kind == Kind::head) {
        if (auto problem = end_head(event->head)) return problem;
      } else if (event->kind == Kind::end && at_part_ != At::counted && at_part_ != At::length) {
        if (auto problem = end_content()) return problem;
      }
    }
    if (!parser_.error()) return std::nullopt;
    return wrong_octet(parser_.error());
  }

  // Where it is in the script.
  [[nodiscard]] Error wrong_octet(const backtalk::Error& error) const {
    const Fed* found = &fed_.front();
    for (const Fed& one : fed_) {
      if (one.begin <= error.offset) found = &one;
    }
    const std::uint64_t octet = error.offset > found->begin ? error.offset - found->begin : 0;
    const std::uint32_t place = sample_of(found->line->text).place(static_cast<std::size_t>(octet));
    return found->line->error("a server would not take this request: " + std::string(sentence(error.code)),
                              place);
  }

  Problem end_head(const http::RequestHead& head) {
    command().closes = !head.keeps_connection();
    command().expects_continue = http::field_lists(head.fields, "expect", "100-continue");
    requests_.back().needs_host = head.minor > 0 && !http::find_field(head.fields, "host");
    if (std::exchange(counted_, false)) {
      at_part_ = At::counted;
    } else if (head.framing == http::Framing::chunked) {
      at_part_ = At::chunks;
    } else if (head.content_length > kScriptOctetsMax) {
      return length_line_->error("the content of a request has at most " + std::to_string(kScriptOctetsMax) +
                                 " octets in a script");
    } else if (head.content_length > 0) {
      at_part_ = At::length;
      left_ = static_cast<std::size_t>(head.content_length);
      length_ = left_;
    }
    return std::nullopt;
  }

  // --- Their content

  // Line by line, with the CRLF between them. The last one ends with CRLF only if the length says
  // so.
  Problem read_content(const Line& line) {
    const Sample sample = sample_of(line.text);
    if (sample.has_placeholders)
      return line.error(
          "content whose length is given has no placeholders: write `Content-Length: {*}`, or `{{` for a "
          "brace");
    if (sample.text.size() > left_)
      return line.error("the content ends before this, after " + std::to_string(length_) +
                            " octets as Content-Length says: a request begins in a line of its own",
                        sample.place(left_));
    content_ += sample.text;
    left_ -= sample.text.size();
    if (left_ == 1) return line.error("the content ends between CR and LF", line.text.size());
    if (left_ > 0) {
      content_ += "\r\n";
      left_ -= 2;
    }
    return left_ == 0 ? end_content() : Problem{};
  }

  Problem read_chunks(const Line& line) {
    Sample sample = sample_of(line.text);
    if (sample.has_placeholders)
      return line.error("chunks have no placeholders, since their sizes are given; write `{{` for a brace");
    content_.append(sample.text).append("\r\n");
    return feed(line, std::move(sample));
  }

  // Up to the next line of the server. Its length is what it comes to.
  Problem read_counted(const Line& line) {
    if (has_counted_) command().content.append_lines("\r\n");
    has_counted_ = true;
    return read_client_text({&line, 0, line.text}, scope_.words, command().content);
  }

  // The request is complete.
  Problem end_content() {
    if (!content_.empty()) command().content.append_lines(content_);
    content_.clear();
    has_counted_ = false;
    at_part_ = At::between;
    return check_size();
  }

  Problem check_size() {
    const Line& line = *requests_.back().line;
    CommandTemplate whole = command().line;
    if (command().content.has_fields()) {
      if (command().expects_continue)
        return line.error("content that waits for 100 Continue has no placeholders");
      whole.append(command().content);
    }
    scope_.content_octets += whole.octets_max() + command().content.octets_max();
    if (scope_.content_octets > kScriptOctetsMax)
      return line.error("the requests of a script have at most " + std::to_string(kScriptOctetsMax) +
                        " octets, each as often as it is repeated");
    static_cast<void>(whole.take_tail());
    if (whole.octets_max() > kCommandOctetsMax)
      return line.error("a request has at most " + std::to_string(kCommandOctetsMax) +
                        " octets up to its last placeholder, with all that is filled in");
    for (const auto& [field, name] :
         {std::pair{Field::message_number, "{number}"}, std::pair{Field::uid, "{uid}"}}) {
      if (whole.uses(field))
        return line.error("`" + std::string(name) + "` is a message of a mailbox, which HTTP does not have");
    }
    return std::nullopt;
  }

  // No line of the client follows.
  Problem end_request() {
    switch (at_part_) {
      case At::between: return std::nullopt;
      case At::head:
        return requests_.back().line->error("the head of this request has no end: an empty line, `C:`");
      case At::length:
        return length_line_->error("the content has " + std::to_string(length_) + " octets, of which " +
                                   std::to_string(length_ - left_) + " follow in lines `C:`");
      case At::chunks: return length_line_->error("the chunks have no end: `C: 0` and an empty line, `C:`");
      case At::counted: return end_content();
    }
    return std::nullopt;
  }

  // What depends on the answers.
  Problem check_requests() const {
    for (const Request& one : requests_) {
      const session::Expectation& expected = one.command.expected;
      // kNoStatus, which stands for anything, is above all statuses.
      const bool may_fail = expected.statuses > 0 && expected.status >= session::http_status(kRefusals);
      if (one.needs_host && !may_fail)
        return one.line->error("a request of HTTP/1.1 without Host is refused: add `C: Host: {host}`");
      if (one.command.closes && section_.part == Section::Part::once)
        return one.line->error("the connection ends with the answer to this request, before the first pass");
    }
    return std::nullopt;
  }

  // --- Answers

  Problem read_server(const Line& line) {
    if (auto problem = wait_.check_answer(line)) return problem;
    const std::string_view text = text::without_blanks(line.text);
    const bool goes_on = at_part_ != At::between && at_part_ != At::head && content_.empty() && !has_counted_;
    if (goes_on && (in_interim_ || is_interim(text))) {  // 100 Continue
      in_interim_ = true;
      return std::nullopt;
    }
    if (auto problem = end_request()) return problem;
    Request* const waiting = answered_ < requests_.size() ? &requests_[answered_] : nullptr;
    if (text == "*" && waiting != nullptr)
      return begin_answer(line, *waiting, {.status = session::kNoStatus});
    if (text.starts_with(kVersion)) return read_status(line, text, waiting);
    if (in_interim_) return std::nullopt;
    if (answer_ == nullptr) return not_an_answer(line, waiting);
    return read_rest(line);
  }

  static bool is_interim(std::string_view text) {
    const auto status = status_in(text);
    return status && status->code / 100 == 1;
  }

  static Error not_an_answer(const Line& line, const Request* waiting) {
    if (waiting == nullptr) return line.error("there is no `C:` line that waits for this answer");
    return line.error("expected a status line, as `S: HTTP/1.1 200`, or `S: *`, not " + quoted(line.text));
  }

  Problem read_status(const Line& line, std::string_view text, Request* waiting) {
    const auto status = status_in(text);
    if (!status) {
      if (answer_ != nullptr && in_body_) return read_rest(line);
      return line.error("expected a status, as `S: HTTP/1.1 200` or `S: HTTP/1.1 2xx`, not " + quoted(text));
    }
    if (waiting == nullptr) {
      if (answer_ != nullptr && in_body_) return read_rest(line);
      return line.error("there is no `C:` line that waits for this answer");
    }
    if (status->code == 101) return line.error("101 leaves HTTP, and a script does not");
    in_interim_ = status->code / 100 == 1;
    if (in_interim_) return std::nullopt;
    const std::uint16_t count = status->is_class ? 100 : 1;
    return begin_answer(line, *waiting, {.status = session::http_status(status->code), .statuses = count});
  }

  Problem begin_answer(const Line& line, Request& request, session::Expectation expected) {
    ++answered_;
    in_interim_ = in_body_ = false;
    answer_ = &request;
    const bool compares = expected.status != session::kNoStatus && expected.statuses == 1;
    request.command.expected = std::move(expected);
    if (compares) request.command.expected.exact.lines = {exact_line(line.text)};
    request.command.source_line = line.number;
    return keep_words(line, scope_, request.command);
  }

  // A line of a response behind its status line: of its head, or of its content.
  Problem read_rest(const Line& line) {
    const bool was_body = std::exchange(in_body_, in_body_ || line.text.empty());
    std::vector<Kept> kept;
    if (auto problem = read_kept(line, kept)) return problem;
    add_text(line, was_body);
    if (kept.empty()) return std::nullopt;
    const auto field = field_in(line.text);
    if (in_body_ || !field)
      return line.error("a word is kept of a status line or of a field, as `S: Location: {where:=2}`",
                        kept.front().at);
    std::vector<session::Capture>& captures = answer_->command.captures;
    const std::size_t before = captures.size();
    if (auto problem = keep_words(line, scope_, answer_->command)) return problem;
    for (std::size_t i = before; i < captures.size(); ++i) captures[i].field = field->name;
    return std::nullopt;
  }

  // The lines behind a head that announces chunks may be these, or what is in them.
  static void compare_content(session::ExactAnswer& exact) {
    const auto is_coding = [](const session::ExactField& one) {
      return text::equals_ignoring_case(one.name, "transfer-encoding");
    };
    if (!exact.body || std::ranges::none_of(exact.fields, is_coding)) return;
    auto content = body_of_chunks(*exact.body);
    if (!content) return;
    if (content->ends_with('\n')) content->pop_back();  // as a body that is no chunks has none
    exact.body = std::move(content);
  }

  // What is compared of a response beside its status, if texts are.
  void add_text(const Line& line, bool is_of_body) {
    session::ExactAnswer& exact = answer_->command.expected.exact;
    if (is_of_body) {
      if (exact.body) exact.body->append("\n");
      exact.body = exact.body.value_or("").append(said_by_server(line.text));
    } else if (const auto field = field_in(line.text)) {
      session::ExactLine value = exact_line(field->value);
      std::string shown = std::string(field->name) + ": " + value.shown();
      exact.fields.push_back(
          {.name = std::string(field->name), .value = std::move(value), .shown = std::move(shown)});
    }
  }

  const Section& section_;
  Scope& scope_;
  WaitBefore wait_;
  std::vector<Request> requests_;
  std::size_t answered_ = 0;  // of the requests, the first ones
  std::size_t at_ = 0;        // the line that is being read

  At at_part_ = At::between;
  http::RequestParser parser_;
  // The lines that the parser has read of the request.
  struct Fed {
    const Line* line = nullptr;
    std::uint64_t begin = 0;
  };
  std::vector<Fed> fed_;
  std::uint64_t fed_octets_ = 0;
  const Line* length_line_ = nullptr;  // what says how long the content is
  bool counted_ = false;               // "Content-Length: {*}" is in the head
  bool has_counted_ = false;           // some content of that kind was read
  std::size_t length_ = 0;
  std::size_t left_ = 0;
  std::string content_;

  Request* answer_ = nullptr;  // whose response the next lines of the server belong to
  bool in_interim_ = false;    // they belong to an interim one
  bool in_body_ = false;
};

}  // namespace

std::variant<std::vector<session::ScriptCommand>, Error> read_http_section(const Section& section,
                                                                           Scope& scope) {
  return Reader(section, scope).read();
}

}  // namespace backtalk::script
