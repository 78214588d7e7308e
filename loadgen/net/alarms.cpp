// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "net/alarms.hpp"

namespace backtalk::net {

void Alarms::set(std::uint32_t slot, std::uint64_t due) {
  if (slot >= places_.size()) places_.resize(slot + 1, kNowhere);
  std::size_t place = places_[slot];
  if (due == kNever) {
    if (place == kNowhere) return;
    places_[slot] = kNowhere;
    const Alarm last = heap_.back();
    heap_.pop_back();
    if (place < heap_.size()) settle(place, last);
    return;
  }
  if (place == kNowhere) {
    place = heap_.size();
    heap_.emplace_back();
  }
  settle(place, {due, slot});
}

std::optional<std::uint32_t> Alarms::pop_due(std::uint64_t now) {
  if (heap_.empty() || heap_.front().due > now) return std::nullopt;
  const std::uint32_t slot = heap_.front().slot;
  set(slot, kNever);
  return slot;
}

void Alarms::put(std::size_t place, const Alarm& alarm) {
  heap_[place] = alarm;
  places_[alarm.slot] = place;
}

// Puts an alarm at the free `place`, and moves it towards the root while its parent is later, or
// else towards the leaves while a child is earlier.
void Alarms::settle(std::size_t place, const Alarm& alarm) {
  while (place > 0 && heap_[(place - 1) / 2].due > alarm.due) {
    put(place, heap_[(place - 1) / 2]);
    place = (place - 1) / 2;
  }
  for (std::size_t child = 2 * place + 1; child < heap_.size(); child = 2 * place + 1) {
    if (child + 1 < heap_.size() && heap_[child + 1].due < heap_[child].due) ++child;
    if (heap_[child].due >= alarm.due) break;
    put(place, heap_[child]);
    place = child;
  }
  put(place, alarm);
}

}  // namespace backtalk::net
