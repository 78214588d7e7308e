// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "differ/outcome.hpp"

#include <algorithm>

namespace backtalk::differ {
namespace {

bool fits(const Meaning& meaning, std::span<const Answer> answers) {
  if (answers.size() < meaning.classes.size()) return false;
  if (answers.size() > meaning.classes.size() && !meaning.open) return false;
  return std::equal(meaning.classes.begin(), meaning.classes.end(), answers.begin(),
                    [](const std::string& klass, const Answer& answer) { return klass == answer.klass; });
}

const Meaning* meaning_of(const Outcome& outcome, std::span<const Meaning> meanings) {
  const auto found =
      std::ranges::find_if(meanings, [&](const Meaning& one) { return fits(one, outcome.answers); });
  return found == meanings.end() ? nullptr : &*found;
}

std::string classes_of(std::span<const Answer> answers) {
  std::string text;
  for (const Answer& answer : answers) text += (text.empty() ? "" : " ") + answer.klass;
  return text.empty() ? "no answer" : text;
}

}  // namespace

std::string framing_of(const Outcome& outcome, std::span<const Meaning> meanings) {
  const Meaning* const meaning = meaning_of(outcome, meanings);
  std::string text = meaning == nullptr ? classes_of(outcome.answers) : meaning->words;
  if (outcome.end == End::silent) text += ", then silent";
  if (outcome.end == End::unreadable) text += ", then " + outcome.flaw;
  return text;
}

std::string decisive_codes(const Outcome& outcome, std::span<const Meaning> meanings) {
  const Meaning* const meaning = meaning_of(outcome, meanings);
  const std::size_t count = meaning == nullptr ? outcome.answers.size() : meaning->classes.size();
  std::string text;
  for (const Answer& answer : std::span(outcome.answers).first(count))
    text += (text.empty() ? "" : " ") + answer.code;
  if (count < outcome.answers.size()) text += " ...";
  return text.empty() ? "no answer" : text;
}

std::string_view word_of(End end) {
  switch (end) {
    case End::closed: return "closed";
    case End::silent: return "silent";
    case End::unreadable: return "unreadable";
  }
  return {};
}

}  // namespace backtalk::differ
