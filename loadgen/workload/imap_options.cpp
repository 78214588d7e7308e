// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "workload/imap_options.hpp"

#include <array>
#include <variant>

#include "script/shipped.hpp"

namespace backtalk::workload {

bool ImapOptions::sends_messages() const {
  const auto found = script::look_up_shipped("imap", script.empty() ? kImapPreset : std::string_view(script));
  const auto* const* const shipped = std::get_if<const script::ShippedScript*>(&found);
  return shipped == nullptr || (*shipped)->text.find("{message}") != std::string_view::npos;
}

std::span<const options::OptionGroup> imap_option_groups() {
  static const std::array groups{script_option_group(), message_option_group(), user_option_group(),
                                 login_option_group(), tls_option_group()};
  return groups;
}

}  // namespace backtalk::workload
