// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "script/message_sizes.hpp"

#include <algorithm>
#include <cmath>
#include <optional>

#include "script/limits.hpp"
#include "text/blanks.hpp"
#include "text/share.hpp"
#include "text/whole_number.hpp"

namespace backtalk::script {
namespace {

constexpr double kRounding = 0.0005;  // of shares that are rounded to hundredths of a per cent

// "1000:10.2%"
std::optional<session::SizeShare> read_size(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || !text.ends_with('%')) return std::nullopt;
  const auto octets = text::read_whole_number(text.substr(0, colon));
  const auto share = text::read_share(text.substr(colon + 1));
  if (!octets || !share || *share <= 0 || *octets > kMessageOctetsMax) return std::nullopt;
  return session::SizeShare{.octets = *octets, .share = *share};
}

}  // namespace

std::variant<std::vector<session::SizeShare>, std::string> read_message_sizes(std::string_view text) {
  std::vector<session::SizeShare> sizes;
  double all = 0;
  for (;;) {
    const std::size_t end = std::min(text.find(','), text.size());
    const auto size = read_size(text::without_blanks(text.substr(0, end)));
    if (!size)
      return "expected octets and the share of messages that have them, as `sizes 1000:90%, 100000:10%`";
    sizes.push_back(*size);
    all += size->share;
    if (sizes.size() > kSizesMax) return "there are at most " + std::to_string(kSizesMax) + " sizes";
    if (end == text.size()) break;
    text.remove_prefix(end + 1);
  }
  if (std::abs(all - 1) > kRounding) return "the shares of all sizes add up to 100 %";
  return sizes;
}

}  // namespace backtalk::script
