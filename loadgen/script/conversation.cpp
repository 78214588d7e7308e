// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/conversation.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "backtalk/http/request_parser.hpp"
#include "backtalk/http/response_parser.hpp"
#include "script/notation.hpp"
#include "script/placeholders.hpp"

namespace backtalk::script {
namespace {

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

void speak_http_client(const Conversation& conversation, const OnLine& on_line) {
  HttpLines<http::RequestParser> reader;
  for (const Conversation::Line& line : conversation.lines) {
    if (!line.of_client) continue;
    if (!on_line(reader.next(line.text, [](const http::RequestEvent&) {}), line.number)) return;
  }
}

void speak_http_server(const Conversation& conversation, const OnLine& on_line) {
  const std::vector<http::Method> methods = methods_of(conversation);
  HttpLines<http::ResponseParser> reader;
  std::size_t next = 0;
  for (const Conversation::Line& line : conversation.lines) {
    if (line.of_client) continue;
    if (reader.parser().expected() == 0 && next < methods.size())
      (void)reader.parser().expect(methods[next++]);
    const std::string said = said_by_server(line.text);
    if (!on_line(reader.next(said, [](const http::ResponseEvent&) {}), line.number)) return;
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

}  // namespace

Notation notation_of(std::string_view beginning) noexcept {
  constexpr std::array<std::string_view, 5> kLines{"C:", "S:", "==", "repeat ", "wait "};
  while (true) {
    beginning.remove_prefix(std::min(beginning.find_first_not_of(" \t\r\n"), beginning.size()));
    if (!beginning.starts_with('#')) break;
    beginning.remove_prefix(std::min(beginning.find('\n'), beginning.size()));
  }
  const auto begins = [beginning](std::string_view line) { return beginning.starts_with(line); };
  const auto may_begin = [beginning](std::string_view line) { return line.starts_with(beginning); };
  if (std::ranges::any_of(kLines, begins)) return Notation::yes;
  return std::ranges::any_of(kLines, may_begin) ? Notation::undecided : Notation::no;
}

std::vector<http::Method> methods_of(const Conversation& conversation) {
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

std::variant<std::vector<Conversation>, Error> read_conversations(std::string_view text) {
  auto read = read_notation(text);
  if (auto* error = std::get_if<Error>(&read)) return std::move(*error);
  std::vector<Conversation> conversations;
  for (const Section& section : std::get<Sections>(read)) {
    const bool begins = conversations.empty() || section.part == Section::Part::conversation;
    if (begins) {
      const bool named = section.part == Section::Part::conversation;
      conversations.push_back({.name = named ? section.name : std::string_view(), .number = section.number});
    }
    for (const Line& line : section.lines) {
      if (line.kind == Line::Kind::wait) continue;
      conversations.back().lines.push_back(
          {.text = line.text, .number = line.number, .of_client = line.kind == Line::Kind::client});
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
    const std::string said = of_client ? std::string(line.text) : said_by_server(line.text);
    if (!on_line(said + "\r\n", line.number)) return;
  }
}

Guess guess_of(const Conversation& conversation) {
  const Guess guess = guess_protocol(beginning_of(conversation, false));
  return guess != Guess::unknown ? guess : guess_protocol(beginning_of(conversation, true));
}

}  // namespace backtalk::script
