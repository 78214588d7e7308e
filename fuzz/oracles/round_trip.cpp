// SPDX-License-Identifier: Apache-2.0 OR MIT
#include <algorithm>
#include <vector>

#include "backtalk/fuzz/report_items.hpp"
#include "oracles/oracle.hpp"

namespace backtalk::fuzz {
namespace {

// Ignores offsets, which change when the messages are rewritten, and how the stream ended, because
// what follows an error is not written.
bool same_but_for_place(const Report& first, const Report& again) {
  std::vector<Item> a = items_of(first);
  std::vector<Item> b = items_of(again);
  for (std::vector<Item>* items : {&a, &b}) {
    std::erase_if(*items, [](const Item& item) { return item.text.starts_with("ended "); });
  }
  return std::ranges::equal(a, b, [](const Item& x, const Item& y) {
    return x.kind == y.kind && x.text == y.text && x.number == y.number;
  });
}

}  // namespace

// Skips tolerances, because deviations cannot be rewritten, and tiny limits, because messages
// written in full may exceed them.
void ask_round_trip(Trial& trial) {
  if (trial.target.writer == nullptr) return;
  if (trial.plan.settings.tolerances.bits() != 0 || trial.plan.settings.small_limits) return;
  std::string stream;
  if (!trial.target.writer(trial.whole, stream)) return;
  now_reading("its messages after they were rewritten");
  make_ready(trial);
  read_pieces(*trial.adapter, stream, {}, trial.other);
  if (!trial.other.refused() && same_but_for_place(trial.whole, trial.other)) return;
  std::string sentence = "the events differ after the messages were rewritten and reread; rewritten: ";
  sentence += quoted(stream);
  complain(trial, "round-trip", sentence, trial.whole, &trial.other);
}

}  // namespace backtalk::fuzz
