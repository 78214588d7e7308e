// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/fuzz/report_items.hpp"
#include "engine/difference_table.hpp"
#include "engine/disagreement.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

bool reads_the_same(const Trial& trial, const Report& cut) {
  if (agree(trial.whole, cut, Agreement::exact)) return true;
  const auto disagreement = first_disagreement(trial.whole, cut);
  if (!disagreement) return trial.target.refuses_late;
  return !known_split_stops() && find_difference(trial.target.split_differences, *disagreement) != nullptr;
}

std::string places(const std::vector<std::size_t>& cuts) {
  std::string text = "cut at";
  for (const std::size_t at : cuts) text.append(" ").append(std::to_string(at));
  return text;
}

void judge(Trial& trial, const Report& cut, bool by_bytes, bool again) {
  const bool holds = cut.broken_promise().empty();
  if (holds && reads_the_same(trial, cut)) return;
  std::string how = by_bytes ? "fed byte by byte" : places(trial.plan.cuts);
  if (again) how += " and fed to a parser after a reset";
  if (!holds) complain(trial, "promises", std::string(cut.broken_promise()) + ", " + how, trial.whole, &cut);
  complain(trial, "split", "the result differs when the stream is " + how, trial.whole, &cut);
}

}  // namespace

// Reuses the parser that read the whole stream, if it can be reset, so that a reset that leaves
// state behind is detected as well.
void ask_split(Trial& trial) {
  if (!trial.target.pieces || trial.plan.cuts.empty()) return;
  now_reading("the stream in pieces");
  const bool again = make_ready(trial);
  const std::uint64_t before = trial.adapter->work();
  read_pieces(*trial.adapter, trial.plan.stream, trial.plan.cuts, trial.other);
  trial.cut_work = trial.adapter->work() - before;
  judge(trial, trial.other, false, again);
}

void judge_reset(Trial& trial) {
  if (agree(trial.other, trial.whole, Agreement::exact)) return;
  complain(trial, "split",
           "the result differs after a reset from that of a new parser; expected is the new one", trial.other,
           &trial.whole);
}

void ask_bytes(Trial& trial) {
  if (trial.dripped_whole) judge(trial, trial.dripped, true, false);
}

}  // namespace backtalk::fuzz
