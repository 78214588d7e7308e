// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "engine/death_note.hpp"

#include <cstdio>

#include "engine/trial.hpp"

// The sanitizers' names.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" {

// Of AddressSanitizer, where the program has it; called after a report.
__attribute__((weak)) void __asan_set_error_report_callback(void (*callback)(const char*));

// Called by UndefinedBehaviorSanitizer before a report, which otherwise does nothing.
void __ubsan_on_report();
}

namespace backtalk::fuzz {
namespace {

// Called through a pointer, so that no call of AddressSanitizer's stands in a program without it
// (OSS-Fuzz counts them).
void (*volatile set_report_callback)(void (*)(const char*)) = __asan_set_error_report_callback;
// NOLINTEND(bugprone-reserved-identifier)

const Trial* under_way = nullptr;
const char* reading = "";

void write_note() {
  if (under_way == nullptr) return;
  const Trial& trial = *under_way;
  under_way = nullptr;  // once
  tell_crash(trial, reading);
}

void after_report(const char*) {
  write_note();
}

}  // namespace

void now_trying(const Trial& trial) noexcept {
  static const bool asked = [] {
    if (const auto set = set_report_callback; set != nullptr) set(after_report);
    return true;
  }();
  static_cast<void>(asked);
  under_way = &trial;
  reading = "the stream whole";
}

void now_trying_nothing() noexcept {
  under_way = nullptr;
}

void now_reading(const char* what) noexcept {
  reading = what;
}

}  // namespace backtalk::fuzz

void __ubsan_on_report() {
  backtalk::fuzz::write_note();
}
