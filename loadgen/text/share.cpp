// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "text/share.hpp"

#include <charconv>
#include <system_error>

namespace backtalk::text {

std::optional<double> read_share(std::string_view text) {
  const bool per_cent = text.ends_with('%');
  if (per_cent) text.remove_suffix(1);
  if (per_cent && text.ends_with(' ')) text.remove_suffix(1);
  double share = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), share);
  if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
  if (per_cent) share /= 100;
  return share >= 0 && share <= 1 ? std::optional(share) : std::nullopt;
}

}  // namespace backtalk::text
