// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/comparison.hpp"

#include <algorithm>
#include <vector>

#include "script/language.hpp"
#include "script/placeholders.hpp"
#include "session/captured_words.hpp"
#include "text/letter_case.hpp"

namespace backtalk::script {
namespace {

using Said = std::span<const std::string>;
using Written = std::span<const Line>;

std::string_view said_at(Said said, std::size_t line) {
  return line < said.size() ? std::string_view(said[line]) : std::string_view();
}

// Whether the text is the script's, in which a word that it keeps may be anything.
bool fits(std::string_view pattern, std::string_view text) {
  pattern = without_trailing_blanks(pattern);
  text = without_trailing_blanks(text);
  bool anchored = true;
  for (;;) {
    const std::size_t at = find_kept(pattern);
    const std::string piece = said_by_server(pattern.substr(0, at));
    if (at == std::string_view::npos) return anchored ? text == piece : text.ends_with(piece);
    const std::size_t found = text.find(piece);
    if (found == std::string_view::npos || (anchored && found > 0)) return false;
    text.remove_prefix(found + piece.size());
    pattern.remove_prefix(std::min(pattern.find('}', at), pattern.size() - 1) + 1);
    if (text.empty()) return false;
    text.remove_prefix(1);
    anchored = false;
  }
}

// What is compared in either case.
std::string word_of(Protocol protocol, const Answer& answer, std::string_view said) {
  switch (answer.kind) {
    case Answer::Kind::untagged: return untagged_kind(said);
    case Answer::Kind::tagged: return capitals(word_from(said, word_from(said, 0).size() + 1));
    case Answer::Kind::continuation: return std::string(word_from(said, 0));
    case Answer::Kind::anything:
    case Answer::Kind::status: break;
  }
  switch (protocol) {
    case Protocol::smtp:
    case Protocol::lmtp: return std::string(said.substr(0, 3));
    case Protocol::http: return std::string(http_status(said));
    case Protocol::pop3:
    case Protocol::imap: break;
  }
  return std::string(word_from(said, 0));
}

// "2xx" of HTTP is any status of that class.
bool is_word(std::string_view word, std::string_view said) {
  if (word.size() == 3 && word.ends_with("xx")) return said.size() == 3 && said.front() == word.front();
  return said == word;
}

// "S: *", or with a tag of IMAP before it.
bool is_any(const Answer& answer) {
  return answer.kind == Answer::Kind::anything || (answer.kind == Answer::Kind::tagged && answer.word == "*");
}

std::optional<Mismatch> compare_lines(Written written, Said said, std::size_t begin) {
  for (std::size_t at = begin; at < written.size(); ++at) {
    if (at >= said.size() || !fits(written[at].text, said[at]))
      return Mismatch{at, std::string(written[at].text), std::string(said_at(said, at))};
  }
  return std::nullopt;
}

std::optional<Mismatch> compare_all_lines(Written written, Said said) {
  if (auto mismatch = compare_lines(written, said, 0)) return mismatch;
  if (said.size() <= written.size()) return std::nullopt;
  return Mismatch{written.size() - 1, "no line after " + std::string(written.back().text),
                  said[written.size()]};
}

// --- HTTP

std::string_view name_of_field(std::string_view line) {
  return line.substr(0, line.find(':'));
}

std::string_view value_of_field(std::string_view line) {
  line.remove_prefix(std::min(name_of_field(line).size() + 1, line.size()));
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return without_trailing_blanks(line);
}

// How many lines there are before the empty one.
template <class Lines>
std::size_t head_lines(const Lines& lines) {
  std::size_t count = 0;
  for (const auto& line : lines) {
    if constexpr (requires { line.text; }) {
      if (line.text.empty()) break;
    } else {
      if (line.empty()) break;
    }
    ++count;
  }
  return count;
}

// The line of the head with a field of that name, and that value if one has it; 0 if none.
std::size_t find_field(std::string_view field, Said head) {
  std::size_t found = 0;
  for (std::size_t at = 1; at < head.size(); ++at) {
    if (!text::equals_ignoring_case(name_of_field(head[at]), name_of_field(field))) continue;
    if (found == 0) found = at;
    if (fits(value_of_field(field), value_of_field(head[at]))) return at;
  }
  return found;
}

std::optional<Mismatch> compare_http(Written written, Said said) {
  const Said head = said.first(head_lines(said));
  const std::size_t fields_end = head_lines(written);
  const bool is_class = http_status(without_trailing_blanks(written.front().text)).ends_with("xx");
  if (!is_class && !fits(written.front().text, said.front()))
    return Mismatch{0, std::string(written.front().text), said.front()};
  for (std::size_t at = 1; at < fields_end; ++at) {
    const std::size_t found = find_field(written[at].text, head);
    if (found == 0 || !fits(value_of_field(written[at].text), value_of_field(head[found])))
      return Mismatch{at, std::string(written[at].text), found == 0 ? std::string() : head[found]};
  }
  if (written.size() <= fields_end + 1) return std::nullopt;  // no body, or one that is left out
  const Said body = said.subspan(std::min(head.size() + 1, said.size()));
  auto mismatch = compare_all_lines(written.subspan(fields_end + 1), body);
  if (mismatch) mismatch->line += fields_end + 1;
  return mismatch;
}

std::optional<Mismatch> compare_texts(Protocol protocol, Written written, Said said) {
  switch (protocol) {
    case Protocol::http: return compare_http(written, said);
    case Protocol::pop3:
      if (written.size() == 1) return compare_lines(written, said, 0);
      return compare_all_lines(written, said);
    case Protocol::smtp:
    case Protocol::lmtp:
    case Protocol::imap: return compare_all_lines(written, said);
  }
  return std::nullopt;
}

}  // namespace

std::optional<Mismatch> compare(const Comparison& how, const Answer& answer, Written written, Said said) {
  if (is_any(answer)) return std::nullopt;
  if (!is_word(answer.word, word_of(how.protocol, answer, said.front()))) {
    const bool whole =
        how.exact || answer.kind == Answer::Kind::tagged || answer.kind == Answer::Kind::untagged;
    return Mismatch{0, whole ? std::string(written.front().text) : answer.word, said.front()};
  }
  if (how.exact) return compare_texts(how.protocol, written, said);
  if (how.protocol == Protocol::pop3 && written.size() > 1 && said.size() == 1)
    return Mismatch{0, answer.word + " and more lines", said.front()};
  return std::nullopt;
}

std::optional<Mismatch> keep_words(Protocol protocol, Written written, Said said, const KeepWord& keep) {
  const Said head = protocol == Protocol::http ? said.first(head_lines(said)) : said;
  const std::size_t fields_end = protocol == Protocol::http ? head_lines(written) : 0;
  const std::string_view separators =
      protocol == Protocol::imap ? session::kSpacesAndBrackets : session::kSpaces;
  for (std::size_t at = 0; at < written.size(); ++at) {
    std::vector<Kept> kept;
    if (read_kept(written[at], kept)) continue;
    if (kept.empty()) continue;
    const bool is_field = at > 0 && at < fields_end;
    const std::size_t in_place = is_field ? find_field(written[at].text, head) : at;
    const std::string_view line = is_field && in_place == 0 ? std::string_view() : said_at(said, in_place);
    for (const Kept& one : kept) {
      const auto word = session::nth_word(line, one.word, separators);
      if (!word) return Mismatch{at, std::string(written[at].text), std::string(line)};
      keep(one.name, *word);
    }
  }
  return std::nullopt;
}

}  // namespace backtalk::script
