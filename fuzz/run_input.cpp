#include "run_input.hpp"

#include <memory>

#include "backtalk/fuzz/adapter.hpp"
#include "oracles/oracle.hpp"
#include "plan.hpp"
#include "trial.hpp"

namespace backtalk::fuzz {
namespace {

// What is used again from input to input; nothing of one input may be seen by the next.
struct Bench {
  std::unique_ptr<Adapter> adapter = make_adapter();
  Plan plan;
  Report whole;
  Report dripped;
  Report other;
};

Bench& bench() {
  static Bench instance;
  return instance;
}

void read_whole(Adapter& adapter, std::string_view stream, Report& report) {
  read_pieces(adapter, stream, {}, report);
}

// Reads the stream with a new parser; the work it takes.
template <class Read>
std::uint64_t read(Adapter& adapter, const Plan& plan, Read how, Report& report) {
  report.clear();
  adapter.begin(plan.settings);
  const std::uint64_t before = adapter.work();
  how(adapter, plan.stream, report);
  return adapter.work() - before;
}

}  // namespace

void run_input(std::string_view input) {
  auto& [adapter, plan, whole, dripped, other] = bench();
  make_plan(input, target(), plan);
  const std::uint64_t work = read(*adapter, plan, read_whole, whole);
  dripped.clear();
  std::uint64_t dripped_work = 0;
  if (plan.thorough && target().pieces) dripped_work = read(*adapter, plan, read_bytes, dripped);
  Trial trial{.target = target(),
              .adapter = *adapter,
              .plan = plan,
              .whole = whole,
              .work = work,
              .dripped = dripped,
              .dripped_work = dripped_work,
              .other = other};
  for (const Oracle& oracle : oracles()) {
    other.clear();
    oracle.ask(trial);
  }
}

}  // namespace backtalk::fuzz
