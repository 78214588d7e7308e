// SPDX-License-Identifier: Apache-2.0 OR MIT
/// Secrets in what a server says: some servers repeat the line that they refuse, or a part of it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace backtalk::session {

struct Stretch {
  std::size_t at = std::string_view::npos;
  std::size_t octets = 0;
  [[nodiscard]] bool exists() const { return octets > 0; }
};

/// Where the text has the secret, from there on: a short one with no letter or digit before or
/// behind it. Of a long one a part is enough at the text's end, and at its beginning, because texts
/// are cut.
[[nodiscard]] Stretch find_secret(std::string_view text, std::string_view secret, std::size_t from);

/// Where the text has the beginning of a long secret, from there on: servers cut what they repeat.
[[nodiscard]] Stretch find_beginning(std::string_view text, std::string_view secret, std::size_t from);

/// Where the text has what was sent, from there on, or its beginning, or its end: servers cut what
/// they repeat. For lines of base64, which no words look like. Short ones are never found.
[[nodiscard]] Stretch find_sent(std::string_view text, std::string_view sent, std::size_t from);

/// Overwrites with "x" whatever `find` finds of the secret: one of the functions above.
template <class Find>
void overwrite(std::string& octets, std::string_view secret, Find find) {
  for (Stretch found = find(octets, secret, 0); found.exists();
       found = find(octets, secret, found.at + found.octets))
    octets.replace(found.at, found.octets, found.octets, 'x');
}

}  // namespace backtalk::session
