/// Was it the generator, and not the server, that set the limit?
#pragma once

#include <string>

#include "report/load_result.hpp"

namespace backtalk::report {

struct Verdict {
  bool saturated = false;
  std::string reason;  ///< empty where it was not
};

[[nodiscard]] Verdict judge(const LoadResult& result);

}  // namespace backtalk::report
