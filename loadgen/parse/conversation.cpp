// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "parse/conversation.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include "parse/json_text.hpp"
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
    more.http_methods = methods_of(conversation);
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

// "SMTP or FTP", where the whole name is "an SMTP or FTP server".
std::string_view bare_name_of(Guess guess) {
  std::string_view name = name_of(guess);
  for (const std::string_view article : {"an ", "a ", "the "}) {
    if (name.starts_with(article)) name.remove_prefix(article.size());
  }
  constexpr std::string_view kServer = " server";
  if (name.ends_with(kServer)) name.remove_suffix(kServer.size());
  return name;
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
      left_out += left_out.empty() ? "skipped conversations of other protocols: line " : ", line ";
      left_out.append(std::to_string(conversation.number))
          .append(" (")
          .append(bare_name_of(guess))
          .append(")");
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
