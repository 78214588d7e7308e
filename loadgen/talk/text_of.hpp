// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Texts and numbers as one text. The fuzz targets build what is here without fmt.
#pragma once

#include <concepts>
#include <string>
#include <string_view>

namespace backtalk::talk {

template <class... Parts>
[[nodiscard]] std::string text_of(const Parts&... parts) {
  std::string text;
  const auto add = [&text]<class Part>(const Part& part) {
    if constexpr (std::same_as<Part, char>) {
      text += part;
    } else if constexpr (std::integral<Part>) {
      text += std::to_string(part);
    } else {
      text += std::string_view(part);
    }
  };
  (add(parts), ...);
  return text;
}

}  // namespace backtalk::talk
