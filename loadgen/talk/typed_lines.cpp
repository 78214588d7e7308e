// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "talk/typed_lines.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace backtalk::talk {

bool TypedLines::has_line(std::uint64_t) {
  if (begin_ == octets_.size()) return false;
  return ended_ || octets_.find('\n', std::max(begin_, seen_)) != std::string::npos;
}

std::string_view TypedLines::take() {
  const std::size_t end = std::min(octets_.find('\n', begin_), octets_.size());
  std::string_view line = std::string_view(octets_).substr(begin_, end - begin_);
  begin_ = std::min(end + 1, octets_.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool TypedLines::read() {
  octets_.erase(0, begin_);
  begin_ = 0;
  seen_ = has_line() ? 0 : octets_.size();
  if (octets_.size() > kLineOctetsMax && seen_ > 0) return false;
  std::array<char, 65536> room{};
  const ssize_t got = ::read(descriptor_, room.data(), room.size());
  if (got < 0) return errno == EINTR || errno == EAGAIN;
  ended_ = got == 0;
  octets_.append(room.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace backtalk::talk
