// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/conversation.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "parse/json_text.hpp"
#include "script/notation.hpp"
#include "text/letter_case.hpp"

namespace backtalk::parse {
namespace {

using Form = Pop3Multi::Form;

// RFC 1939 sections 5 and 7, RFC 2449 section 5.
Form form_of(std::string_view command) {
  const std::size_t end = std::min(command.find(' '), command.size());
  const std::string_view word = command.substr(0, end);
  if (text::equals_ignoring_case(word, "retr") || text::equals_ignoring_case(word, "top")) return Form::body;
  const bool alone = command.find_first_not_of(' ', end) == std::string_view::npos;
  if (alone && (text::equals_ignoring_case(word, "list") || text::equals_ignoring_case(word, "uidl")))
    return Form::listing;
  return text::equals_ignoring_case(word, "capa") ? Form::listing : Form::line;
}

// Of each command, in order. What answers a "+ " of the server is none.
std::vector<Form> pop3_forms(const Conversation& conversation) {
  std::vector<Form> forms;
  bool challenged = false;
  for (const Conversation::Line& line : conversation.lines) {
    if (line.of_client && !challenged) forms.push_back(form_of(line.text));
    challenged = !line.of_client && (line.text == "+" || line.text.starts_with("+ "));
  }
  return forms;
}

// The lines of one side of an HTTP conversation as octets. A body ends with its last octet and not
// with a line, so behind a line that completes a message there is no CRLF.
template <class Parser>
class HttpLines {
 public:
  [[nodiscard]] Parser& parser() { return parser_; }

  // The octets of the next line. `on_event` is called for each event of it.
  template <class OnEvent>
  [[nodiscard]] std::string next(std::string_view line, OnEvent on_event) {
    std::string octets(line);
    const bool was_in_message = parser_.in_message();
    read(octets, on_event);
    if (was_in_message && !line.empty() && !parser_.in_message() && !parser_.error()) return octets;
    octets += "\r\n";
    read(std::string_view(octets).substr(line.size()), on_event);
    return octets;
  }

 private:
  template <class OnEvent>
  void read(std::string_view octets, OnEvent& on_event) {
    if (parser_.error() || octets.empty()) return;
    parser_.feed(octets);
    while (const auto* event = parser_.next()) on_event(*event);
  }

