#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "backtalk/fuzz/report_items.hpp"
#include "disagreement.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

// BACKTALK_FUZZ_DIFFERENCES=known   the known ones stop the run as well: how a row of the table is reproduced
// BACKTALK_FUZZ_DIFFERENCES=survey  none does; each new one is told once: how a table is begun
enum class Mode { news_stops, known_stop_too, survey };

Mode mode() {
  static const Mode mode = [] {
    const char* wanted = std::getenv("BACKTALK_FUZZ_DIFFERENCES");
    if (wanted == nullptr) return Mode::news_stops;
    return std::string_view(wanted) == "survey" ? Mode::survey : Mode::known_stop_too;
  }();
  return mode;
}

std::string sentence_for(const Disagreement& disagreement, const Difference* known) {
  const std::string sentence = "where the reference says '" + std::string(disagreement.expected) +
                               "' the parser says '" + std::string(disagreement.got) + "'";
  if (known == nullptr) return sentence + ", which its table of differences does not have";
  return sentence + " (known, " + std::string(known->clause) + (known->smuggling ? ", smuggling" : "") +
         "): " + std::string(known->why);
}

bool told_before(const Disagreement& disagreement) {
  static std::set<std::pair<std::string, std::string>> told;
  return !told.emplace(disagreement.expected, disagreement.got).second;
}

void ask_differences(Trial& trial) {
  const auto disagreement = first_disagreement(trial.other, trial.whole);
  if (!disagreement) return;
  const Difference* known = find_difference(trial.target.differences, *disagreement);
  if (known != nullptr && mode() != Mode::known_stop_too) return;
  const std::string sentence = sentence_for(*disagreement, known);
  if (mode() != Mode::survey) complain(trial, "reference", sentence, trial.other, &trial.whole);
  if (!told_before(*disagreement)) tell(trial, "reference", sentence, trial.other, &trial.whole);
}

}  // namespace

void ask_reference(Trial& trial) {
  if (trial.target.reference == nullptr) return;
  trial.target.reference(trial.plan.stream, trial.plan.settings, trial.other);
  if (!trial.target.differences.empty()) {
    ask_differences(trial);
    return;
  }
  if (agree(trial.other, trial.whole, trial.target.agreement)) return;
  complain(trial, "reference", "the parser and the reference disagree: expected is the reference",
           trial.other, &trial.whole);
}

}  // namespace backtalk::fuzz
