// SPDX-License-Identifier: Apache-2.0 OR MIT
#include "cli/view_terminal.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace backtalk::cli {
namespace {

// Where a write can block: terminals that have any room have at least about so much.
constexpr std::size_t kPiece = 128;

int open_again(int stream) {
  std::array<char, 256> name{};  // NOLINT(readability-magic-numbers): longer than any
  if (::ttyname_r(stream, name.data(), name.size()) != 0) return -1;
  return ::open(name.data(), O_WRONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
}

bool has_room(int descriptor) {
  pollfd terminal{.fd = descriptor, .events = POLLOUT, .revents = 0};
  return ::poll(&terminal, 1, 0) == 1 && (terminal.revents & POLLOUT) != 0;
}

}  // namespace

ViewTerminal::ViewTerminal() : descriptor_(open_again(STDERR_FILENO)), is_own_(descriptor_ >= 0) {
  if (!is_own_) descriptor_ = STDERR_FILENO;
}

ViewTerminal::~ViewTerminal() {
  if (is_own_) ::close(descriptor_);
}

std::size_t ViewTerminal::take(std::string_view text) const {
  std::size_t done = 0;
  while (done < text.size()) {
    if (!is_own_ && !has_room(descriptor_)) return done;
    const std::size_t piece = is_own_ ? text.size() - done : std::min(text.size() - done, kPiece);
    const ssize_t written = ::write(descriptor_, text.data() + done, piece);
    if (written > 0) {
      done += static_cast<std::size_t>(written);
    } else if (written < 0 && errno == EAGAIN) {
      return done;
    } else if (written == 0 || errno != EINTR) {
      return text.size();
    }
  }
  return done;
}

void ViewTerminal::write(std::string_view text) {
  rest_ += text;
  rest_.erase(0, take(rest_));
}

bool ViewTerminal::takes_more() {
  write({});
  return rest_.empty() && has_room(descriptor_);
}

void ViewTerminal::write_at_once(std::string_view text) const {
  [[maybe_unused]] const std::size_t written = take(text);
}

}  // namespace backtalk::cli
