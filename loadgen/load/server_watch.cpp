// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "load/server_watch.hpp"

#include <algorithm>

namespace backtalk::load {
namespace {

// Of looks while measuring; before it, each is the last that comes before.
constexpr std::uint64_t kLookEvery = 200'000'000;

}  // namespace

void ServerWatch::look(std::uint64_t now, std::optional<std::uint64_t> measured_ns) {
  const bool stage_ends =
      measured_ns && cpu_at_ends_.size() < stages_.size() &&
      *measured_ns - std::min(*measured_ns, stages_ended_ns_) >= stages_[cpu_at_ends_.size()].duration_ns;
  if (measured_ns && now < next_look_ && !stage_ends) return;
  if (measured_ns) next_look_ = now + kLookEvery;
  take(measured_ns.has_value());
  if (stage_ends) pass_stages(*measured_ns);
}

// Those that ended since the last look share what was used meanwhile: the first of them has it.
void ServerWatch::pass_stages(std::uint64_t measured_ns) {
  if (gone_ || !last_) return;
  while (cpu_at_ends_.size() < stages_.size()) {
    const std::uint64_t end = stages_ended_ns_ + stages_[cpu_at_ends_.size()].duration_ns;
    if (end > measured_ns) return;
    stages_ended_ns_ = end;
    cpu_at_ends_.push_back(last_->cpu_ns);
  }
}

void ServerWatch::finish() {
  take(true);
}

std::vector<std::optional<std::uint64_t>> ServerWatch::cpu_of_stages() const {
  std::vector<std::optional<std::uint64_t>> out(stages_.size());
  if (!before_) return out;
  std::uint64_t begin = before_->cpu_ns;
  for (std::size_t i = 0; i < cpu_at_ends_.size(); ++i) {
    out[i] = cpu_at_ends_[i] - std::min(cpu_at_ends_[i], begin);
    begin = cpu_at_ends_[i];
  }
  return out;
}

void ServerWatch::take(bool measuring) {
  if (gone_) return;
  const auto usage = net::usage_of_tree(process_);
  if (usage && !began_ticks_) began_ticks_ = usage->began_ticks;
  // Its number may be another process's by now.
  gone_ = !usage || usage->began_ticks != *began_ticks_;
  if (gone_) return;
  if (!measuring) {
    before_ = usage;
    return;
  }
  if (!before_) before_ = usage;
  last_ = usage;
  resident_max_ = std::max(resident_max_, usage->resident_octets);
}

std::optional<result::Server> ServerWatch::used() const {
  if (!before_ || !last_) return std::nullopt;
  // A descendant that nobody waited for takes its time with it.
  const std::uint64_t cpu_ns = last_->cpu_ns - std::min(last_->cpu_ns, before_->cpu_ns);
  return result::Server{.pid = static_cast<std::uint64_t>(process_),
                        .cpu_ns = cpu_ns,
                        .rss_max_octets = resident_max_,
                        .gone = gone_};
}

}  // namespace backtalk::load
