// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/sample.hpp"

#include <algorithm>

namespace backtalk::script {

Sample sample_of(std::string_view line) {
  Sample sample;
  for (std::size_t i = 0; i < line.size();) {
    std::size_t taken = 1;
    char octet = line[i];
    const std::size_t end = line.find('}', i);
    if (line.substr(i).starts_with("{{")) {
      taken = 2;
    } else if (octet == '{' && end != std::string_view::npos) {
      octet = 'x';
      taken = end + 1 - i;
      sample.has_placeholders = true;
    }
    sample.text += octet;
    sample.at.push_back(static_cast<std::uint32_t>(i));
    i += taken;
  }
  sample.at.push_back(static_cast<std::uint32_t>(line.size()));
  return sample;
}

}  // namespace backtalk::script
