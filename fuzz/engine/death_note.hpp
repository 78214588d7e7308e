// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Adds to a sanitizer's report what it leaves out: which input was read, and how.
#pragma once

namespace backtalk::fuzz {

struct Trial;

/// From now on a sanitizer's report is followed by this trial's stream, as a transcript, and by how
/// it was being read. The trial has to live until `now_trying_nothing`.
void now_trying(const Trial& trial) noexcept;
void now_trying_nothing() noexcept;

/// Which reading of the trial is under way: "the stream byte by byte". Static.
void now_reading(const char* what) noexcept;

}  // namespace backtalk::fuzz
