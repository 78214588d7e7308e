// SPDX-License-Identifier: Apache-2.0 OR MIT
// The facts about rows and inputs, as JSON, that reach bench/report inside Google Benchmark's own
// JSON.
#pragma once

#include <string>
#include <vector>

#include "contender.hpp"

namespace backtalk::bench {

// For the label of a row:
// {"kind":"peer","version":"...","build":"...","simd":"...","events":"same",
// "without":["framing"],"remarks":"..."}. `events` is "same", or how the row's log differs.
[[nodiscard]] std::string row_facts(const ContenderInfo& info, const std::string& events);

// For the context of a run, in the order of the tables:
// [{"name":"http/a","unit":"message","units":1, "octets":245,"worst":false,"what":"..."}]. `octets`
// is the mean over the streams.
[[nodiscard]] std::string input_facts(const std::vector<Input>& inputs);

}  // namespace backtalk::bench
