// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/turns.hpp"

#include <algorithm>

#include "script/language.hpp"
#include "script/turn_readers.hpp"
#include "text/letter_case.hpp"

namespace backtalk::script {
namespace {

bool is_digits(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// "{count:=2}"
bool is_kept_word(std::string_view word) {
  return word.starts_with('{') && word.ends_with('}') && word.find(":=") != std::string_view::npos;
}

}  // namespace

std::string_view word_from(std::string_view text, std::size_t at) {
  if (at >= text.size()) return {};
  return text.substr(at, text.find(' ', at) - at);
}

bool is_challenge(std::string_view text) {
  return text == "+" || text.starts_with("+ ");
}

std::string untagged_kind(std::string_view text) {
  constexpr std::size_t kBegin = 2;
  std::string_view word = word_from(text, kBegin);
  if (is_digits(word) || is_kept_word(word)) word = word_from(text, kBegin + word.size() + 1);
  return capitals(word);
}

std::string_view http_status(std::string_view line) {
  if (!line.starts_with("HTTP/")) return {};
  const std::string_view status = word_from(line, word_from(line, 0).size() + 1);
  const bool is_class = status.size() == 3 && is_digits(status.substr(0, 1)) && status.ends_with("xx");
  return is_class || (status.size() == 3 && is_digits(status)) ? status : std::string_view();
}

bool has_counted_length(std::string_view line) {
  constexpr std::string_view kName = "content-length:";
  if (!text::equals_ignoring_case(line.substr(0, kName.size()), kName)) return false;
  line.remove_prefix(kName.size());
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return without_trailing_blanks(line) == "{*}";
}

TurnsOrError TurnReader::read() {
  while (at_ < section_.lines.size()) {
    const Line& line = section_.lines[at_];
    switch (line.kind) {
      case Line::Kind::client: {
        const Turn::Kind kind = kind_of(line.text);
        turns_.push_back({.kind = kind, .first = at_++});
        break;
      }
      case Line::Kind::wait: turns_.push_back({.kind = Turn::Kind::wait, .first = at_++}); break;
      case Line::Kind::server:
        if (auto problem = read_answer(line)) return *std::move(problem);
        break;
    }
  }
  return std::move(turns_);
}

std::variant<std::vector<Turn>, Error> read_turns(Protocol protocol, const Section& section) {
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: return read_smtp_turns(section);
    case Protocol::pop3: return read_pop3_turns(section);
    case Protocol::imap: return read_imap_turns(section);
    case Protocol::http: return read_http_turns(section);
  }
  return std::vector<Turn>();
}

}  // namespace backtalk::script
