// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/imap_typing.hpp"

#include <algorithm>

#include "script/literal.hpp"
#include "session/imap_commands.hpp"

namespace backtalk::talk {
namespace {

// A secret is kept, to be found where the server repeats it, up to this length.
constexpr std::size_t kSecretOctetsMax = 65536;

// The end of the word that begins here: of a quoted string its closing quote, or of the line.
std::size_t end_of_word(std::string_view text, std::string_view blanks) {
  if (!text.starts_with('"')) return std::min(text.find_first_of(blanks), text.size());
  for (std::size_t at = 1; at < text.size(); ++at) {
    if (text[at] == '\\') {
      ++at;
    } else if (text[at] == '"') {
      return at + 1;
    }
  }
  return text.size();
}

// What the word stands for.
std::string value_of(std::string_view word) {
  if (!word.starts_with('"')) return std::string(word);
  word.remove_prefix(1);
  if (word.ends_with('"')) word.remove_suffix(1);
  std::string value;
  for (std::size_t at = 0; at < word.size(); ++at) {
    if (word[at] == '\\' && at + 1 < word.size()) ++at;
    value += word[at];
  }
  return value;
}

}  // namespace

bool is_imap_command(std::string_view name) {
  return text::equals_ignoring_case(name, "UID") ||
         std::ranges::any_of(session::kImapCommandNames,
                             [name](auto one) { return text::equals_ignoring_case(one, name); });
}

bool ImapTyping::is_secret() const {
  if (text::equals_ignoring_case(name_, "LOGIN") || text::equals_ignoring_case(name_, "AUTHENTICATE"))
    return words_ >= 3;
  return words_ >= 2 && (lacks_tag("LOGIN") || lacks_tag("AUTHENTICATE"));
}

// As if a secret of one letter were there.
bool ImapTyping::secret_follows(std::string_view beginning) const {
  ImapTyping after = *this;
  Secrets forgotten;
  return after.type(std::string(beginning) + "x", forgotten).shown.ends_with(kHidden);
}

void ImapTyping::abandon() {
  inside_ = waits_ = in_literal_ = false;
  left_ = 0;
  secret_.clear();
}

Typed ImapTyping::type(std::string_view line, Secrets& secrets) {
  Typed typed;
  waits_ = false;
  if (!inside_) {
    tag_.clear();
    name_.clear();
    words_ = 0;
    inside_ = true;
  }
  if (in_literal_) {
    const std::size_t in_line = line.size();
    take_literal(line, typed, secrets);
    // With the line end it goes on, or ends.
    if (in_literal_ || typed.taken == in_line + 2) {
      typed.taken = Typed::kAll;
      return typed;
    }
    typed.taken = Typed::kAll;
  }
  take_words(line, typed, secrets);
  return typed;
}

// Takes what the line, with its line end, has of the literal; `taken` says how much. Leaves the
// rest of the line.
void ImapTyping::take_literal(std::string_view& line, Typed& typed, Secrets& secrets) {
  const auto octets = static_cast<std::size_t>(std::min<std::uint64_t>(left_, line.size() + 2));
  const std::string_view shown = line.substr(0, octets);
  typed.taken = octets;
  left_ -= octets;
  in_literal_ = left_ > 0;
  line.remove_prefix(shown.size());
  if (!is_secret()) {
    typed.shown.append(shown);
  } else {
    typed.shown.append(shown.empty() ? "" : kHidden);
    if (secret_.size() + octets <= kSecretOctetsMax) secret_.append(shown);
    secrets.add(shown);
    if (!in_literal_) secrets.add(secret_);
  }
  if (!in_literal_) {
    secret_.clear();
    ++words_;
  }
}

void ImapTyping::keep_secret(std::string_view word, Secrets& secrets) const {
  if (!is_login("LOGIN")) return secrets.add_response(word);
  const std::string value = value_of(word);
  if (value.empty()) return;
  secrets.add(value);
  secrets.add(word);  // as it was typed
}

void ImapTyping::take_words(std::string_view text, Typed& typed, Secrets& secrets) {
  const auto mark = script::find_literal_mark(text);
  const bool literal = mark && (mark->kind == script::LiteralMark::Kind::octets ||
                                mark->kind == script::LiteralMark::Kind::escaped);
  const std::string_view announced = literal ? text.substr(mark->at) : std::string_view();
  text.remove_suffix(announced.size());
  while (true) {
    // A tab does not end a tag.
    const std::string_view blanks = words_ == 0 ? kBlanks.substr(0, 1) : kBlanks;
    const std::size_t spaces = std::min(text.find_first_not_of(blanks), text.size());
    typed.shown.append(text.substr(0, spaces));
    text.remove_prefix(spaces);
    if (text.empty()) break;
    const std::string_view word = text.substr(0, end_of_word(text, blanks));
    text.remove_prefix(word.size());
    if (is_secret()) {
      keep_secret(word, secrets);
      typed.shown.append(kHidden);
    } else {
      typed.shown.append(word);
    }
    if (words_ == 0) tag_ = word;
    if (words_ == 1) name_ = word;
    ++words_;
  }
  if (literal) {
    if (typed.braces_end == Typed::kAll) typed.braces_end = typed.shown.size();
    typed.shown.append(announced);
    in_literal_ = mark->octets > 0;
    left_ = mark->octets;
    if (!in_literal_) ++words_;
    waits_ = !announced.ends_with("+}");
  } else {
    inside_ = false;
  }
}

}  // namespace backtalk::talk
