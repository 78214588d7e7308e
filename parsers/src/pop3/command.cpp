// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "backtalk/pop3/command.hpp"

#include <algorithm>
#include <limits>

#include "pop3/number.hpp"
#include "pop3/sasl.hpp"
#include "read_with.hpp"

namespace backtalk::pop3 {

Result<std::uint32_t> read_message_number(const Command& command) noexcept {
  NumberReader reader(command.arguments);
  std::uint32_t number = 0;
  if (!reader.take_message_number(number) || !reader.rest().empty()) return reader.refuse();
  return number;
}

Result<TopArgument> read_top(const Command& command) noexcept {
  NumberReader reader(command.arguments);
  TopArgument found;
  if (!reader.take_message_number(found.message) || !reader.take_space()) return reader.refuse();
  if (!reader.take_number(std::numeric_limits<std::uint64_t>::max(), found.lines)) return reader.refuse();
  if (!reader.rest().empty()) return reader.refuse();
  return found;
}

Result<ApopArgument> read_apop(const Command& command) noexcept {
  const std::string_view text = command.arguments;
  const std::size_t space = text.rfind(' ');
  if (space == std::string_view::npos || space == 0) return wrong_shape_at(0);
  const ApopArgument found{.name = text.substr(0, space), .digest = text.substr(space + 1)};
  if (found.digest.size() != kDigestDigits || !std::ranges::all_of(found.digest, is_hex))
    return wrong_shape_at(space + 1);
  return found;
}

Result<AuthArgument> read_auth(const Command& command) noexcept {
  const std::string_view text = command.arguments;
  const std::size_t end = std::min(text.find(' '), text.size());
  AuthArgument found{.mechanism = text.substr(0, end), .initial_response = {}};
  if (end == 0 || end > kMechanismMax || !std::ranges::all_of(found.mechanism, is_mechanism_char)) {
    return wrong_shape_at(0);
  }
  if (end == text.size()) return found;
  const std::string_view response = text.substr(end + 1);
  if (response.empty() || !std::ranges::all_of(response, is_base64_char)) return wrong_shape_at(end + 1);
  found.initial_response = response;
  return found;
}

}  // namespace backtalk::pop3
