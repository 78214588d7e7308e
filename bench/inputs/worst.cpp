// The slowest inputs that were found so far. bench/worst/README.md says how; the build puts them in here.
#include "input.hpp"

namespace backtalk::bench {

std::vector<Input> worst_inputs() {
  return {};
}

}  // namespace backtalk::bench
