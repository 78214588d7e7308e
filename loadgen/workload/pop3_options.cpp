// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/pop3_options.hpp"

#include <array>

namespace backtalk::workload {

std::span<const options::OptionGroup> pop3_option_groups() {
  static const std::array groups{script_option_group(), user_option_group(), login_option_group(),
                                 tls_option_group()};
  return groups;
}

}  // namespace backtalk::workload
