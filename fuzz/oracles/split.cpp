#include "backtalk/fuzz/report_items.hpp"
#include "difference_table.hpp"
#include "disagreement.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

void judge(Trial& trial, const Report& cut, const std::string& how) {
  if (!cut.broken_promise().empty()) {
    complain(trial, "promises", std::string(cut.broken_promise()) + ", " + how, trial.whole, &cut);
  }
  if (trial.target.refuses_late) {
    const auto disagreement = first_disagreement(trial.whole, cut);
    if (!disagreement) return;
    const bool known = find_difference(trial.target.split_differences, *disagreement) != nullptr;
    if (known && !known_split_stops()) return;
  } else if (agree(trial.whole, cut, Agreement::exact)) {
    return;
  }
  complain(trial, "split", "the stream reads otherwise " + how, trial.whole, &cut);
}

std::string places(const std::vector<std::size_t>& cuts) {
  std::string text = "cut at";
  for (const std::size_t at : cuts) text.append(" ").append(std::to_string(at));
  return text;
}

}  // namespace

// The parser is the one that read the stream whole, made ready again, where it can be: a reset that leaves
// something behind shows as well.
void ask_split(Trial& trial) {
  if (!trial.target.pieces || trial.plan.stream.size() < 2) return;
  if (!trial.plan.cuts.empty()) {
    const bool again = trial.adapter.reset();
    if (!again) trial.adapter.begin(trial.plan.settings);
    read_pieces(trial.adapter, trial.plan.stream, trial.plan.cuts, trial.other);
    judge(trial, trial.other, places(trial.plan.cuts) + (again ? ", by a parser that was reset" : ""));
  }
  if (trial.plan.thorough) judge(trial, trial.dripped, "byte by byte");
}

}  // namespace backtalk::fuzz