  Parser parser_;
};

// Of each request up to the first that cannot be read.
std::vector<http::Method> http_methods(const Conversation& conversation) {
  std::vector<http::Method> methods;
  HttpLines<http::RequestParser> reader;
  const auto note_method = [&methods](const http::RequestEvent& event) {
    if (event.kind == http::RequestEvent::Kind::head) methods.push_back(http::method_of(event.head.method));
  };
  for (const Conversation::Line& line : conversation.lines) {
    if (line.of_client && !reader.parser().error()) (void)reader.next(line.text, note_method);
  }
  return methods;
}

void speak_http_client(const Conversation& conversation, const OnLine& on_line) {
  HttpLines<http::RequestParser> reader;
  for (const Conversation::Line& line : conversation.lines) {
    if (!line.of_client) continue;
    if (!on_line(reader.next(line.text, [](const http::RequestEvent&) {}), line.number)) return;
  }
}

void speak_http_server(const Conversation& conversation, const OnLine& on_line) {
  const std::vector<http::Method> methods = http_methods(conversation);
  HttpLines<http::ResponseParser> reader;
  std::size_t next = 0;
  for (const Conversation::Line& line : conversation.lines) {
    if (line.of_client) continue;
    if (reader.parser().expected() == 0 && next < methods.size())
      (void)reader.parser().expect(methods[next++]);
    if (!on_line(reader.next(line.text, [](const http::ResponseEvent&) {}), line.number)) return;
  }
}

// The first octets of one side, for a guess.
std::string beginning_of(const Conversation& conversation, bool of_client) {
  std::string octets;
  for (const Conversation::Line& line : conversation.lines) {
    if (octets.size() >= kGuessOctets) break;
    if (line.of_client == of_client) octets.append(line.text).append("\r\n");
  }
  return octets;
}

// The worse of two; an error is worse than an end in mid-message.
Verdict worst(Verdict a, Verdict b) {
  if (a == Verdict::error || b == Verdict::error) return Verdict::error;
  return a == Verdict::incomplete ? a : b;
}

// In pieces of `chunk` octets, if that is not 0. Returns false if the stream has ended.
bool feed(Transcript& transcript, std::string_view octets, std::size_t chunk) {
  const std::size_t size = chunk == 0 ? octets.size() : chunk;
  for (std::size_t at = 0; at < octets.size(); at += size)
    if (!transcript.feed(octets.substr(at, size))) return false;
  return true;
}

// True if one of the events is an error.
bool has_error(std::string_view events) {
  constexpr std::string_view error = R"({"type":"error")";
  return events.starts_with(error) || events.find("\n" + std::string(error)) != std::string_view::npos;
}

// How the conversation's client tells the parser to read: the form of each POP3 reply and the
// method of each HTTP request, unless the user has said them.
Options options_for(const Conversation& conversation, const Protocol& protocol, const Options& options) {
  Options more = options;
  if (protocol.name == "pop3" && !options.pop3_multi.automatic && options.pop3_multi.forms.empty())
    more.pop3_multi.forms = pop3_forms(conversation);
  if (protocol.name == "http" && !options.http_request && !options.http_head && !options.http_connect)
    more.http_methods = http_methods(conversation);
  return more;
}

void print_title(std::string& out, const Conversation& conversation) {
  if (conversation.name.empty()) return;
  out += R"({"type":"conversation","line":)";
  append_number(out, conversation.number);
  out += R"(,"name":)";
  append_string(out, conversation.name);
  out += "}\n";
}

}  // namespace

Notation notation_of(std::string_view beginning) noexcept {
  while (true) {
    beginning.remove_prefix(std::min(beginning.find_first_not_of(" \t\r\n"), beginning.size()));
    if (beginning.size() < 3) {
      const bool may_be = beginning.empty() || beginning.front() == '#' || beginning.front() == 'C' ||
                          beginning.front() == 'S' || beginning.front() == '=';
      return may_be ? Notation::undecided : Notation::no;
    }
    if (beginning.front() != '#') break;
    beginning.remove_prefix(std::min(beginning.find('\n'), beginning.size()));
  }
  const bool yes = beginning.starts_with("C:") || beginning.starts_with("S:") || beginning.starts_with("==");
  return yes ? Notation::yes : Notation::no;
}

std::variant<std::vector<Conversation>, script::Error> read_conversations(std::string_view text) {
  auto read = script::read_notation(text);
  if (auto* error = std::get_if<script::Error>(&read)) return std::move(*error);
  std::vector<Conversation> conversations;
  for (const script::Section& section : std::get<script::Sections>(read)) {
    const bool begins = conversations.empty() || section.part == script::Section::Part::conversation;
    if (begins) {
      const bool named = section.part == script::Section::Part::conversation;
      conversations.push_back({.name = named ? section.name : std::string_view(), .number = section.number});
    }
    for (const script::Line& line : section.lines) {
      if (line.kind == script::Line::Kind::wait) continue;
      conversations.back().lines.push_back(
          {.text = line.text, .number = line.number, .of_client = line.kind == script::Line::Kind::client});
    }
  }
  return conversations;
}

void speak(const Conversation& conversation, bool of_client, std::string_view protocol,
           const OnLine& on_line) {
  if (protocol == "http") {
    if (of_client) return speak_http_client(conversation, on_line);
    return speak_http_server(conversation, on_line);
  }
  for (const Conversation::Line& line : conversation.lines) {
    if (line.of_client != of_client) continue;
    if (!on_line(std::string(line.text) + "\r\n", line.number)) return;
  }
}

Guess guess_of(const Conversation& conversation) {
  const Guess guess = guess_protocol(beginning_of(conversation, false));
  return guess != Guess::unknown ? guess : guess_protocol(beginning_of(conversation, true));
}

Verdict print_conversation(const Conversation& conversation, const Protocol& protocol, const Options& options,
                           std::string& out, std::vector<std::string>& notes, const Flush& flush) {
  const std::unique_ptr<Transcript> transcript =
      protocol.make(options_for(conversation, protocol, options), out);
  bool noted = false;
  const auto print_line = [&](std::string_view octets, std::uint32_t number) {
    const std::size_t printed = out.size();
    const bool goes_on = feed(*transcript, octets, options.chunk);
    if (!noted && has_error(std::string_view(out).substr(printed))) {
      notes.push_back("the first error is in line " + std::to_string(number));
      noted = true;
    }
    return goes_on && (!flush || flush(out));
  };
  speak(conversation, options.http_request, protocol.name, print_line);
  return transcript->finish();
}

Verdict print_conversations(const std::vector<Conversation>& conversations, const Protocol& protocol,
                            const Options& options, std::string& out, std::vector<std::string>& notes,
                            const Flush& flush) {
  Verdict verdict = Verdict::complete;
  std::string left_out;
  bool any = false;
  for (const Conversation& conversation : conversations) {
    const Guess guess = guess_of(conversation);
    const bool fits =
        guess == Guess::unknown || std::ranges::find(protocol.looks_like, guess) != protocol.looks_like.end();
    if (!fits && conversations.size() > 1) {
      left_out +=
          left_out.empty() ? "left out, as they are of other protocols: the conversations in lines " : ", ";
      left_out.append(std::to_string(conversation.number)).append(" (").append(name_of(guess)).append(")");
      continue;
    }
    any = true;
    print_title(out, conversation);
    verdict = worst(verdict, print_conversation(conversation, protocol, options, out, notes, flush));
  }
  if (!left_out.empty()) notes.push_back(left_out);
  return any ? verdict : Verdict::error;
}

}  // namespace backtalk::parse
