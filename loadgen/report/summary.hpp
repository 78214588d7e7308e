/// The result of a run for people: what the terminal shows.
#pragma once

#include <string>

#include "report/load_result.hpp"

namespace backtalk::report {

[[nodiscard]] std::string summarize(const LoadResult& result);

/// A span of time with three digits and a unit: "1.23 ms".
[[nodiscard]] std::string show_ns(double ns);

}  // namespace backtalk::report
