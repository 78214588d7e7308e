// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/corpus.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "text/escaped.hpp"

namespace backtalk::differ {
namespace {

using Problem = std::optional<std::string>;

std::string_view trimmed(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\r')) text.remove_suffix(1);
  return text;
}

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words;
  for (text = trimmed(text); !text.empty(); text = trimmed(text)) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
  return words;
}

class Reader {
 public:
  Problem read(std::string_view line) {
    if (trimmed(line).empty() || line.starts_with('#')) return std::nullopt;
    if (line.starts_with("== ")) return begin_case(line.substr(3));
    if (line.starts_with("| ")) return add_octets(line.substr(2));
    if (trimmed(line) == "--") return cut(false);
    if (trimmed(line) == "-- answer") return cut(true);
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos)
      return "this is neither `KEY: VALUE`, `== NAME: TITLE`, `| OCTETS`, `--` nor `-- answer`";
    return set(line.substr(0, colon), trimmed(line.substr(colon + 1)));
  }

  std::variant<Corpus, std::string> finish() {
    if (auto problem = end_case()) return *problem;
    if (!has_protocol_) return "the protocol is missing: `protocol: smtp`";
    if (corpus_.preamble.empty()) return "the greeting is missing: `S: 2xx`";
    if (corpus_.preamble.back().wanted.empty()) return "an `S:` is missing behind the last `C:`";
    if (corpus_.cases.empty()) return "it has no case: `== NAME: TITLE`";
    return std::move(corpus_);
  }

 private:
  Problem set(std::string_view key, std::string_view value) {
    if (in_case_) {
      if (key != "clause") return fmt::format("a case has no `{}:`, but `clause:`", key);
      case_.clause = value;
      return std::nullopt;
    }
    if (key == "protocol") return set_protocol(value);
    if (key == "C") return add_command(value);
    if (key == "S") return add_wanted(value);
    if (key == "begin") return add_frame(begin_, value);
    if (key == "end") return add_frame(end_.emplace_back(Piece{{}, true}).octets, value);
    if (key == "outcome") return add_meaning(value);
    return fmt::format("unknown key `{}`: protocol, S, C, begin, end or outcome is meant", key);
  }

  Problem set_protocol(std::string_view value) {
    if (value != scheme_of(Protocol::smtp)) return fmt::format("unknown protocol `{}`: smtp is known", value);
    has_protocol_ = true;
    return std::nullopt;
  }

  Problem add_command(std::string_view value) {
    if (corpus_.preamble.empty()) return "the greeting comes first: `S: 2xx`";
    if (corpus_.preamble.back().wanted.empty()) return "an `S:` is missing before this `C:`";
    corpus_.preamble.push_back({std::string(value) + "\r\n", {}});
    return std::nullopt;
  }

  Problem add_wanted(std::string_view value) {
    if (value.empty()) return "the class of the answer is missing: `S: 2xx`";
    if (corpus_.preamble.empty()) corpus_.preamble.emplace_back();
    if (!corpus_.preamble.back().wanted.empty()) return "a `C:` is missing before this `S:`";
    corpus_.preamble.back().wanted = value;
    return std::nullopt;
  }

  static Problem add_frame(std::string& to, std::string_view value) {
    const auto octets = text::unescape(value);
    if (!octets) return "a backslash begins \\r, \\n, \\t, \\\\ or \\xHH";
    to += *octets;
    return std::nullopt;
  }

  Problem add_meaning(std::string_view value) {
    const std::size_t colon = value.find(':');
    if (colon == std::string_view::npos) return "an outcome is `CLASSES: WORDS`";
    Meaning meaning{.classes = words_of(value.substr(0, colon)),
                    .words = std::string(trimmed(value.substr(colon + 1)))};
    meaning.open = !meaning.classes.empty() && meaning.classes.back() == "*";
    if (meaning.open) meaning.classes.pop_back();
    if (meaning.classes.empty() || meaning.words.empty()) return "an outcome is `CLASSES: WORDS`";
    corpus_.meanings.push_back(std::move(meaning));
    return std::nullopt;
  }

  Problem begin_case(std::string_view title) {
    if (auto problem = end_case()) return problem;
    const std::size_t colon = title.find(':');
    if (colon == std::string_view::npos) return "a case begins with `== NAME: TITLE`";
    case_ = {.name = std::string(trimmed(title.substr(0, colon))),
             .about = std::string(trimmed(title.substr(colon + 1))),
             .clause = {},
             .pieces = {Piece{begin_}}};
    if (case_.name.empty()) return "a case begins with `== NAME: TITLE`";
    if (std::ranges::find(corpus_.cases, case_.name, &Case::name) != corpus_.cases.end())
      return fmt::format("there is a case `{}` already", case_.name);
    in_case_ = true;
    has_octets_ = false;
    return std::nullopt;
  }

  Problem add_octets(std::string_view text) {
    if (!in_case_) return "octets stand in a case: `== NAME: TITLE` comes first";
    const auto octets = text::unescape(text);
    if (!octets) return "a backslash begins \\r, \\n, \\t, \\\\ or \\xHH";
    case_.pieces.back().octets += *octets;
    has_octets_ = true;
    return std::nullopt;
  }

  Problem cut(bool after_answer) {
    if (!in_case_ || case_.pieces.back().octets.empty()) return "there are no octets before this cut";
    case_.pieces.push_back({{}, after_answer});
    return std::nullopt;
  }

  // What is wrong with the case that ends here, if there is one.
  Problem end_case() {
    if (!std::exchange(in_case_, false)) return std::nullopt;
    if (!has_octets_) return fmt::format("the case `{}` has no octets", case_.name);
    if (case_.clause.empty()) return fmt::format("the case `{}` has no clause", case_.name);
    if (case_.pieces.back().octets.empty()) case_.pieces.pop_back();
    case_.pieces.insert(case_.pieces.end(), end_.begin(), end_.end());
    corpus_.cases.push_back(std::move(case_));
    return std::nullopt;
  }

  Corpus corpus_;
  bool has_protocol_ = false;
  std::string begin_;
  std::vector<Piece> end_;
  Case case_;
  bool in_case_ = false;
  bool has_octets_ = false;
};

}  // namespace

std::string_view scheme_of(Protocol protocol) {
  switch (protocol) {
    case Protocol::smtp: return "smtp";
  }
  return {};
}

std::variant<Corpus, std::string> read_corpus(std::string_view text) {
  if (text.size() > kCorpusOctetsMax) return fmt::format("it has more than {} octets", kCorpusOctetsMax);
  Reader reader;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (const auto problem = reader.read(text.substr(0, end)))
      return fmt::format("line {}: {}", number, *problem);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return reader.finish();
}

}  // namespace backtalk::differ
