// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "calibrate/machine.hpp"

#include <sched.h>
#include <sys/utsname.h>

#include <algorithm>
#include <fstream>
#include <iterator>

namespace backtalk::calibrate {

std::string processor_in(std::string_view cpuinfo) {
  // x86; others name it only sometimes.
  constexpr std::string_view kName = "model name";
  const std::size_t at = cpuinfo.find(kName);
  if (at == std::string_view::npos) return {};
  std::string_view line = cpuinfo.substr(at + kName.size());
  line = line.substr(0, line.find('\n'));
  line.remove_prefix(std::min(line.find_first_not_of("\t :"), line.size()));
  return std::string(line);
}

Machine this_machine() {
  Machine out;
  utsname names{};
  if (::uname(&names) == 0) {
    out.host = names.nodename;
    out.kernel = names.release;
  }
  std::ifstream file("/proc/cpuinfo");
  out.processor = processor_in(std::string(std::istreambuf_iterator<char>(file), {}));
  cpu_set_t allowed;
  if (::sched_getaffinity(0, sizeof allowed, &allowed) == 0)
    out.cores = static_cast<unsigned>(CPU_COUNT(&allowed));
  return out;
}

}  // namespace backtalk::calibrate
